package io.vireo.node.gateway.service;

import io.vireo.node.stream.machine.Answers.PartitionInfo;
import io.vireo.node.stream.metadata.TopicSettings;
import io.vireo.node.stream.partition.PartitionContents;
import io.vireo.node.stream.partition.PartitionOperation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Decides what of a topic is no longer kept, from its settings and from what its partitions hold, in whatever order. Decides only on lives
 * that the metadata names, and says nothing where a partition would keep all.
 */
final class RetentionPlan {
    /**
     * A request to one partition, see {@link PartitionOperation#RETAIN}.
     *
     * @param age microseconds, unsigned; {@link PartitionOperation#NO_AGE} if nothing expires.
     * @param bytesBelow of all batches that the life ever had: segments that begin below it go; {@link PartitionOperation#NO_BYTES_BELOW}
     *     if size takes none.
     * @param notAfter microseconds since the epoch: what is later has not expired; {@link PartitionOperation#NO_TIME} if nothing has.
     */
    record Retain(long namespace, long incarnation, int group, long age, long bytesBelow, long notAfter) {}

    private RetentionPlan() {}

    /**
     * What has expired: to this clock, which says what to ask for, and then to the log, which decides.
     *
     * @param partitions of the topic, by namespace.
     * @param nowMicros since the epoch.
     */
    static List<Retain> byAge(
            final TopicSettings settings,
            final Map<Long, PartitionInfo> partitions,
            final List<PartitionContents> contents,
            final long nowMicros) {
        final List<Retain> retains = new ArrayList<>();
        final long expiry = settings.messageExpiryMicros();
        if (Long.compareUnsigned(expiry, nowMicros) >= 0) {
            // As old as that is nothing, also where nothing is ever to expire.
            return retains;
        }
        final long expiredBefore = nowMicros - expiry;
        for (final PartitionContents each : living(partitions, contents)) {
            if (each.sealedTimestamp() != 0 && each.sealedTimestamp() < expiredBefore) {
                retains.add(retain(each, partitions, expiry, PartitionOperation.NO_BYTES_BELOW, expiredBefore - 1));
            }
        }
        return retains;
    }

    /** What has no room: of the largest partitions so much that all together have. */
    static List<Retain> bySize(
            final TopicSettings settings,
            final Map<Long, PartitionInfo> partitions,
            final List<PartitionContents> contents) {
        final List<PartitionContents> living = living(partitions, contents);
        final long level =
                level(living.stream().mapToLong(PartitionContents::bytes).toArray(), settings.sizeMaxBytes());
        final List<Retain> retains = new ArrayList<>();
        for (final PartitionContents each : living) {
            if (each.sealedTimestamp() != 0 && Long.compareUnsigned(each.bytes(), level) > 0) {
                // The level itself would be held against what there is when it is applied: what came meanwhile would
                // take what was to stay.
                final long bytesBelow = each.endBytes() - level;
                retains.add(
                        retain(each, partitions, PartitionOperation.NO_AGE, bytesBelow, PartitionOperation.NO_TIME));
            }
        }
        return retains;
    }

    /**
     * The highest bound for each which keeps the sum of all within the maximum.
     *
     * @param sizeMax unsigned.
     * @return {@link TopicSettings#UNLIMITED} if the sum is within it as it is.
     */
    static long level(final long[] sizes, final long sizeMax) {
        final long[] ascending = sizes.clone();
        Arrays.sort(ascending);
        long left = sizeMax;
        for (int i = 0; i < ascending.length; i++) {
            final long share = Long.divideUnsigned(left, ascending.length - i);
            if (Long.compareUnsigned(ascending[i], share) > 0) {
                return share;
            }
            left -= ascending[i];
        }
        return TopicSettings.UNLIMITED;
    }

    /** Those whose life the metadata names. */
    static List<PartitionContents> living(
            final Map<Long, PartitionInfo> partitions, final List<PartitionContents> contents) {
        return contents.stream()
                .filter(each -> {
                    final PartitionInfo known = partitions.get(each.namespace());
                    return known != null && known.incarnation() == each.incarnation();
                })
                .toList();
    }

    private static Retain retain(
            final PartitionContents each,
            final Map<Long, PartitionInfo> partitions,
            final long age,
            final long bytesBelow,
            final long notAfter) {
        return new Retain(
                each.namespace(),
                each.incarnation(),
                partitions.get(each.namespace()).group(),
                age,
                bytesBelow,
                notAfter);
    }
}
