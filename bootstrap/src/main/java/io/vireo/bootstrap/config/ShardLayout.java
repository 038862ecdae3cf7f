package io.vireo.bootstrap.config;

/**
 * Which shard of a replica hosts which group: shard s hosts the groups g with {@code g mod shardCount == s}. Nobody but the replica itself
 * decides how many shards it runs; it may change from one start to the next and differ between replicas, because every group has a
 * directory of its own.
 *
 * <p>Sets of groups are words of 64 bits, group g is bit g mod 64 of word g / 64.
 */
public record ShardLayout(int groupCount, int shardCount) {
    public ShardLayout {
        if (shardCount < 1 || shardCount > groupCount) {
            throw new IllegalArgumentException(
                    "shardCount is " + shardCount + ", must be from 1 to the number of groups " + groupCount);
        }
    }

    /** The shard that hosts this group. */
    public int shardOf(final int group) {
        if (group < 0 || group >= groupCount) {
            throw new IndexOutOfBoundsException("group " + group + " of " + groupCount);
        }
        return group % shardCount;
    }

    /** The groups of a shard, in order. */
    public int[] groups(final int shard) {
        final int[] groups = new int[(groupCount - shard + shardCount - 1) / shardCount];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = shard + i * shardCount;
        }
        return groups;
    }

    /** The groups of a shard as a set. */
    public long[] groupBits(final int shard) {
        final long[] bits = new long[(groupCount + 63) >>> 6];
        for (final int group : groups(shard)) {
            bits[group >>> 6] |= 1L << group;
        }
        return bits;
    }
}
