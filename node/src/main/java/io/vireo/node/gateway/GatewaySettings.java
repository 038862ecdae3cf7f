package io.vireo.node.gateway;

import io.vireo.bootstrap.config.ConfigException;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.stream.metadata.TopicSettings;
import io.vireo.node.stream.partition.BatchFlyweight;
import io.vireo.node.stream.partition.ConsumerKind;

/**
 * Limits of a gateway, each with what happens at it.
 *
 * @param node see {@link io.vireo.node.stream.NodeNumber}; part of the identity of members of consumer groups.
 * @param limits of the cluster.
 * @param topicDefaults where a client leaves a setting to the server.
 * @param messageSizeMax bytes of a message with its header; a larger one is refused with 4022.
 * @param batchLengthMax bytes of one request to a partition; a longer send is cut into several.
 * @param pollAnswerMax bytes of the answer to one poll by a group; there are fewer messages in it than asked for.
 * @param inflightMax requests of one connection that are under way, at least 1; the next one waits in the socket.
 * @param requestBytesMax bytes of the requests of all connections that are under way, at least 1; the next one waits in the socket, but one
 *     alone never does.
 * @param outputMax bytes that wait for the client; while there are more, nothing is begun for it.
 * @param requestTimeoutNs how long something is tried again that may succeed later.
 * @param retryNs between two tries.
 */
public record GatewaySettings(
        int node,
        StreamLimits limits,
        TopicSettings topicDefaults,
        int messageSizeMax,
        int batchLengthMax,
        int pollAnswerMax,
        int inflightMax,
        long requestBytesMax,
        int outputMax,
        long requestTimeoutNs,
        long retryNs) {
    /** @throws ConfigException if a message of the greatest length does not fit a batch, or a value is out of its range. */
    public GatewaySettings {
        check("inflight_max", inflightMax, inflightMax >= 1, "must be at least 1");
        check("request_bytes_max", requestBytesMax, requestBytesMax >= 1, "must be at least 1");
        check("output_max", outputMax, outputMax >= 1, "must be at least 1");
        check("retry", retryNs, retryNs >= 1, "must be at least 1 ns");
        check(
                "batch_length_max",
                batchLengthMax,
                batchLengthMax >= messageSizeMax + BatchFlyweight.HEADER_LENGTH,
                "must have room for a message of message_size_max=" + messageSizeMax + " and the header of a batch");
        check(
                "consumer_groups_max",
                limits.consumerGroupsMax(),
                limits.consumerGroupsMax() <= 1 << ConsumerKind.GROUP_NUMBER_BITS,
                "must be at most " + (1 << ConsumerKind.GROUP_NUMBER_BITS));
    }

    private static void check(final String setting, final long value, final boolean isValid, final String rule) {
        if (!isValid) {
            throw new ConfigException(setting, value, rule);
        }
    }
}
