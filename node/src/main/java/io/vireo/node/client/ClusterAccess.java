package io.vireo.node.client;

import io.vireo.node.auth.ClusterSecret;
import io.vireo.node.tls.Tls;

/**
 * What the port of a replica wants of a client.
 *
 * @param secret that is proved, and that the replica proves; null where the cluster has none.
 * @param tls by which the replica is called; null where connections are without.
 */
public record ClusterAccess(ClusterSecret secret, Tls tls) {
    /** Of a cluster on loopback that asks for nothing. */
    public static final ClusterAccess OPEN = new ClusterAccess(null, null);
}
