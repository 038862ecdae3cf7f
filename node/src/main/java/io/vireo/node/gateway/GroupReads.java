package io.vireo.node.gateway;

import io.vireo.node.stream.metadata.GroupKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far one connection has read as a member of consumer groups: whose turn it is among its partitions, and what it has polled and not
 * stored yet, which it is to store before a partition goes to somebody else. Grows with what the member is assigned.
 */
final class GroupReads {
    private record Read(GroupKey group, long createdAtMicros, int partition) {}

    private final Map<GroupKey, Integer> turns = new LinkedHashMap<>();
    /** Offset of the last message polled, where it is not stored. */
    private final Map<Read, Long> polled = new LinkedHashMap<>();

    /** The next partition in turn: the first behind the one before, or else the first. */
    int next(final GroupKey group, final List<Integer> partitions) {
        final int last = turns.getOrDefault(group, -1);
        int chosen = partitions.get(0);
        for (final int partition : partitions) {
            if (partition > last) {
                chosen = partition;
                break;
            }
        }
        turns.put(group, chosen);
        return chosen;
    }

    /** The partition that was last in turn if the member still has it, or else the first. */
    int present(final GroupKey group, final List<Integer> partitions) {
        final int last = turns.getOrDefault(group, -1);
        return partitions.contains(last) ? last : partitions.get(0);
    }

    void onPolled(final GroupKey group, final long createdAtMicros, final int partition, final long lastOffset) {
        polled.put(new Read(group, createdAtMicros, partition), lastOffset);
    }

    void onStored(final GroupKey group, final long createdAtMicros, final int partition, final long offset) {
        polled.computeIfPresent(
                new Read(group, createdAtMicros, partition),
                (read, last) -> Long.compareUnsigned(offset, last) >= 0 ? null : last);
    }

    /** Whether all that was polled is stored. */
    boolean isSettled(final GroupKey group, final long createdAtMicros, final int partition) {
        return !polled.containsKey(new Read(group, createdAtMicros, partition));
    }

    void onLeft() {
        // Which group it was is known by name only; to forget too much costs a turn and no message.
        turns.clear();
        polled.clear();
    }
}
