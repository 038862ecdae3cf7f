package io.vireo.node.stream.metadata;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.node.stream.Namespaces;
import io.vireo.node.stream.StreamLimits;

/**
 * What group 0 replicates: streams, topics, partitions with their places, drops that wait, consumer groups, users and their tokens.
 * Driven by the group's thread; every operation is a pure function of the state, its arguments and the time of the prepare. Knows no bytes of a protocol.
 */
public final class MetadataState {
    /** Answer for a namespace that is no partition. */
    public static final int NO_GROUP = -1;

    private static final int FORMAT = 3;

    private final StreamLimits limits;
    private final int groupCount;
    private final Namespaces namespaces;
    private final DropOutbox drops;
    private final Partitions partitions;
    private final Streams streams;
    private final ConsumerGroups consumerGroups;
    private final Topics topics;
    private final Users users;

    /** @param groupCount at least 1. */
    public MetadataState(final StreamLimits limits, final int groupCount) {
        final Memberships memberships = new Memberships();
        this.limits = limits;
        this.groupCount = groupCount;
        this.namespaces = new Namespaces(limits);
        this.drops = new DropOutbox(limits, namespaces);
        this.partitions = new Partitions(limits, namespaces, groupCount, drops);
        this.streams = new Streams(limits, partitions, memberships);
        this.consumerGroups = new ConsumerGroups(limits, streams, memberships);
        this.topics = new Topics(limits, streams, partitions, consumerGroups, memberships);
        this.users = new Users(limits);
    }

    public Namespaces namespaces() {
        return namespaces;
    }

    public Streams streams() {
        return streams;
    }

    public Topics topics() {
        return topics;
    }

    public ConsumerGroups consumerGroups() {
        return consumerGroups;
    }

    public Users users() {
        return users;
    }

    public DropOutbox drops() {
        return drops;
    }

    /** Partitions of all topics. */
    public int partitionCount() {
        return partitions.live();
    }

    /** The highest incarnation that was given; 0 if none was. */
    public long lastIncarnation() {
        return partitions.incarnations().last();
    }

    /** Group of the partition, or {@link #NO_GROUP} if the namespace is none. */
    public int groupOf(final long namespace) {
        final TopicPartitions found = partitionsOf(namespace);
        return found == null ? NO_GROUP : found.group(namespaces.partition(namespace));
    }

    /** Incarnation of the partition, or 0 if the namespace is none. */
    public long incarnationOf(final long namespace) {
        final TopicPartitions found = partitionsOf(namespace);
        return found == null ? 0 : found.incarnation(namespaces.partition(namespace));
    }

    /**
     * Ends the life that a partition has, if it is this one, and gives it another.
     *
     * @return 1 if it did, 0 if the partition has another life or is none, which is no error; or 58 if too many drops wait.
     */
    public MetadataResult renew(final long namespace, final long incarnation) {
        final TopicPartitions found = partitionsOf(namespace);
        return found == null || found.incarnation(namespaces.partition(namespace)) != incarnation
                ? MetadataResult.OK
                : partitions.renew(namespace, found, namespaces.partition(namespace));
    }

    /** Writes all of it; equal states write the same bytes. */
    public void writeTo(final SnapshotOutput out) {
        out.writeInt(FORMAT);
        out.writeInt(groupCount);
        out.writeInt(limits.streamsMax());
        out.writeInt(limits.topicsMax());
        out.writeInt(limits.partitionsMax());
        out.writeInt(limits.partitionsTotalMax());
        out.writeInt(limits.consumerGroupsMax());
        out.writeInt(limits.membersMax());
        out.writeInt(limits.usersMax());
        out.writeLong(limits.segmentBytes());
        partitions.incarnations().writeTo(out);
        consumerGroups.writeTo(out);
        streams.writeTo(out, topics);
        drops.writeTo(out);
        users.writeTo(out);
    }

    /**
     * Takes over what {@link #writeTo} has written and forgets what was. A state that threw is not to be used.
     *
     * @throws io.vireo.bootstrap.checkpoint.SnapshotException if it is no such state, or one under other limits.
     */
    public void readFrom(final SnapshotInput in) {
        checkSame(in, FORMAT, "the format of the metadata");
        checkSame(in, groupCount, "the number of groups");
        checkSame(in, limits.streamsMax(), "streams_max");
        checkSame(in, limits.topicsMax(), "topics_max");
        checkSame(in, limits.partitionsMax(), "partitions_max");
        checkSame(in, limits.partitionsTotalMax(), "partitions_total_max");
        checkSame(in, limits.consumerGroupsMax(), "consumer_groups_max");
        checkSame(in, limits.membersMax(), "members_max");
        checkSame(in, limits.usersMax(), "users_max");
        final long segmentBytes = in.readLong();
        in.check(segmentBytes == limits.segmentBytes(), "segment_bytes is " + limits.segmentBytes(), segmentBytes);
        partitions.incarnations().beginReading(in);
        consumerGroups.readFrom(in);
        streams.readFrom(in, topics);
        drops.readFrom(in, partitions, this::incarnationOf);
        partitions.incarnations().endReading();
        in.check(drops.hasRoomFor(partitions.live()), "the drop of each partition finds a place", partitions.live());
        users.readFrom(in);
        in.checkEnd();
    }

    private TopicPartitions partitionsOf(final long namespace) {
        if (!namespaces.contains(namespace)) {
            return null;
        }
        final Stream stream = streams.all().at(namespaces.stream(namespace));
        final Topic topic = stream == null ? null : stream.topics().at(namespaces.topic(namespace));
        return topic == null
                        || namespaces.partition(namespace) >= topic.partitions().count()
                ? null
                : topic.partitions();
    }

    private static void checkSame(final SnapshotInput in, final int own, final String what) {
        final int found = in.readInt();
        in.check(found == own, what + " is " + own, found);
    }
}
