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

/**
 * Drops that are decided and not yet done, oldest first. Deletion and purge put them in; an acknowledgement through the log takes them out,
 * so that whoever is primary sends what is left, and a drop is done at least once.
 */
public final class DropOutbox {
    private static final int ENTRY_BYTES = 20;

    private final Namespaces namespaces;
    private final int groupCount;
    private final int capacity;
    /** By incarnation, which one life of one partition has; in the order of insertion. */
    private final LinkedHashMap<Long, Drop> drops = new LinkedHashMap<>();
    /** The same by group: a group that is down does not hide what waits for others. */
    private final TreeMap<Integer, LinkedHashMap<Long, Drop>> byGroup = new TreeMap<>();

    DropOutbox(final StreamLimits limits, final Namespaces namespaces, final int groupCount) {
        this.namespaces = namespaces;
        this.groupCount = groupCount;
        this.capacity = 2 * Math.min(limits.partitionsTotalMax(), Integer.MAX_VALUE / 2);
    }

    public int size() {
        return drops.size();
    }

    /** What is to be dropped, in the order in which it was decided; a view that changes with the outbox. */
    public Collection<Drop> pending() {
        return Collections.unmodifiableCollection(drops.values());
    }

    /** As {@link #pending()}, of one group. */
    public Collection<Drop> pending(final int group) {
        final LinkedHashMap<Long, Drop> ofGroup = byGroup.get(group);
        return ofGroup == null ? Collections.emptyList() : Collections.unmodifiableCollection(ofGroup.values());
    }

    /** Groups that have something to drop, ascending; a view. */
    public Set<Integer> groups() {
        return Collections.unmodifiableSet(byGroup.keySet());
    }

    /** True until the drop is acknowledged. */
    public boolean isPending(final long namespace, final long incarnation) {
        final Drop drop = drops.get(incarnation);
        return drop != null && drop.namespace() == namespace;
    }

    /** The group has dropped it. Without effect if that is known. */
    public void acknowledge(final long namespace, final long incarnation) {
        if (isPending(namespace, incarnation)) {
            final int group = drops.remove(incarnation).group();
            final LinkedHashMap<Long, Drop> ofGroup = byGroup.get(group);
            ofGroup.remove(incarnation);
            if (ofGroup.isEmpty()) {
                byGroup.remove(group);
            }
        }
    }

    /** Whether this many partitions may live at a time, given that the drop of each of them must find a place later. */
    boolean hasRoomFor(final long livePartitions) {
        return livePartitions + drops.size() <= capacity;
    }

    void put(final long namespace, final long incarnation, final int group) {
        Invariant.check(drops.size() < capacity, "a drop finds a place", drops.size(), capacity);
        final Drop drop = new Drop(namespace, incarnation, group);
        Invariant.check(
                drops.put(incarnation, drop) == null, "a life of a partition ends once (incarnation)", incarnation);
        byGroup.computeIfAbsent(group, absent -> new LinkedHashMap<>()).put(incarnation, drop);
    }

    void writeTo(final SnapshotOutput out) {
        out.writeInt(drops.size());
        for (final Drop drop : drops.values()) {
            out.writeLong(drop.namespace());
            out.writeLong(drop.incarnation());
            out.writeInt(drop.group());
        }
    }

    void readFrom(final SnapshotInput in, final Incarnations incarnations) {
        drops.clear();
        byGroup.clear();
        for (int left = in.readLength(capacity, ENTRY_BYTES, "the number of drops"); left > 0; left--) {
            final long namespace = in.readLong();
            in.check(namespaces.contains(namespace), "a drop names a namespace", namespace);
            final long incarnation = incarnations.read(in);
            final int group = in.readInt();
            in.check(group >= 0 && group < groupCount, "a drop names a group", group);
            put(namespace, incarnation, group);
        }
    }
}
