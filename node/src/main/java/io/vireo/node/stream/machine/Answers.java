package io.vireo.node.stream.machine;

import io.vireo.node.stream.Permissions;
import io.vireo.node.stream.metadata.AccessToken;
import io.vireo.node.stream.metadata.Connection;
import io.vireo.node.stream.metadata.ConsumerGroup;
import io.vireo.node.stream.metadata.Drop;
import io.vireo.node.stream.metadata.GroupKey;
import io.vireo.node.stream.metadata.Stream;
import io.vireo.node.stream.metadata.Topic;
import io.vireo.node.stream.metadata.TopicSettings;
import io.vireo.node.stream.metadata.User;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What answers of the metadata are made of; the machine writes them and who asked reads them. Times are microseconds since the epoch.
 * Components stand in the order of the bytes.
 */
public final class Answers {
    private static final int PARTITION_BYTES = 4;
    private static final int MOVING_BYTES = 12;
    private static final int MEMBER_BYTES = 24;
    private static final int MEMBER_NODE_BYTES = 12;

    private Answers() {}

    /**
     * A part of a list.
     *
     * @param next the number that the rest begins with, where entries have numbers; else anything but {@link #NO_MORE} says that there is
     *     more behind {@link #last}.
     */
    public record Page<T>(List<T> entries, int next) {
        public static final int NO_MORE = PageWriter.NO_MORE;

        public Page {
            entries = List.copyOf(entries);
        }

        public boolean hasMore() {
            return next != NO_MORE;
        }

        /** The entry that the rest is behind; of a page that has more. */
        public T last() {
            return entries.get(entries.size() - 1);
        }

        public static <T> Page<T> read(final BodyReader in, final Function<BodyReader, T> entry) {
            final int count = in.count(1);
            final int next = in.u32();
            return new Page<>(list(in, count, entry), next);
        }
    }

    public record StreamInfo(int number, long createdAtMicros, int topics, String name) {
        static StreamInfo of(final Stream stream) {
            return new StreamInfo(
                    stream.number(), stream.createdAtMicros(), stream.topics().size(), stream.name());
        }

        void writeTo(final BodyWriter out) {
            out.u32(number).u64(createdAtMicros).u32(topics).text(name);
        }

        public static StreamInfo read(final BodyReader in) {
            return new StreamInfo(in.u32(), in.u64(), in.u32(), in.text());
        }
    }

    public record TopicInfo(int number, long createdAtMicros, int partitions, TopicSettings settings, String name) {
        static TopicInfo of(final Topic topic) {
            return new TopicInfo(
                    topic.number(),
                    topic.createdAtMicros(),
                    topic.partitions().count(),
                    topic.settings(),
                    topic.name());
        }

        void writeTo(final BodyWriter out) {
            out.u32(number).u64(createdAtMicros).u32(partitions);
            StreamCommands.write(out, settings);
            out.text(name);
        }

        public static TopicInfo read(final BodyReader in) {
            return new TopicInfo(in.u32(), in.u64(), in.u32(), StreamCommands.readSettings(in), in.text());
        }
    }

    /** Answer of {@link TopicQueries.GetStream}. */
    public record StreamDetails(StreamInfo stream, Page<TopicInfo> topics) {
        public static StreamDetails read(final BodyReader in) {
            return new StreamDetails(StreamInfo.read(in), Page.read(in, TopicInfo::read));
        }
    }

    /** @param group whose log has the messages of this life. */
    public record PartitionInfo(int number, long createdAtMicros, long incarnation, int group) {
        void writeTo(final BodyWriter out) {
            out.u32(number).u64(createdAtMicros).u64(incarnation).u32(group);
        }

        public static PartitionInfo read(final BodyReader in) {
            return new PartitionInfo(in.u32(), in.u64(), in.u64(), in.u32());
        }
    }

    /** Answer of {@link TopicQueries.GetTopic}. @param stream number of the topic's stream. */
    public record TopicDetails(int stream, TopicInfo topic, Page<PartitionInfo> partitions) {
        public static TopicDetails read(final BodyReader in) {
            return new TopicDetails(in.u32(), TopicInfo.read(in), Page.read(in, PartitionInfo::read));
        }
    }

    /** @param createdAtMicros with the number says which life of the group it is: numbers are used again. */
    public record GroupInfo(
            int number, long createdAtMicros, int partitions, int members, long generation, String name) {
        static GroupInfo of(final Topic topic, final ConsumerGroup group) {
            return new GroupInfo(
                    group.number(),
                    group.createdAtMicros(),
                    topic.partitions().count(),
                    group.members().size(),
                    group.generation(),
                    group.name());
        }

        void writeTo(final BodyWriter out) {
            out.u32(number)
                    .u64(createdAtMicros)
                    .u32(partitions)
                    .u32(members)
                    .u64(generation)
                    .text(name);
        }

        public static GroupInfo read(final BodyReader in) {
            return new GroupInfo(in.u32(), in.u64(), in.u32(), in.u32(), in.u64(), in.text());
        }
    }

    /** @param partitions that it owns, those it is to give up among them; ascending. */
    public record MemberInfo(int slot, Connection connection, List<Integer> partitions) {
        public MemberInfo {
            partitions = List.copyOf(partitions);
        }

        void writeTo(final BodyWriter out) {
            out.u32(slot).connection(connection).u32(partitions.size());
            partitions.forEach(out::u32);
        }

        static List<MemberInfo> readAll(final BodyReader in) {
            return list(in, in.count(MEMBER_BYTES), MemberInfo::read);
        }

        static MemberInfo read(final BodyReader in) {
            return new MemberInfo(in.u32(), in.connection(), list(in, in.count(PARTITION_BYTES), BodyReader::u32));
        }
    }

    /** Answer of {@link TopicQueries.GetGroup}. */
    public record GroupDetails(GroupInfo group, List<MemberInfo> members) {
        public GroupDetails {
            members = List.copyOf(members);
        }

        public static GroupDetails read(final BodyReader in) {
            return new GroupDetails(GroupInfo.read(in), MemberInfo.readAll(in));
        }
    }

    /** A partition that its owner gives up; {@code generation} names the revocation when it is completed. */
    public record MovingPartition(int partition, long generation) {
        static MovingPartition read(final BodyReader in) {
            return new MovingPartition(in.u32(), in.u64());
        }
    }

    /**
     * What a member has: answer of {@link TopicQueries.GetAssignment}.
     *
     * @param stream number of the group's stream, topic and group, whatever they were asked by.
     * @param createdAtMicros of the group.
     * @param partitions to poll, ascending.
     * @param revoked to give up and poll no longer, ascending.
     */
    public record MemberAssignment(
            GroupKey group,
            long createdAtMicros,
            long generation,
            int slot,
            List<Integer> partitions,
            List<MovingPartition> revoked) {
        public MemberAssignment {
            partitions = List.copyOf(partitions);
            revoked = List.copyOf(revoked);
        }

        void writeTo(final BodyWriter out) {
            write(out, group);
            out.u64(createdAtMicros).u64(generation).u32(slot).u32(partitions.size());
            partitions.forEach(out::u32);
            out.u32(revoked.size());
            revoked.forEach(moving -> out.u32(moving.partition).u64(moving.generation));
        }

        public static MemberAssignment read(final BodyReader in) {
            return new MemberAssignment(
                    readKey(in),
                    in.u64(),
                    in.u64(),
                    in.u32(),
                    list(in, in.count(PARTITION_BYTES), BodyReader::u32),
                    list(in, in.count(MOVING_BYTES), MovingPartition::read));
        }
    }

    /**
     * Where a topic is, and maybe one of its partitions: answer of {@link TopicQueries.Locate}.
     *
     * @param namespace of the partition; with {@code incarnation} and {@code group} 0 if none was asked for.
     */
    public record Location(int stream, int topic, int partitions, long namespace, long incarnation, int group) {
        void writeTo(final BodyWriter out) {
            out.u32(stream)
                    .u32(topic)
                    .u32(partitions)
                    .u64(namespace)
                    .u64(incarnation)
                    .u32(group);
        }

        public static Location read(final BodyReader in) {
            return new Location(in.u32(), in.u32(), in.u32(), in.u64(), in.u64(), in.u32());
        }
    }

    /** @param creation see {@link User#creation}; with the number it is the {@link Actor} of a login. */
    public record UserInfo(int number, long creation, long createdAtMicros, int status, String name) {
        static UserInfo of(final User user) {
            return new UserInfo(user.number(), user.creation(), user.createdAtMicros(), user.status(), user.name());
        }

        void writeTo(final BodyWriter out) {
            out.u32(number).u64(creation).u64(createdAtMicros).u8(status).text(name);
        }

        public static UserInfo read(final BodyReader in) {
            return new UserInfo(in.u32(), in.u64(), in.u64(), in.u8(), in.text());
        }
    }

    /** @param permissions null for none. */
    public record UserDetails(UserInfo user, Permissions permissions) {
        public static UserDetails read(final BodyReader in) {
            return new UserDetails(UserInfo.read(in), in.permissions());
        }
    }

    /** What a login is checked against; for gateways alone. */
    public record Credentials(UserInfo user, String passwordHash) {
        public static Credentials read(final BodyReader in) {
            return new Credentials(UserInfo.read(in), in.text());
        }
    }

    /** @param expiresAtMicros 0 = never. */
    public record TokenInfo(String name, long expiresAtMicros) {
        static TokenInfo of(final AccessToken token) {
            return new TokenInfo(token.name(), token.expiresAtMicros());
        }

        void writeTo(final BodyWriter out) {
            out.text(name).u64(expiresAtMicros);
        }

        public static TokenInfo read(final BodyReader in) {
            return new TokenInfo(in.text(), in.u64());
        }
    }

    public record Counts(int streams, int topics, int partitions, int groups, int users, int drops) {
        void writeTo(final BodyWriter out) {
            out.u32(streams).u32(topics).u32(partitions).u32(groups).u32(users).u32(drops);
        }

        public static Counts read(final BodyReader in) {
            return new Counts(in.u32(), in.u32(), in.u32(), in.u32(), in.u32(), in.u32());
        }
    }

    /** A partition on its way from one member to another. */
    public record Moving(GroupKey group, int partition, long generation, long sinceMicros, Connection owner) {
        void writeTo(final BodyWriter out) {
            write(out, group);
            out.u32(partition).u64(generation).u64(sinceMicros).connection(owner);
        }

        public static Moving read(final BodyReader in) {
            return new Moving(readKey(in), in.u32(), in.u64(), in.u64(), in.connection());
        }
    }

    /** A node that has members in consumer groups. @param joins of its connections so far, also those of members. */
    public record MemberNode(int node, long joins) {
        static MemberNode read(final BodyReader in) {
            return new MemberNode(in.node(), in.start());
        }
    }

    /**
     * What waits for the primary of the metadata: answer of {@link SystemQueries.GetDuties}.
     *
     * @param drops that wait in the outbox.
     * @param movingSinceMicros when the partition that has been moving for longest began to; 0 if none moves.
     * @param tokenExpiryMicros when the next token expires; 0 if none does.
     * @param nodes with members, by node.
     */
    public record Duties(int drops, long movingSinceMicros, long tokenExpiryMicros, List<MemberNode> nodes) {
        public Duties {
            nodes = List.copyOf(nodes);
        }

        void writeTo(final BodyWriter out) {
            out.u32(drops).u64(movingSinceMicros).u64(tokenExpiryMicros).u32(nodes.size());
            nodes.forEach(each -> out.u32(each.node).u64(each.joins));
        }

        public static Duties read(final BodyReader in) {
            return new Duties(in.u32(), in.u64(), in.u64(), list(in, in.count(MEMBER_NODE_BYTES), MemberNode::read));
        }
    }

    static void write(final BodyWriter out, final GroupKey key) {
        out.u32(key.stream()).u32(key.topic()).u32(key.group());
    }

    public static GroupKey readKey(final BodyReader in) {
        return new GroupKey(in.u32(), in.u32(), in.u32());
    }

    static void write(final BodyWriter out, final Drop drop) {
        out.u64(drop.namespace()).u64(drop.first()).u64(drop.last()).u32(drop.group());
    }

    public static Drop readDrop(final BodyReader in) {
        return new Drop(in.u64(), in.u64(), in.u64(), in.u32());
    }

    /**
     * Reads a whole answer.
     *
     * @throws IllegalArgumentException if it is none of that kind, which a machine of this version does not send.
     */
    public static <T> T decode(final byte[] answer, final Function<BodyReader, T> reader) {
        final BodyReader in = new BodyReader().wrap(new UnsafeBuffer(answer), 0, answer.length);
        final T decoded = reader.apply(in);
        if (!in.isWhole()) {
            throw new IllegalArgumentException("an answer of " + answer.length + " bytes is not what was asked for");
        }
        return decoded;
    }

    private static <T> List<T> list(final BodyReader in, final int count, final Function<BodyReader, T> entry) {
        final List<T> entries = new ArrayList<>(count);
        for (int i = 0; i < count && !in.isMalformed(); i++) {
            entries.add(entry.apply(in));
        }
        return entries;
    }
}
