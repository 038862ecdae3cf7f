package io.vireo.node.stream.metadata;

import static io.vireo.node.stream.StreamStatus.INVALID_COMMAND;
import static io.vireo.node.stream.StreamStatus.INVALID_REPLICATION_FACTOR;
import static io.vireo.node.stream.StreamStatus.INVALID_TOPIC_SIZE;
import static io.vireo.node.stream.StreamStatus.OK;

import io.vireo.node.stream.StreamLimits;

/**
 * What is set per topic. The state takes resolved values only: a default is a setting of a node, and is put in before the log, so that
 * replicas cannot differ.
 *
 * @param compression 1 none, 2 gzip.
 * @param messageExpiryMicros unsigned, {@link #NEVER} for messages that stay.
 * @param sizeMaxBytes unsigned, {@link #UNLIMITED} for a topic that may grow.
 * @param replicationFactor 1 to 255; kept for clients, without effect.
 */
public record TopicSettings(int compression, long messageExpiryMicros, long sizeMaxBytes, int replicationFactor) {
    public static final int COMPRESSION_NONE = 1;
    public static final int COMPRESSION_GZIP = 2;
    public static final long NEVER = -1;
    public static final long UNLIMITED = -1;

    /** With the values of {@code defaults} where a client sent 0. */
    public TopicSettings resolved(final TopicSettings defaults) {
        return new TopicSettings(
                compression,
                messageExpiryMicros == 0 ? defaults.messageExpiryMicros : messageExpiryMicros,
                sizeMaxBytes == 0 ? defaults.sizeMaxBytes : sizeMaxBytes,
                replicationFactor == 0 ? defaults.replicationFactor : replicationFactor);
    }

    /** Status of a request that carries them. */
    int refusal(final StreamLimits limits) {
        if (compression != COMPRESSION_NONE && compression != COMPRESSION_GZIP || messageExpiryMicros == 0) {
            return INVALID_COMMAND;
        }
        if (replicationFactor < 1 || replicationFactor > 255) {
            return INVALID_REPLICATION_FACTOR;
        }
        return Long.compareUnsigned(sizeMaxBytes, limits.segmentBytes()) < 0 ? INVALID_TOPIC_SIZE : OK;
    }
}
