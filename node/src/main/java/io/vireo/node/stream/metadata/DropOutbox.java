package io.vireo.node.stream.metadata;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.journal.util.Invariant;
import io.vireo.node.stream.Namespaces;
import io.vireo.node.stream.StreamLimits;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/**
 * Drops that are decided and not yet done. Deletion and purge put them in; an acknowledgement through the log takes them out, so that
 * whoever is primary sends what is left, and a drop is done at least once. There is one for each partition and group: what ends while one
 * waits is covered by it, so a partition that is purged again and again takes one place.
 */
public final class DropOutbox {
    private static final int ENTRY_BYTES = 28;

    private record Waiting(long namespace, int group) implements Comparable<Waiting> {
        @Override
        public int compareTo(final Waiting other) {
            final int byNamespace = Long.compareUnsigned(namespace, other.namespace);
            return byNamespace != 0 ? byNamespace : Integer.compare(group, other.group);
        }
    }

    private final Namespaces namespaces;
    private final int capacity;
    private final TreeMap<Waiting, Drop> drops = new TreeMap<>();
    /** The same by group and namespace, oldest first: a group that is down does not hide what waits for others. */
    private final TreeMap<Integer, LinkedHashMap<Long, Drop>> byGroup = new TreeMap<>();

    DropOutbox(final StreamLimits limits, final Namespaces namespaces) {
        this.namespaces = namespaces;
        this.capacity = 2 * Math.min(limits.partitionsTotalMax(), Integer.MAX_VALUE / 2);
    }

    public int size() {
        return drops.size();
    }

    /** What is to be dropped, by namespace; a view that changes with the outbox. */
    public Collection<Drop> pending() {
        return Collections.unmodifiableCollection(drops.values());
    }

    /** As {@link #pending()}, of one group, in the order in which they began to wait. */
    public Collection<Drop> pending(final int group) {
        final LinkedHashMap<Long, Drop> ofGroup = byGroup.get(group);
        return ofGroup == null ? Collections.emptyList() : Collections.unmodifiableCollection(ofGroup.values());
    }

    /** Groups that have something to drop, ascending; a view. */
    public Set<Integer> groups() {
        return Collections.unmodifiableSet(byGroup.keySet());
    }

    /** True until the drop of that name is acknowledged, or covered by a later one. */
    public boolean isPending(final long namespace, final long incarnation) {
        return find(namespace, incarnation) != null;
    }

    /**
     * Whether a life up to that incarnation waits for its drop in one of these namespaces.
     *
     * @param firstNamespace with {@code lastNamespace} the range, inclusive, as unsigned numbers.
     */
    public boolean isAnyPending(final long firstNamespace, final long lastNamespace, final long incarnation) {
        if (Long.compareUnsigned(firstNamespace, lastNamespace) > 0) {
            return false;
        }
        for (final Drop drop : drops.subMap(
                        new Waiting(firstNamespace, 0), true, new Waiting(lastNamespace, Integer.MAX_VALUE), true)
                .values()) {
            if (drop.first() <= incarnation) {
                return true;
            }
        }
        return false;
    }

    /** The group has dropped lives up to that one. Without effect if that is known, or if another life has ended since. */
    public void acknowledge(final long namespace, final long incarnation) {
        final Drop drop = find(namespace, incarnation);
        if (drop != null) {
            drops.remove(new Waiting(namespace, drop.group()));
            final LinkedHashMap<Long, Drop> ofGroup = byGroup.get(drop.group());
            ofGroup.remove(namespace);
            if (ofGroup.isEmpty()) {
                byGroup.remove(drop.group());
            }
        }
    }

    /** Whether this many partitions may live at a time, given that the drop of each of them must find a place later. */
    boolean hasRoomFor(final long livePartitions) {
        return livePartitions + drops.size() <= capacity;
    }

    /** Whether the group has a drop of that partition to do, which covers what ends now. */
    boolean isWaiting(final long namespace, final int group) {
        return drops.containsKey(new Waiting(namespace, group));
    }

    void put(final long namespace, final long incarnation, final int group) {
        final Drop present = drops.get(new Waiting(namespace, group));
        put(new Drop(namespace, present == null ? incarnation : present.first(), incarnation, group));
        Invariant.check(drops.size() <= capacity, "a drop finds a place", drops.size(), capacity);
    }

    void writeTo(final SnapshotOutput out) {
        out.writeInt(drops.size());
        for (final LinkedHashMap<Long, Drop> ofGroup : byGroup.values()) {
            for (final Drop drop : ofGroup.values()) {
                out.writeInt(drop.group());
                out.writeLong(drop.namespace());
                out.writeLong(drop.first());
                out.writeLong(drop.last());
            }
        }
    }

    /** @param incarnationOf the life that a namespace has, 0 if none. */
    void readFrom(final SnapshotInput in, final Partitions partitions, final LongUnaryOperator incarnationOf) {
        drops.clear();
        byGroup.clear();
        int lastGroup = 0;
        for (int left = in.readLength(capacity, ENTRY_BYTES, "the number of drops"); left > 0; left--) {
            final int group = in.readInt();
            in.check(partitions.isForPartitions(group), "a drop names a group for partitions", group);
            in.check(group >= lastGroup, "groups with drops ascend", group);
            final long namespace = in.readLong();
            in.check(namespaces.contains(namespace), "a drop names a namespace", namespace);
            in.check(!isWaiting(namespace, group), "a group has one drop of a namespace", namespace);
            final long first = in.readLong();
            final long last = partitions.incarnations().read(in);
            in.check(first > 0 && first <= last, "a drop begins with its first life", first);
            final long live = incarnationOf.applyAsLong(namespace);
            in.check(live == 0 || last < live, "what is dropped has ended", last);
            put(new Drop(namespace, first, last, group));
            lastGroup = group;
        }
    }

    private void put(final Drop drop) {
        drops.put(new Waiting(drop.namespace(), drop.group()), drop);
        byGroup.computeIfAbsent(drop.group(), absent -> new LinkedHashMap<>()).put(drop.namespace(), drop);
    }

    private Drop find(final long namespace, final long incarnation) {
        for (final Drop drop : drops.subMap(
                        new Waiting(namespace, 0), true, new Waiting(namespace, Integer.MAX_VALUE), true)
                .values()) {
            if (drop.last() == incarnation) {
                return drop;
            }
        }
        return null;
    }
}
