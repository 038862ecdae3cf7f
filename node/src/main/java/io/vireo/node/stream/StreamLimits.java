package io.vireo.node.stream;

import io.vireo.bootstrap.config.ConfigException;

/**
 * How much a cluster may hold; the same on every replica, because what is refused is part of the replicated state. The first three give the
 * widths of a namespace, see {@link Namespaces}.
 *
 * @param streamsMax streams at a time, at least 1.
 * @param topicsMax topics of a stream, at least 1.
 * @param partitionsMax partitions of a topic, at least 1.
 * @param partitionsTotalMax partitions of all topics, at least 1; as many drops may wait besides.
 * @param consumerGroupsMax consumer groups of a topic, at least 1.
 * @param membersMax members of a consumer group, at least 1.
 * @param usersMax users, root included, at least 1.
 * @param segmentBytes length of a segment, which is the smallest limit a topic's size can have.
 */
public record StreamLimits(
        int streamsMax,
        int topicsMax,
        int partitionsMax,
        int partitionsTotalMax,
        int consumerGroupsMax,
        int membersMax,
        int usersMax,
        long segmentBytes) {
    /** Partitions that one request may create or delete. */
    public static final int PARTITIONS_PER_REQUEST_MAX = 1000;
    /** Personal access tokens of a user. */
    public static final int TOKENS_PER_USER_MAX = 100;
    /** Of names of streams, topics and consumer groups, in UTF-8. */
    public static final int NAME_BYTES_MAX = 255;

    /** 52 bits of a namespace, a million partitions. */
    public static final StreamLimits DEFAULT =
            new StreamLimits(1 << 16, 1 << 16, 1 << 20, 1_000_000, 1 << 10, 1 << 14, 1 << 16, 128L << 20);

    /** @throws ConfigException if a value is not positive, or if the widths do not fit a namespace. */
    public StreamLimits {
        checkPositive("streams_max", streamsMax);
        checkPositive("topics_max", topicsMax);
        checkPositive("partitions_max", partitionsMax);
        checkPositive("partitions_total_max", partitionsTotalMax);
        checkPositive("consumer_groups_max", consumerGroupsMax);
        checkPositive("members_max", membersMax);
        checkPositive("users_max", usersMax);
        checkPositive("segment_bytes", segmentBytes);
        final int bits = Namespaces.bits(streamsMax) + Namespaces.bits(topicsMax) + Namespaces.bits(partitionsMax);
        if (bits > Long.SIZE) {
            throw new ConfigException(
                    "streams_max, topics_max, partitions_max",
                    streamsMax + ", " + topicsMax + ", " + partitionsMax,
                    "they need " + bits + " bits of a namespace, which has " + Long.SIZE);
        }
    }

    /** The same with another length of segments, which is a setting of the cluster. */
    public StreamLimits withSegmentBytes(final long bytes) {
        return new StreamLimits(
                streamsMax,
                topicsMax,
                partitionsMax,
                partitionsTotalMax,
                consumerGroupsMax,
                membersMax,
                usersMax,
                bytes);
    }

    private static void checkPositive(final String setting, final long value) {
        if (value <= 0) {
            throw new ConfigException(setting, value, "must be at least 1");
        }
    }
}
