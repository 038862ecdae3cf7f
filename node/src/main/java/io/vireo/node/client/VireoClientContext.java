package io.vireo.node.client;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.Placement;
import java.util.ArrayList;
import java.util.List;

/** What a {@link VireoClient} is told: where the cluster is, and its limits. Filled by the one who connects. */
public final class VireoClientContext {
    final ClientContext cluster;
    final Placement placement;
    /** Of each replica those of its shards, as the cluster file has them. */
    final List<List<String>> addresses = new ArrayList<>();

    ClusterAccess access = ClusterAccess.OPEN;
    int sessionsPerGroupMax = 16;
    int requestsMax = 16_384;
    long bytesMax = 256L << 20;

    /** A cluster whose replicas have addresses. */
    public VireoClientContext(final ClusterConfig config) {
        this.cluster = ClientContext.of(config);
        this.placement = config.placement();
        for (int replica = 0; replica < config.replicaCount(); replica++) {
            if (config.addresses(replica).isEmpty()) {
                throw new IllegalArgumentException("replica " + replica + " of the cluster has no address");
            }
            addresses.add(config.addresses(replica));
        }
    }

    /**
     * Sessions per group; each keeps a window of requests in flight. With 1 all requests of a group are applied in the order of their
     * submission, with more only those of one session are.
     */
    public VireoClientContext sessionsPerGroupMax(final int sessions) {
        this.sessionsPerGroupMax = sessions;
        return this;
    }

    /** What every replica wants before it answers; nothing unless told. */
    public VireoClientContext access(final ClusterAccess toReplicas) {
        this.access = toReplicas;
        return this;
    }

    /** Requests and reads without an outcome, and bytes of their bodies; what is submitted beyond is not taken ("busy"). */
    public VireoClientContext outstandingMax(final int requests, final long bytes) {
        this.requestsMax = requests;
        this.bytesMax = bytes;
        return this;
    }
}
