package io.vireo.node.stream.machine;

import static io.vireo.node.stream.StreamStatus.OK;

import io.vireo.node.stream.AccessRules;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.stream.metadata.Connection;
import io.vireo.node.stream.metadata.ConsumerGroup;
import io.vireo.node.stream.metadata.Drop;
import io.vireo.node.stream.metadata.GroupKey;
import io.vireo.node.stream.metadata.Member;
import io.vireo.node.stream.metadata.MetadataState;
import io.vireo.node.stream.metadata.Revocation;
import io.vireo.node.stream.metadata.Stream;
import io.vireo.node.stream.metadata.Topic;
import java.util.ArrayList;
import java.util.List;

/** Queries of primaries and gateways about what is going on, and the counts for the server's statistics. */
public final class SystemQueries {
    private SystemQueries() {}

    /** Answer: {@link Answers.Counts}. */
    public record GetCounts() implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.GET_COUNTS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            // Nothing is asked but this.
        }

        static GetCounts read(final BodyReader in) {
            return new GetCounts();
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final int refusal = caller.refusal(AccessRules.READ_SERVER);
            if (refusal == OK) {
                int topics = 0;
                int groups = 0;
                for (final Stream stream : state.streams().all()) {
                    topics += stream.topics().size();
                    for (final Topic topic : stream.topics()) {
                        groups += topic.consumerGroups().size();
                    }
                }
                new Answers.Counts(
                                state.streams().all().size(),
                                topics,
                                state.partitionCount(),
                                groups,
                                state.users().all().size(),
                                state.drops().size())
                        .writeTo(out);
            }
            return refusal;
        }
    }

    /** Answer: a {@link Answers.Page} of the {@link GroupKey}s that the connection has joined. @param from how many to pass over. */
    public record GetMemberships(Connection connection, int from) implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.GET_MEMBERSHIPS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.connection(connection).u32(from);
        }

        static GetMemberships read(final BodyReader in) {
            return new GetMemberships(in.connection(), in.from());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            PageWriter.writeBehind(from, state.consumerGroups().of(connection), out, key -> Answers.write(out, key));
            return OK;
        }
    }

    /** Answer: a {@link Answers.Page} of {@link Answers.Moving}, by group and partition. @param from how many to pass over. */
    public record GetRevocations(int from) implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.GET_REVOCATIONS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.u32(from);
        }

        static GetRevocations read(final BodyReader in) {
            return new GetRevocations(in.from());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final PageWriter page = new PageWriter(out);
            int index = 0;
            for (final GroupKey key : state.consumerGroups().moving()) {
                final Topic topic =
                        state.streams().all().at(key.stream()).topics().at(key.topic());
                final ConsumerGroup group = topic.consumerGroups().at(key.group());
                for (final Revocation revocation : group.assignment().revocations()) {
                    if (index >= from) {
                        final Member owner = group.member(group.assignment().owner(revocation.partition()));
                        new Answers.Moving(
                                        key,
                                        revocation.partition(),
                                        revocation.generation(),
                                        revocation.sinceMicros(),
                                        owner.connection())
                                .writeTo(out);
                        if (!page.endEntry(index)) {
                            page.end();
                            return OK;
                        }
                    }
                    index++;
                }
            }
            page.end();
            return OK;
        }
    }

    /** Answer: a {@link Answers.Page} of {@link Drop}s that this group still has to do, the oldest first. @param from how many to pass over. */
    public record GetDrops(int group, int from) implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.GET_DROPS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.u32(group).u32(from);
        }

        static GetDrops read(final BodyReader in) {
            return new GetDrops(in.u32(), in.from());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            PageWriter.writeBehind(from, state.drops().pending(group), out, drop -> Answers.write(out, drop));
            return OK;
        }
    }

    /**
     * Answer: one byte, 1 if no life up to that incarnation in these namespaces waits for its drop. So a gateway learns that what it deleted
     * is gone: the reply of the deletion names the incarnation.
     *
     * @param first with {@code last} the namespaces, inclusive, as unsigned numbers.
     */
    public record AreDropped(long first, long last, long incarnation) implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.ARE_DROPPED;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.u64(first).u64(last).u64(incarnation);
        }

        static AreDropped read(final BodyReader in) {
            return new AreDropped(in.u64(), in.u64(), in.u64());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            out.bool(!state.drops().isAnyPending(first, last, incarnation));
            return OK;
        }
    }

    /** Answer: {@link Answers.Duties}. */
    public record GetDuties() implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.GET_DUTIES;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            // Nothing is asked but this.
        }

        static GetDuties read(final BodyReader in) {
            return new GetDuties();
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final List<Answers.MemberNode> nodes = new ArrayList<>();
            for (int node = 0; node < StreamLimits.NODES_MAX; node++) {
                if (state.consumerGroups().hasMember(node)) {
                    nodes.add(
                            new Answers.MemberNode(node, state.consumerGroups().joins(node)));
                }
            }
            new Answers.Duties(
                            state.drops().size(),
                            state.consumerGroups().movingSinceMicros(),
                            state.users().tokens().nextExpiryMicros(),
                            nodes)
                    .writeTo(out);
            return OK;
        }
    }
}
