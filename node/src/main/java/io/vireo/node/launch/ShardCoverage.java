package io.vireo.node.launch;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whether what the shards of one replica say of themselves fits together: one number of shards, and every group in one of them. Filled from
 * their status documents; passive.
 */
final class ShardCoverage {
    private final int groupCount;
    private final TreeSet<Long> shardCounts = new TreeSet<>();
    private final BitSet groups = new BitSet();
    private final BitSet repeated = new BitSet();

    ShardCoverage(final int groupCount) {
        this.groupCount = groupCount;
    }

    /** Takes the status document of one shard. */
    void add(final Map<String, Object> shard) {
        if (shard.get("shards") instanceof Long) {
            shardCounts.add((Long) shard.get("shards"));
        }
        for (final Object each : (List<?>) shard.get("groups")) {
            final int group = (int) (long) (Long) ((Map<?, ?>) each).get("group");
            if (groups.get(group)) {
                repeated.set(group);
            }
            groups.set(group);
        }
    }

    /** What does not fit, for people; null if all does. */
    String problem() {
        if (shardCounts.size() > 1) {
            return "its processes state different numbers of shards: "
                    + shardCounts.stream().map(String::valueOf).collect(Collectors.joining(" and "))
                    + "; start all of them with the same --shards";
        }
        if (!repeated.isEmpty()) {
            return "hosted by more than one shard: groups " + list(repeated);
        }
        final BitSet absent = new BitSet();
        absent.set(0, groupCount);
        absent.andNot(groups);
        if (!absent.isEmpty()) {
            return "hosted by no shard that answered: groups " + list(absent);
        }
        return null;
    }

    private static String list(final BitSet groups) {
        return groups.stream().mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }
}
