package io.vireo.node.stream.metadata;

import java.util.Arrays;

/** The partitions of a topic, numbered from 0 without gaps: arrays, because there are a hundred times as many as topics. */
public final class TopicPartitions {
    private static final long[] NO_LONGS = {};
    private static final int[] NO_INTS = {};

    private int count;
    private long[] incarnations = NO_LONGS;
    private long[] createdAtMicros = NO_LONGS;
    private int[] groups = NO_INTS;

    public int count() {
        return count;
    }

    /** Of its present life; rises with every purge and new creation. */
    public long incarnation(final int partition) {
        return incarnations[checked(partition)];
    }

    /** Time of the prepare that created it, in microseconds; a purge does not change it. */
    public long createdAtMicros(final int partition) {
        return createdAtMicros[checked(partition)];
    }

    /** The group whose log has its messages. */
    public int group(final int partition) {
        return groups[checked(partition)];
    }

    /** Makes place for exactly this many more. */
    void reserve(final int more) {
        incarnations = Arrays.copyOf(incarnations, count + more);
        createdAtMicros = Arrays.copyOf(createdAtMicros, count + more);
        groups = Arrays.copyOf(groups, count + more);
    }

    void add(final long incarnation, final long created, final int group) {
        incarnations[count] = incarnation;
        createdAtMicros[count] = created;
        groups[count] = group;
        count++;
    }

    void incarnation(final int partition, final long incarnation) {
        incarnations[checked(partition)] = incarnation;
    }

    void truncate(final int newCount) {
        count = newCount;
        reserve(0);
    }

    private int checked(final int partition) {
        if (partition < 0 || partition >= count) {
            throw new IndexOutOfBoundsException("partition " + partition + " of " + count);
        }
        return partition;
    }
}
