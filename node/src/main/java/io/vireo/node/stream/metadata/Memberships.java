package io.vireo.node.stream.metadata;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which groups a connection is in, and in which groups partitions move: an index over the consumer groups, which follows from them. */
final class Memberships {
    /** By node and client, see {@link #key}. */
    private final TreeMap<Long, TreeSet<GroupKey>> groups = new TreeMap<>();

    private final TreeSet<GroupKey> moving = new TreeSet<>();

    SortedSet<GroupKey> of(final int node, final int client) {
        final SortedSet<GroupKey> found = groups.get(key(node, client));
        return found == null ? Collections.emptySortedSet() : Collections.unmodifiableSortedSet(found);
    }

    /** Groups with a member of that node. */
    SortedSet<GroupKey> ofNode(final int node) {
        final SortedMap<Long, TreeSet<GroupKey>> ofNode = groups.subMap(key(node, 0), true, key(node, -1), true);
        final TreeSet<GroupKey> found = new TreeSet<>();
        ofNode.values().forEach(found::addAll);
        return found;
    }

    /** Groups with a partition that moves, as of now. */
    List<GroupKey> moving() {
        return new ArrayList<>(moving);
    }

    void add(final GroupKey group, final Member member) {
        groups.computeIfAbsent(key(member.node(), member.client()), absent -> new TreeSet<>())
                .add(group);
    }

    void remove(final GroupKey group, final Member member) {
        final long key = key(member.node(), member.client());
        final TreeSet<GroupKey> found = groups.get(key);
        found.remove(group);
        if (found.isEmpty()) {
            groups.remove(key);
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

    /** Ascending by node, then by client as an unsigned number. */
    private static long key(final int node, final int client) {
        return (long) node << Integer.SIZE | Integer.toUnsignedLong(client);
    }
}
