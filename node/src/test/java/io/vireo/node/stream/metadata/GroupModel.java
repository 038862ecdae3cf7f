package io.vireo.node.stream.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A consumer group in plain maps. What is dealt in turn it works out itself; how a join moves partitions it takes over from the subject,
 * once that has kept the rules: nobody loses a partition at once, shares become even, and no more moves than that takes.
 */
final class GroupModel {
    String name;
    long created;
    long generation;
    final SortedMap<Integer, Connection> seats = new TreeMap<>();
    final SortedMap<Integer, Integer> owners = new TreeMap<>();
    final SortedMap<Integer, Revocation> revocations = new TreeMap<>();

    Integer slot(final Connection connection) {
        return seats.entrySet().stream()
                .filter(seat -> seat.getValue().equals(connection))
                .map(SortedMap.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /** Partition i to the (i mod m)th seat. Without members there is nothing to deal and nothing changes. */
    void deal(final MetadataModel model, final int partitions) {
        if (!seats.isEmpty()) {
            dealAfterLeave(model, partitions);
        }
    }

    void dealAfterLeave(final MetadataModel model, final int partitions) {
        generation = ++model.lastGeneration;
        owners.clear();
        revocations.clear();
        final List<Integer> slots = List.copyOf(seats.keySet());
        for (int partition = 0; partition < partitions && !slots.isEmpty(); partition++) {
            owners.put(partition, slots.get(partition % slots.size()));
        }
    }

    void join(final MetadataModel model, final Connection connection, final int partitions) {
        seats.put(MetadataModel.lowestFree(seats), connection);
        generation = ++model.lastGeneration;
        if (seats.size() == 1) {
            for (int partition = 0; partition < partitions; partition++) {
                owners.put(partition, seats.firstKey());
            }
        }
    }

    /** Checks how the subject shares after a join, and takes that over. Returns how many partitions were told to move. */
    int takeOver(final ConsumerGroup subject, final int partitions, final long now) {
        final SortedMap<Integer, Revocation> found = new TreeMap<>();
        subject.assignment().revocations().forEach(revocation -> found.put(revocation.partition(), revocation));
        int moves = 0;
        for (int partition = 0; partition < partitions; partition++) {
            final Revocation before = revocations.get(partition);
            final Revocation after = found.get(partition);
            if (before == null && after != null) {
                assertEquals(generation, after.generation());
                assertEquals(now, after.sinceMicros());
            } else if (before != null && after != null) {
                assertEquals(before.generation(), after.generation(), "a move under way keeps its name and its age");
                assertEquals(before.sinceMicros(), after.sinceMicros());
            }
            moves += destination(before, partition) == destination(after, partition) ? 0 : 1;
        }
        assertEquals(leastMoves(partitions), moves, "no more moves than even shares take");
        revocations.clear();
        revocations.putAll(found);
        final Collection<Integer> shares = shares(partitions).values();
        assertTrue(shares.stream().max(Comparator.naturalOrder()).orElse(0)
                        - shares.stream().min(Comparator.naturalOrder()).orElse(0)
                <= 1);
        for (final Revocation revocation : found.values()) {
            assertNotEquals(owners.get(revocation.partition()), revocation.toSlot());
            assertTrue(seats.containsKey(revocation.toSlot()));
        }
        return moves;
    }

    boolean complete(final MetadataModel model, final int partition, final long ofGeneration) {
        final Revocation revocation = revocations.get(partition);
        if (revocation == null || revocation.generation() != ofGeneration) {
            return false;
        }
        owners.put(partition, revocations.remove(partition).toSlot());
        generation = ++model.lastGeneration;
        return true;
    }

    int completeSince(final MetadataModel model, final long since) {
        int completed = 0;
        for (final Revocation revocation : List.copyOf(revocations.values())) {
            if (revocation.sinceMicros() <= since) {
                owners.put(
                        revocation.partition(),
                        revocations.remove(revocation.partition()).toSlot());
                completed++;
            }
        }
        if (completed > 0) {
            generation = ++model.lastGeneration;
        }
        return completed;
    }

    /** Partitions above the largest share that evenness allows: as many members as it takes may keep one more. */
    private int leastMoves(final int partitions) {
        final List<Integer> largestFirst = shares(partitions).values().stream()
                .sorted(Comparator.reverseOrder())
                .toList();
        int moves = 0;
        for (int i = 0; i < largestFirst.size(); i++) {
            final int quota = partitions / largestFirst.size() + (i < partitions % largestFirst.size() ? 1 : 0);
            moves += Math.max(0, largestFirst.get(i) - quota);
        }
        return moves;
    }

    private SortedMap<Integer, Integer> shares(final int partitions) {
        final SortedMap<Integer, Integer> shares = new TreeMap<>();
        seats.keySet().forEach(slot -> shares.put(slot, 0));
        for (int partition = 0; partition < partitions; partition++) {
            shares.merge(destination(revocations.get(partition), partition), 1, Integer::sum);
        }
        return shares;
    }

    private int destination(final Revocation revocation, final int partition) {
        return revocation == null ? owners.get(partition) : revocation.toSlot();
    }
}
