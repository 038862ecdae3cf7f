package io.vireo.node.client;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.RequestBatch;

/**
 * What every client of one cluster must agree on with it. Immutable.
 *
 * @param frameSizeMax largest frame in bytes, header included; what the cluster has as its largest prepare.
 * @param window requests of one session that may be without an answer; at most what the cluster stores replies for.
 */
public record ClientContext(
        long clusterLo, long clusterHi, int replicaCount, int groupCount, int frameSizeMax, int window) {
    /** As the cluster's own configuration says. */
    public static ClientContext of(final ClusterConfig config) {
        return new ClientContext(
                config.clusterLo(),
                config.clusterHi(),
                config.replicaCount(),
                config.groupCount(),
                config.prepareSizeMax(),
                config.sessionWindow());
    }

    /** Largest body of one request. */
    public int bodyMax() {
        return frameSizeMax - HeaderFlyweight.HEADER_LENGTH - RequestBatch.length(1, 0);
    }

    /** Number of the replica that is primary of a group in a view. */
    public int primaryOf(final int group, final long view) {
        return (int) ((group + view) % replicaCount);
    }
}
