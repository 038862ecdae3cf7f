package io.vireo.sim.stream;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.BodyReader;
import io.vireo.node.stream.machine.MetadataMachine;
import io.vireo.node.stream.machine.MetadataQuery;
import io.vireo.node.stream.machine.TopicQueries;
import io.vireo.sim.audit.ConsumerGroupAuditor.Member;
import io.vireo.sim.audit.StreamHistory.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.agrona.concurrent.UnsafeBuffer;

/** Asks a state machine about the metadata by the queries that gateways ask, so that auditors see what clients can see. */
final class MetadataReader {
    private static final int ANSWER_MAX = 64 << 10;

    private final StateMachine machine;
    /** Null before the first question. */
    private UnsafeBuffer answer;

    /** A consumer group as the metadata has it. @param life names this life of the group. */
    record Group(String life, int partitions, List<Member> members) {}

    MetadataReader(final StateMachine machine) {
        this.machine = machine;
    }

    List<Partition> partitions() {
        final List<Partition> partitions = new ArrayList<>();
        forEachTopic((stream, topic) -> {
            final Answers.TopicDetails details = ask(
                    new TopicQueries.GetTopic(id(stream.number()), id(topic.number()), 0), Answers.TopicDetails::read);
            for (final Answers.PartitionInfo partition : details.partitions().entries()) {
                final Answers.Location where = ask(
                        new TopicQueries.Locate(
                                TopicQueries.Purpose.POLL, id(stream.number()), id(topic.number()), partition.number()),
                        Answers.Location::read);
                partitions.add(new Partition(
                        where.namespace(),
                        where.incarnation(),
                        where.group(),
                        stream.name(),
                        topic.name(),
                        partition.number()));
            }
        });
        return partitions;
    }

    List<Group> groups() {
        final List<Group> groups = new ArrayList<>();
        forEachTopic((stream, topic) -> {
            final Answers.Page<Answers.GroupInfo> page = ask(
                    new TopicQueries.GetGroups(id(stream.number()), id(topic.number()), 0),
                    in -> Answers.Page.read(in, Answers.GroupInfo::read));
            for (final Answers.GroupInfo info : page.entries()) {
                final Answers.GroupDetails details = ask(
                        new TopicQueries.GetGroup(id(stream.number()), id(topic.number()), id(info.number())),
                        Answers.GroupDetails::read);
                groups.add(new Group(
                        stream.number() + "." + stream.createdAtMicros() + "/" + topic.number() + "."
                                + topic.createdAtMicros() + "/" + info.number() + "." + info.createdAtMicros(),
                        info.partitions(),
                        members(stream.number(), topic.number(), details)));
            }
        });
        return groups;
    }

    private List<Member> members(final int stream, final int topic, final Answers.GroupDetails details) {
        final List<Member> members = new ArrayList<>();
        for (final Answers.MemberInfo member : details.members()) {
            final Answers.MemberAssignment assignment = ask(
                    new TopicQueries.GetAssignment(
                            id(stream), id(topic), id(details.group().number()), member.connection()),
                    Answers.MemberAssignment::read);
            members.add(
                    new Member(member.slot(), assignment.generation(), member.partitions(), assignment.partitions()));
        }
        return members;
    }

    private interface EachTopic {
        void take(Answers.StreamInfo stream, Answers.TopicInfo topic);
    }

    private void forEachTopic(final EachTopic each) {
        final Answers.Page<Answers.StreamInfo> streams =
                ask(new TopicQueries.GetStreams(0), in -> Answers.Page.read(in, Answers.StreamInfo::read));
        for (final Answers.StreamInfo stream : streams.entries()) {
            final Answers.StreamDetails details =
                    ask(new TopicQueries.GetTopics(id(stream.number()), 0), Answers.StreamDetails::read);
            details.topics().entries().forEach(topic -> each.take(stream, topic));
        }
    }

    private <T> T ask(final MetadataQuery query, final Function<BodyReader, T> reader) {
        if (answer == null) {
            answer = new UnsafeBuffer(new byte[ANSWER_MAX]);
        }
        final byte[] body = query.encode(Actor.SYSTEM);
        final UnsafeBuffer asked = new UnsafeBuffer(body);
        final long result =
                machine.read(MetadataMachine.NAMESPACE, asked, 0, body.length, answer, 0, answer.capacity());
        if (result >>> 32 != ReplyStatus.OK) {
            throw new IllegalStateException("the metadata refuses " + query + " with status " + (result >>> 32));
        }
        final byte[] bytes = new byte[(int) result];
        answer.getBytes(0, bytes);
        return Answers.decode(bytes, reader);
    }

    private static Identifier id(final int number) {
        return Identifier.of(number);
    }
}
