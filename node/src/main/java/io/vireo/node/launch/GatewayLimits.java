package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.client.ClientContext;
import io.vireo.node.gateway.GatewaySettings;
import io.vireo.node.stream.metadata.TopicSettings;
import io.vireo.node.stream.partition.BatchFlyweight;

/** What a node gives its clients, as far as it does not follow from the cluster. */
public final class GatewayLimits {
    /** Sessions with a group that the connections of a shard share; each has so many requests in flight as the cluster's window says. */
    public static final int SESSIONS_PER_GROUP = 4;
    /** Requests and reads without an outcome, of all connections of a shard; one more is refused. */
    public static final int PENDING_MAX = 1 << 17;
    /**
     * Bytes of these; one that does not fit beside the others is refused. What one group may have of it, a half, is twice the clients' own
     * bound, so that they meet that one first.
     */
    public static final long PENDING_BYTES_MAX = 128L << 20;
    /** After which a client is told that nothing is known of its request; a view change takes a tenth of it. */
    public static final long REQUEST_TIMEOUT_NS = 15_000_000_000L;

    /** A payload of 1 MiB and the header of a message. */
    private static final int MESSAGE_SIZE_MAX = (1 << 20) + 64;

    private static final int INFLIGHT_MAX = 64;
    /** Bytes of requests of all connections of a shard that are under way; the next one waits in its socket. */
    private static final long REQUEST_BYTES_MAX = 32L << 20;

    private static final int OUTPUT_MAX = 8 << 20;
    private static final long RETRY_NS = 5_000_000L;
    private static final TopicSettings TOPIC_DEFAULTS =
            new TopicSettings(TopicSettings.COMPRESSION_NONE, TopicSettings.NEVER, TopicSettings.UNLIMITED, 1);

    private GatewayLimits() {}

    /** The settings of a gateway of this node, see {@link io.vireo.node.stream.NodeNumber}. */
    public static GatewaySettings of(final ClusterConfig cluster, final int node) {
        final int bodyMax = ClientContext.of(cluster).bodyMax();
        return new GatewaySettings(
                node,
                StateMachines.limits(cluster),
                TOPIC_DEFAULTS,
                Math.min(MESSAGE_SIZE_MAX, bodyMax - BatchFlyweight.HEADER_LENGTH),
                bodyMax,
                cluster.prepareSizeMax() - HeaderFlyweight.HEADER_LENGTH,
                INFLIGHT_MAX,
                REQUEST_BYTES_MAX,
                OUTPUT_MAX,
                REQUEST_TIMEOUT_NS,
                RETRY_NS);
    }
}
