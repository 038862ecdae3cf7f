package io.vireo.node.stream.machine;

import static io.vireo.node.stream.StreamStatus.OK;

import io.vireo.node.stream.AccessRules;
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

    /** Answer: a {@link Answers.Page} of the {@link GroupKey}s that the connection has joined. @param behind which group of all. */
    public record GetMemberships(Connection connection, GroupKey behind) implements MetadataQuery {
        /** From the beginning. */
        public GetMemberships(final Connection connection) {
            this(connection, GroupKey.BEGINNING);
        }

        @Override
        public QueryKind kind() {
            return QueryKind.GET_MEMBERSHIPS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.connection(connection);
            Answers.write(out, behind);
        }

        static GetMemberships read(final BodyReader in) {
            return new GetMemberships(in.connection(), Answers.readKey(in));
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            PageWriter.write(
                    state.consumerGroups().of(connection).tailSet(behind, false), out, key -> Answers.write(out, key));
            return OK;
        }
    }

    /**
     * Answer: a {@link Answers.Page} of {@link Answers.Moving}, by group and partition. For those who look into a cluster: no node asks it.
     *
     * @param group with {@code partition} the place behind which they are.
     */
    public record GetRevocations(GroupKey group, int partition) implements MetadataQuery {
        public static final GetRevocations FIRST = new GetRevocations(GroupKey.BEGINNING, -1);

        @Override
        public QueryKind kind() {
            return QueryKind.GET_REVOCATIONS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            Answers.write(out, group);
            out.u32(partition);
        }

        static GetRevocations read(final BodyReader in) {
            return new GetRevocations(Answers.readKey(in), in.u32());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            final PageWriter page = new PageWriter(out);
            for (final GroupKey key : state.consumerGroups().movingFrom(group)) {
                if (!write(state, key, key.equals(group) ? partition : -1, page, out)) {
                    break;
                }
            }
            page.end();
            return OK;
        }

        /** False if the page is full. */
        private static boolean write(
                final MetadataState state,
                final GroupKey key,
                final int behind,
                final PageWriter page,
                final BodyWriter out) {
            final Topic topic = state.streams().all().at(key.stream()).topics().at(key.topic());
            final ConsumerGroup group = topic.consumerGroups().at(key.group());
            for (final Revocation revocation : group.assignment().revocationsBehind(behind)) {
                final Member owner = group.member(group.assignment().owner(revocation.partition()));
                new Answers.Moving(
                                key,
                                revocation.partition(),
                                revocation.generation(),
                                revocation.sinceMicros(),
                                owner.connection())
                        .writeTo(out);
                if (!page.endEntry(PageWriter.MORE)) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * Answer: a {@link Answers.Page} of {@link Drop}s that this group still has to do, the oldest first. There is no other page: what is
     * behind it is the oldest when these are done.
     */
    public record GetDrops(int group) implements MetadataQuery {
        @Override
        public QueryKind kind() {
            return QueryKind.GET_DROPS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.u32(group);
        }

        static GetDrops read(final BodyReader in) {
            return new GetDrops(in.u32());
        }

        @Override
        public int answerTo(final MetadataState state, final Caller caller, final BodyWriter out) {
            PageWriter.write(state.drops().pending(group), out, drop -> Answers.write(out, drop));
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
            for (final int node : state.consumerGroups().nodesWithMembers()) {
                nodes.add(new Answers.MemberNode(node, state.consumerGroups().joins(node)));
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
