package io.vireo.node.stream.metadata;

import static io.vireo.node.stream.StreamStatus.CANNOT_CREATE_CONSUMER_GROUP;
import static io.vireo.node.stream.StreamStatus.CONSUMER_GROUP_MEMBER_NOT_FOUND;
import static io.vireo.node.stream.StreamStatus.CONSUMER_GROUP_NAME_ALREADY_EXISTS;
import static io.vireo.node.stream.StreamStatus.INVALID_CONSUMER_GROUP_NAME;
import static io.vireo.node.stream.StreamStatus.TRANSIENT_NOT_ACCEPTED;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.NodeNumber;
import io.vireo.node.stream.StreamLimits;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedSet;

/**
 * The operations on consumer groups and their members. A member is a connection; that it ended, that its node is gone and that a move of a
 * partition took too long are operations as well, because only the log can say it to all replicas. An operation that is refused changes
 * nothing.
 */
public final class ConsumerGroups {
    private static final int ENTRY_BYTES = 33;
    private static final int MEMBER_BYTES = 20;

    private final StreamLimits limits;
    private final Streams streams;
    private final Memberships memberships;
    private final NodeLives nodes = new NodeLives();

    private long lastGeneration;

    ConsumerGroups(final StreamLimits limits, final Streams streams, final Memberships memberships) {
        this.limits = limits;
        this.streams = streams;
        this.memberships = memberships;
    }

    /** Null if there is no such group, topic or stream. */
    public ConsumerGroup find(final Identifier stream, final Identifier topic, final Identifier group) {
        return Place.of(streams.find(stream), topic, group).group();
    }

    /** Groups that the connection has joined. */
    public NavigableSet<GroupKey> of(final Connection connection) {
        return memberships.of(connection);
    }

    /** Groups with a partition that moves: what the primary watches. */
    public List<GroupKey> moving() {
        return memberships.moving();
    }

    /** The same from this group on; a view. */
    public Collection<GroupKey> movingFrom(final GroupKey first) {
        return memberships.movingFrom(first);
    }

    /** When the partition that has been moving for longest began to, in microseconds; 0 if none moves. */
    public long movingSinceMicros() {
        long since = Long.MAX_VALUE;
        for (final GroupKey key : memberships.moving()) {
            for (final Revocation revocation : group(key).assignment().revocations()) {
                since = Math.min(since, revocation.sinceMicros());
            }
        }
        return since == Long.MAX_VALUE ? 0 : since;
    }

    /** Nodes with a connection that is a member of a group, ascending. */
    public List<Integer> nodesWithMembers() {
        return memberships.nodes();
    }

    /** How often connections of the node have joined a group, also one whose members they were: see {@link #expelNode}. */
    public long joins(final int node) {
        return nodes.joins(node);
    }

    /** @return number of the group; or 1009, 2010, 5004, 5005, 5007. */
    public MetadataResult create(
            final Identifier streamIdentifier,
            final Identifier topicIdentifier,
            final String name,
            final long timestampMicros) {
        if (!Names.isValid(name, 1, StreamLimits.NAME_BYTES_MAX)) {
            return MetadataResult.refused(INVALID_CONSUMER_GROUP_NAME);
        }
        final Place place = Place.of(streams.find(streamIdentifier), topicIdentifier);
        final Topic topic = place.topic();
        if (topic == null) {
            return place.notFound();
        }
        if (topic.consumerGroups().named(name) != null) {
            return MetadataResult.refused(CONSUMER_GROUP_NAME_ALREADY_EXISTS);
        }
        if (topic.consumerGroups().size() == limits.consumerGroupsMax()) {
            return MetadataResult.refused(CANNOT_CREATE_CONSUMER_GROUP);
        }
        final int number = topic.consumerGroups().lowestFree();
        topic.consumerGroups().add(new ConsumerGroup(number, name, timestampMicros, ++lastGeneration));
        return MetadataResult.of(number);
    }

    /** @return 1009, 2010 or 5000 if refused. */
    public MetadataResult delete(
            final Identifier streamIdentifier, final Identifier topicIdentifier, final Identifier groupIdentifier) {
        final Place place = Place.of(streams.find(streamIdentifier), topicIdentifier, groupIdentifier);
        final ConsumerGroup group = place.group();
        if (group == null) {
            return place.notFound();
        }
        memberships.onGroupDeleted(place.key(), group);
        place.topic().consumerGroups().remove(group);
        return MetadataResult.OK;
    }

    /**
     * Changes no group if it is a member, but shows that its node is heard, as any join does.
     *
     * @return slot of the member; or 1009, 2010, 5000, or 58 if the group is full or the connection's life of its node has ended.
     */
    public MetadataResult join(
            final Identifier streamIdentifier,
            final Identifier topicIdentifier,
            final Identifier groupIdentifier,
            final Connection connection,
            final long timestampMicros) {
        final Place place = Place.of(streams.find(streamIdentifier), topicIdentifier, groupIdentifier);
        final ConsumerGroup group = place.group();
        if (group == null) {
            return place.notFound();
        }
        final Member present = group.member(connection);
        if (present != null) {
            nodes.onJoined(connection.node());
            return MetadataResult.of(present.slot());
        }
        if (group.members().size() == limits.membersMax() || connection.start() < nodes.start(connection.node())) {
            return MetadataResult.refused(TRANSIENT_NOT_ACCEPTED);
        }
        final Member member = group.add(connection);
        group.generation(++lastGeneration);
        nodes.onJoined(connection.node());
        group.assignment()
                .balance(place.topic().partitions().count(), group.members(), lastGeneration, timestampMicros);
        memberships.add(place.key(), member);
        memberships.onAssigned(place.key(), group);
        return MetadataResult.of(member.slot());
    }

    /** @return 1009, 2010, 5000, or 5006 if it is no member. */
    public MetadataResult leave(
            final Identifier streamIdentifier,
            final Identifier topicIdentifier,
            final Identifier groupIdentifier,
            final Connection connection) {
        final Place place = Place.of(streams.find(streamIdentifier), topicIdentifier, groupIdentifier);
        final ConsumerGroup group = place.group();
        if (group == null) {
            return place.notFound();
        }
        final Member member = group.member(connection);
        if (member == null) {
            return MetadataResult.refused(CONSUMER_GROUP_MEMBER_NOT_FOUND);
        }
        remove(place.key(), List.of(member));
        return MetadataResult.OK;
    }

    /** The connection has ended: it leaves all its groups. @return how many. */
    public MetadataResult leaveAll(final Connection connection) {
        final List<GroupKey> keys = List.copyOf(memberships.of(connection));
        for (final GroupKey key : keys) {
            remove(key, List.of(group(key).member(connection)));
        }
        return MetadataResult.of(keys.size());
    }

    /**
     * The lives of the node before this start have ended: their connections leave all their groups, and none of them joins one again. So
     * have those of nodes that its replica had when it ran more processes.
     *
     * @param processes of the replica, this one among them.
     * @return groups they have left; one that two nodes have left counts for both.
     */
    public MetadataResult leaveNode(final int node, final long start, final int processes) {
        int left = endBefore(node, start);
        for (final int gone : nodes.behind(NodeNumber.replica(node), processes)) {
            left += endBefore(gone, start);
        }
        return MetadataResult.of(left);
    }

    private int endBefore(final int node, final long start) {
        nodes.onStarted(node, start);
        return removeBefore(node, start);
    }

    /**
     * The node is silent: its connections leave all their groups. Its lives go on: it may only have been cut off, and then its clients join
     * again. Without effect if one of them has joined since it was decided, member or not, because then the node is heard; and without effect
     * when it is late, because a node that is heard again keeps its members without joining.
     *
     * @param decidedJoins {@link #joins} of the node when it was decided.
     * @param notAfterMicros the last time at which it still is to be done.
     * @param timestampMicros of the op.
     * @return groups they have left.
     */
    public MetadataResult expelNode(
            final int node, final long decidedJoins, final long notAfterMicros, final long timestampMicros) {
        final boolean isMeant = nodes.joins(node) == decidedJoins && timestampMicros <= notAfterMicros;
        return MetadataResult.of(isMeant ? removeBefore(node, Long.MAX_VALUE) : 0);
    }

    private int removeBefore(final int node, final long start) {
        final SortedSet<GroupKey> keys = memberships.ofNodeBefore(node, start);
        for (final GroupKey key : keys) {
            remove(
                    key,
                    group(key).members().stream()
                            .filter(member -> member.connection().node() == node
                                    && member.connection().start() < start)
                            .toList());
        }
        return keys.size();
    }

    /**
     * The owner has stored the offsets of all it polled from the partition: it goes to whom it was promised.
     *
     * @param generation of the revocation.
     * @return 1 if it went, 0 if this revocation is no longer going on, which is no error.
     */
    public MetadataResult completeRevocation(final GroupKey key, final int partition, final long generation) {
        final ConsumerGroup group = group(key);
        if (group == null || !group.assignment().complete(partition, generation)) {
            return MetadataResult.OK;
        }
        onCompleted(key, group);
        return MetadataResult.of(1);
    }

    /** What has been moving since then or longer goes to whom it was promised. @return how many partitions. */
    public MetadataResult completeRevocationsSince(final long sinceMicros) {
        int completed = 0;
        for (final GroupKey key : memberships.moving()) {
            final ConsumerGroup group = group(key);
            final int ofGroup = group.assignment().completeSince(sinceMicros);
            if (ofGroup > 0) {
                completed += ofGroup;
                onCompleted(key, group);
            }
        }
        return MetadataResult.of(completed);
    }

    void onPartitionCountChanged(final int stream, final Topic topic) {
        for (final ConsumerGroup group : topic.consumerGroups()) {
            if (!group.members().isEmpty()) {
                deal(new GroupKey(stream, topic.number(), group.number()), topic, group);
            }
        }
    }

    /** What is of no group, before the groups. */
    void writeTo(final SnapshotOutput out) {
        out.writeLong(lastGeneration);
        nodes.writeTo(out);
    }

    void readFrom(final SnapshotInput in) {
        lastGeneration = in.readLong();
        in.check(lastGeneration >= 0, "generations are counted from 0", lastGeneration);
        nodes.readFrom(in);
    }

    void writeTo(final SnapshotOutput out, final Topic topic) {
        out.writeInt(topic.consumerGroups().size());
        for (final ConsumerGroup group : topic.consumerGroups()) {
            out.writeInt(group.number());
            out.writeLong(group.createdAtMicros());
            Names.write(out, group.name());
            out.writeLong(group.generation());
            out.writeInt(group.members().size());
            for (final Member member : group.members()) {
                out.writeInt(member.slot());
                out.writeInt(member.connection().node());
                out.writeLong(member.connection().start());
                out.writeInt(member.connection().client());
            }
            group.assignment().writeTo(out);
        }
    }

    void readInto(final int stream, final Topic topic, final SnapshotInput in) {
        int last = -1;
        final int count = in.readLength(limits.consumerGroupsMax(), ENTRY_BYTES, "the number of consumer groups");
        for (int i = 0; i < count; i++) {
            final int number = in.readInt();
            in.check(number > last && number < limits.consumerGroupsMax(), "numbers of groups ascend", number);
            final long created = in.readLong();
            final String name = Names.read(in, 1, StreamLimits.NAME_BYTES_MAX, "the name of a consumer group");
            in.check(topic.consumerGroups().named(name) == null, "a name is given to one group of a topic", number);
            final long generation = in.readLong();
            in.check(generation > 0 && generation <= lastGeneration, "generations go up to the last", generation);
            final ConsumerGroup group = new ConsumerGroup(number, name, created, generation);
            topic.consumerGroups().add(group);
            readMembers(new GroupKey(stream, topic.number(), number), group, in);
            group.assignment().readFrom(in, topic.partitions().count(), group);
            memberships.onAssigned(new GroupKey(stream, topic.number(), number), group);
            last = number;
        }
    }

    private void readMembers(final GroupKey key, final ConsumerGroup group, final SnapshotInput in) {
        int last = -1;
        for (int left = in.readLength(limits.membersMax(), MEMBER_BYTES, "the number of members"); left > 0; left--) {
            final int slot = in.readInt();
            final int node = in.readInt();
            in.check(node >= 0 && node < NodeNumber.END, "a member is at a node", node);
            in.check(nodes.joins(node) > 0, "a node with a member has joined", node);
            final Member member = new Member(slot, new Connection(node, in.readLong(), in.readInt()));
            in.check(
                    member.connection().start() >= nodes.start(node),
                    "a member is of a life that has not ended",
                    member.connection().start());
            in.check(member.slot() > last && member.slot() < limits.membersMax(), "slots ascend", member.slot());
            in.check(!memberships.of(member.connection()).contains(key), "a member is one", member.slot());
            group.append(member);
            memberships.add(key, member);
            last = member.slot();
        }
    }

    private void remove(final GroupKey key, final Collection<Member> leaving) {
        final Topic topic = streams.all().at(key.stream()).topics().at(key.topic());
        final ConsumerGroup group = topic.consumerGroups().at(key.group());
        for (final Member member : leaving) {
            group.remove(member);
            memberships.remove(key, member);
        }
        deal(key, topic, group);
    }

    private void deal(final GroupKey key, final Topic topic, final ConsumerGroup group) {
        group.generation(++lastGeneration);
        group.assignment().deal(topic.partitions().count(), group.members());
        memberships.onAssigned(key, group);
    }

    private void onCompleted(final GroupKey key, final ConsumerGroup group) {
        group.generation(++lastGeneration);
        memberships.onAssigned(key, group);
    }

    private ConsumerGroup group(final GroupKey key) {
        final Stream stream = streams.all().at(key.stream());
        final Topic topic = stream == null ? null : stream.topics().at(key.topic());
        return topic == null ? null : topic.consumerGroups().at(key.group());
    }
}
