package io.vireo.node.client;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.Placement;
import io.vireo.node.auth.ClusterSecret;
import java.util.ArrayList;
import java.util.List;

/** What a {@link VireoClient} is told: where the cluster is, and its limits. Filled by the one who connects. */
public final class VireoClientContext {
    final ClientContext cluster;
    final Placement placement;
    /** Of each replica those of its shards, as the cluster file has them. */
    final List<List<String>> addresses = new ArrayList<>();

    ClusterSecret secret;
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

    /** What every replica wants to be proved, and proves itself; null where the cluster has none, which is so unless told. */
    public VireoClientContext secret(final ClusterSecret secret) {
        this.secret = secret;
        return this;
    }

    /** Requests and reads without an outcome, and bytes of their bodies; what is submitted beyond is not taken ("busy"). */
    public VireoClientContext outstandingMax(final int requests, final long bytes) {
        this.requestsMax = requests;
        this.bytesMax = bytes;
        return this;
    }
}
