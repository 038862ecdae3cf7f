package io.vireo.node.stream.machine;

import static io.vireo.node.stream.StreamStatus.CONSUMER_GROUP_MEMBER_NOT_FOUND;
import static io.vireo.node.stream.StreamStatus.CONSUMER_GROUP_NOT_FOUND;
import static io.vireo.node.stream.StreamStatus.OK;
import static io.vireo.node.stream.StreamStatus.PARTITION_NOT_FOUND;

import io.vireo.node.stream.AccessRules;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.metadata.Connection;
import io.vireo.node.stream.metadata.ConsumerGroup;
import io.vireo.node.stream.metadata.GroupKey;
import io.vireo.node.stream.metadata.Member;
import io.vireo.node.stream.metadata.MetadataState;
import io.vireo.node.stream.metadata.Revocation;
import io.vireo.node.stream.metadata.Stream;
import io.vireo.node.stream.metadata.Topic;
import io.vireo.node.stream.metadata.TopicPartitions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Queries about streams, topics, partitions and consumer groups. */
public final class TopicQueries {
    private TopicQueries() {}

    /** Answer: a {@link Answers.Page} of {@link Answers.StreamInfo}. @param from lowest number that is wanted. */
    public record GetStreams(int from) implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.GET_STREAMS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.u32(from);
        }

        static GetStreams read(final BodyReader in) {
            return new GetStreams(in.from());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final int refusal = caller.refusal(AccessRules.LIST_STREAMS);
            if (refusal == OK) {
                PageWriter.writeFrom(
                        from,
                        state.streams().all(),
                        out,
                        stream -> Answers.StreamInfo.of(stream).writeTo(out));
            }
            return refusal;
        }
    }

    /** Answer: {@link Answers.StreamDetails}. @param fromTopic lowest number of a topic that is wanted. */
    public record GetStream(Identifier stream, int fromTopic) implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.GET_STREAM;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream).u32(fromTopic);
        }

        static GetStream read(final BodyReader in) {
            return new GetStream(in.id(), in.from());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final int refusal = caller.refusal(AccessRules.READ_STREAM, stream);
            if (refusal == OK) {
                writeDetails(state.streams().find(stream), fromTopic, out);
            }
            return refusal;
        }
    }

    /** Answer: {@link Answers.StreamDetails}, for those who may only list its topics. @param fromTopic lowest number that is wanted. */
    public record GetTopics(Identifier stream, int fromTopic) implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.GET_TOPICS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream).u32(fromTopic);
        }

        static GetTopics read(final BodyReader in) {
            return new GetTopics(in.id(), in.from());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final int refusal = caller.refusal(AccessRules.LIST_TOPICS, stream);
            if (refusal == OK) {
                writeDetails(state.streams().find(stream), fromTopic, out);
            }
            return refusal;
        }
    }

    /** Answer: {@link Answers.TopicDetails}. @param fromPartition lowest number that is wanted. */
    public record GetTopic(Identifier stream, Identifier topic, int fromPartition) implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.GET_TOPIC;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream).id(topic).u32(fromPartition);
        }

        static GetTopic read(final BodyReader in) {
            return new GetTopic(in.id(), in.id(), in.from());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final int refusal = caller.refusal(AccessRules.READ_TOPIC, stream, topic);
            if (refusal == OK) {
                final Topic found = state.topics().find(stream, topic);
                out.u32(state.streams().find(stream).number());
                Answers.TopicInfo.of(found).writeTo(out);
                final TopicPartitions partitions = found.partitions();
                final PageWriter page = new PageWriter(out);
                for (int number = fromPartition; number < partitions.count(); number++) {
                    new Answers.PartitionInfo(
                                    number,
                                    partitions.createdAtMicros(number),
                                    partitions.incarnation(number),
                                    partitions.group(number))
                            .writeTo(out);
                    if (!page.endEntry(number)) {
                        break;
                    }
                }
                page.end();
            }
            return refusal;
        }
    }

    /** Answer: a {@link Answers.Page} of {@link Answers.GroupInfo}. */
    public record GetGroups(Identifier stream, Identifier topic, int from) implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.GET_GROUPS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream).id(topic).u32(from);
        }

        static GetGroups read(final BodyReader in) {
            return new GetGroups(in.id(), in.id(), in.from());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final int refusal = caller.refusal(AccessRules.READ_TOPIC, stream, topic);
            if (refusal == OK) {
                final Topic found = state.topics().find(stream, topic);
                PageWriter.writeFrom(
                        from,
                        found.consumerGroups(),
                        out,
                        group -> Answers.GroupInfo.of(found, group).writeTo(out));
            }
            return refusal;
        }
    }

    /** Answer: {@link Answers.GroupDetails}, in the order of the members' slots. */
    public record GetGroup(Identifier stream, Identifier topic, Identifier group) implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.GET_GROUP;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream).id(topic).id(group);
        }

        static GetGroup read(final BodyReader in) {
            return new GetGroup(in.id(), in.id(), in.id());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final int refusal = caller.refusal(AccessRules.READ_TOPIC, stream, topic);
            if (refusal != OK) {
                return refusal;
            }
            final Topic foundTopic = state.topics().find(stream, topic);
            final ConsumerGroup found = foundTopic.consumerGroups().find(group);
            if (found == null) {
                return CONSUMER_GROUP_NOT_FOUND;
            }
            final TreeMap<Integer, List<Integer>> owned = new TreeMap<>();
            found.members().forEach(member -> owned.put(member.slot(), new ArrayList<>()));
            for (int partition = 0;
                    !owned.isEmpty() && partition < foundTopic.partitions().count();
                    partition++) {
                owned.get(found.assignment().owner(partition)).add(partition);
            }
            Answers.GroupInfo.of(foundTopic, found).writeTo(out);
            out.u32(found.members().size());
            for (final Member member : found.members()) {
                new Answers.MemberInfo(member.slot(), member.connection(), owned.get(member.slot())).writeTo(out);
            }
            return OK;
        }
    }

    /** What somebody wants to do in a partition, by the code that a query carries. */
    public enum Purpose {
        SEND(0, AccessRules.SEND),
        POLL(1, AccessRules.POLL),
        CHANGE(2, AccessRules.CHANGE_TOPIC);

        private final int code;
        private final AccessRules rule;

        Purpose(final int code, final AccessRules rule) {
            this.code = code;
            this.rule = rule;
        }

        static Purpose read(final BodyReader in) {
            final int code = in.u8();
            for (final Purpose purpose : values()) {
                if (purpose.code == code) {
                    return purpose;
                }
            }
            in.refuse();
            return SEND;
        }
    }

    /**
     * Answer: {@link Answers.Location}, or 41 if the caller may not do that there, or 3007.
     *
     * @param partition or {@link #NO_PARTITION}.
     */
    public record Locate(Purpose purpose, Identifier stream, Identifier topic, int partition) implements MetadataQuery {
        public static final int NO_PARTITION = -1;

        @Override
        public QueryKind kind() {
            return QueryKind.LOCATE;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.u8(purpose.code).id(stream).id(topic).u32(partition);
        }

        static Locate read(final BodyReader in) {
            return new Locate(Purpose.read(in), in.id(), in.id(), in.u32());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final int refusal = caller.refusal(purpose.rule, stream, topic);
            if (refusal != OK) {
                return refusal;
            }
            final int streamNumber = state.streams().find(stream).number();
            final Topic found = state.topics().find(stream, topic);
            final int count = found.partitions().count();
            if (partition == NO_PARTITION) {
                new Answers.Location(streamNumber, found.number(), count, 0, 0, 0).writeTo(out);
                return OK;
            }
            if (partition < 0 || partition >= count) {
                return PARTITION_NOT_FOUND;
            }
            new Answers.Location(
                            streamNumber,
                            found.number(),
                            count,
                            state.namespaces().pack(streamNumber, found.number(), partition),
                            found.partitions().incarnation(partition),
                            found.partitions().group(partition))
                    .writeTo(out);
            return OK;
        }
    }

    /** Answer: {@link Answers.MemberAssignment} of the connection, or 5006 if it is no member. */
    public record GetAssignment(Identifier stream, Identifier topic, Identifier group, Connection connection)
            implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.GET_ASSIGNMENT;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.id(stream).id(topic).id(group).connection(connection);
        }

        static GetAssignment read(final BodyReader in) {
            return new GetAssignment(in.id(), in.id(), in.id(), in.connection());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final int refusal = caller.refusal(AccessRules.POLL, stream, topic);
            if (refusal != OK) {
                return refusal;
            }
            final Topic foundTopic = state.topics().find(stream, topic);
            final ConsumerGroup found = foundTopic.consumerGroups().find(group);
            if (found == null) {
                return CONSUMER_GROUP_NOT_FOUND;
            }
            final Member member = found.member(connection);
            if (member == null) {
                return CONSUMER_GROUP_MEMBER_NOT_FOUND;
            }
            final List<Integer> partitions = new ArrayList<>();
            for (int partition = 0; partition < foundTopic.partitions().count(); partition++) {
                if (found.assignment().owner(partition) == member.slot()
                        && !found.assignment().isRevoked(partition)) {
                    partitions.add(partition);
                }
            }
            final List<Answers.MovingPartition> revoked = new ArrayList<>();
            for (final Revocation revocation : found.assignment().revocations()) {
                if (found.assignment().owner(revocation.partition()) == member.slot()) {
                    revoked.add(new Answers.MovingPartition(revocation.partition(), revocation.generation()));
                }
            }
            final GroupKey key =
                    new GroupKey(state.streams().find(stream).number(), foundTopic.number(), found.number());
            new Answers.MemberAssignment(
                            key, found.createdAtMicros(), found.generation(), member.slot(), partitions, revoked)
                    .writeTo(out);
            return OK;
        }
    }

    private static void writeDetails(final Stream stream, final int fromTopic, final BodyWriter out) {
        Answers.StreamInfo.of(stream).writeTo(out);
        writeTopics(stream, fromTopic, out);
    }

    private static void writeTopics(final Stream stream, final int from, final BodyWriter out) {
        PageWriter.writeFrom(
                from, stream.topics(), out, topic -> Answers.TopicInfo.of(topic).writeTo(out));
    }
}
