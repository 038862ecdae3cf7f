package io.vireo.node.stream.metadata;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which groups a connection is in, and in which groups partitions move: an index over the consumer groups, which follows from them. */
final class Memberships {
    private final TreeMap<Connection, TreeSet<GroupKey>> groups = new TreeMap<>();

    private final TreeSet<GroupKey> moving = new TreeSet<>();

    NavigableSet<GroupKey> of(final Connection connection) {
        final NavigableSet<GroupKey> found = groups.get(connection);
        return found == null ? Collections.emptyNavigableSet() : Collections.unmodifiableNavigableSet(found);
    }

    /** Groups with a member of a life of that node before this one. */
    SortedSet<GroupKey> ofNodeBefore(final int node, final long start) {
        final TreeSet<GroupKey> found = new TreeSet<>();
        groups.subMap(new Connection(node, 0, 0), new Connection(node, start, 0))
                .values()
                .forEach(found::addAll);
        return found;
    }

    /** Those of the connections, ascending. */
    List<Integer> nodes() {
        final List<Integer> nodes = new ArrayList<>();
        Connection next = groups.isEmpty() ? null : groups.firstKey();
        while (next != null) {
            nodes.add(next.node());
            next = groups.ceilingKey(new Connection(next.node() + 1, 0, 0));
        }
        return nodes;
    }

    /** Groups with a partition that moves, as of now. */
    List<GroupKey> moving() {
        return new ArrayList<>(moving);
    }

    /** The same from this one on; a view. */
    Collection<GroupKey> movingFrom(final GroupKey first) {
        return Collections.unmodifiableCollection(moving.tailSet(first, true));
    }

    void add(final GroupKey group, final Member member) {
        groups.computeIfAbsent(member.connection(), absent -> new TreeSet<>()).add(group);
    }

    void remove(final GroupKey group, final Member member) {
        final TreeSet<GroupKey> found = groups.get(member.connection());
        found.remove(group);
        if (found.isEmpty()) {
            groups.remove(member.connection());
        }
    }

    void onAssigned(final GroupKey key, final ConsumerGroup group) {
        if (group.assignment().revocations().isEmpty()) {
            moving.remove(key);
        } else {
            moving.add(key);
        }
    }

    void onGroupDeleted(final GroupKey key, final ConsumerGroup group) {
        for (final Member member : group.members()) {
            remove(key, member);
        }
        moving.remove(key);
    }

    void onTopicDeleted(final int stream, final Topic topic) {
        for (final ConsumerGroup group : topic.consumerGroups()) {
            onGroupDeleted(new GroupKey(stream, topic.number(), group.number()), group);
        }
    }

    void clear() {
        groups.clear();
        moving.clear();
    }
}
