package io.vireo.node.stream.machine;

import io.vireo.node.stream.NodeNumber;
import io.vireo.node.stream.metadata.Connection;
import io.vireo.node.stream.metadata.Drop;
import io.vireo.node.stream.metadata.GroupKey;
import io.vireo.node.stream.metadata.MetadataResult;
import io.vireo.node.stream.metadata.MetadataState;
import java.util.ArrayList;
import java.util.List;

/** Commands that no user gives: what primaries and gateways see, and what only the log can say to all replicas. All are idempotent. */
public final class SystemCommands {
    private SystemCommands() {}

    /** The connection has ended: it leaves all its groups. */
    public record LeaveAll(Connection connection) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.LEAVE_ALL;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.connection(connection);
        }

        static LeaveAll read(final BodyReader in) {
            return new LeaveAll(in.connection());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            return state.consumerGroups().leaveAll(connection);
        }
    }

    /**
     * The lives of the node before this start have ended: all their connections leave their groups, and none of them joins one again. Said by
     * the node itself when it has started anew, and by nobody else. The same is said of the nodes of its replica that are no longer run.
     *
     * @param start see {@link Connection#start}.
     * @param processes that the replica runs: nodes of processes with this number and above are no more.
     */
    public record LeaveNode(int node, long start, int processes) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.LEAVE_NODE;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.u32(node).u64(start).u32(processes);
        }

        static LeaveNode read(final BodyReader in) {
            final int node = in.node();
            final long start = in.start();
            if (in.isWhole()) {
                // As builds said it whose replicas were one process each, into logs that are replayed by this one.
                return new LeaveNode(node, start, NodeNumber.PROCESSES_MAX);
            }
            final LeaveNode read = new LeaveNode(node, start, in.u32());
            if (read.processes <= NodeNumber.process(read.node) || read.processes > NodeNumber.PROCESSES_MAX) {
                in.refuse();
            }
            return read;
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            return state.consumerGroups().leaveNode(node, start, processes);
        }
    }

    /**
     * The node is silent: all its connections leave their groups, and may join again when it is heard. Nothing is done if one of them has
     * joined since it was decided, or once its time is over: a node that is heard again need not join anything to keep its members. One that
     * is heard again before that, and joins nothing, may lose them.
     *
     * @param joins of its connections when it was decided, also those of members: one more shows that the node is heard.
     * @param notAfterMicros since the epoch, by the op's own time: the last at which it still takes effect.
     */
    public record ExpelNode(int node, long joins, long notAfterMicros) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.EXPEL_NODE;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.u32(node).u64(joins).u64(notAfterMicros);
        }

        static ExpelNode read(final BodyReader in) {
            final ExpelNode read = new ExpelNode(in.node(), in.u64(), in.u64());
            if (read.joins < 0 || read.notAfterMicros < 0) {
                in.refuse();
            }
            return read;
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            return state.consumerGroups().expelNode(node, joins, notAfterMicros, nowMicros);
        }
    }

    /** The owner has stored the offsets of all it polled from the partition. */
    public record CompleteRevocation(GroupKey group, int partition, long generation) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.COMPLETE_REVOCATION;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.u32(group.stream())
                    .u32(group.topic())
                    .u32(group.group())
                    .u32(partition)
                    .u64(generation);
        }

        static CompleteRevocation read(final BodyReader in) {
            return new CompleteRevocation(new GroupKey(in.u32(), in.u32(), in.u32()), in.u32(), in.u64());
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            return state.consumerGroups().completeRevocation(group, partition, generation);
        }
    }

    /**
     * Partitions that have been moving for so long go to whom they were promised.
     *
     * @param ageMicros by the op's own time: the clock of who proposes it has no say.
     */
    public record ExpireRevocations(long ageMicros) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.EXPIRE_REVOCATIONS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.u64(ageMicros);
        }

        static ExpireRevocations read(final BodyReader in) {
            final long ageMicros = in.u64();
            if (ageMicros < 0) {
                in.refuse();
            }
            return new ExpireRevocations(ageMicros);
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            return state.consumerGroups().completeRevocationsSince(nowMicros - ageMicros);
        }
    }

    /** Tokens that are no longer valid at the op's time are deleted. */
    public record ExpireTokens() implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.EXPIRE_TOKENS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            // All it needs is the time of the op.
        }

        static ExpireTokens read(final BodyReader in) {
            return new ExpireTokens();
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            return state.users().tokens().deleteExpired(nowMicros);
        }
    }

    /** Groups have dropped these; what is not in the outbox is passed over. The result's number is how many were in it. */
    public record AcknowledgeDrops(List<Acknowledged> drops) implements MetadataCommand {
        static final int ENTRY_LENGTH = 16;

        /** A life of a partition that its group has dropped. */
        public record Acknowledged(long namespace, long incarnation) {
            static Acknowledged of(final Drop drop) {
                return new Acknowledged(drop.namespace(), drop.last());
            }
        }

        public AcknowledgeDrops {
            drops = List.copyOf(drops);
        }

        @Override
        public MetadataOperation operation() {
            return MetadataOperation.ACKNOWLEDGE_DROPS;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.u32(drops.size());
            drops.forEach(drop -> out.u64(drop.namespace()).u64(drop.incarnation()));
        }

        static AcknowledgeDrops read(final BodyReader in) {
            final int count = in.count(ENTRY_LENGTH);
            final List<Acknowledged> drops = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                drops.add(new Acknowledged(in.u64(), in.u64()));
            }
            return new AcknowledgeDrops(drops);
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            final int before = state.drops().size();
            drops.forEach(drop -> state.drops().acknowledge(drop.namespace(), drop.incarnation()));
            return MetadataResult.of(before - state.drops().size());
        }
    }

    /**
     * A partition that nobody has written to gets a new incarnation, because its group has forgotten too much to begin the one that it has. Without
     * effect if the partition has another life by now. The result's number is 1 if it had an effect.
     */
    public record RenewPartition(long namespace, long incarnation) implements MetadataCommand {
        @Override
        public MetadataOperation operation() {
            return MetadataOperation.RENEW_PARTITION;
        }

        @Override
        public void writeTo(final BodyWriter out) {
            out.u64(namespace).u64(incarnation);
        }

        static RenewPartition read(final BodyReader in) {
            final RenewPartition read = new RenewPartition(in.u64(), in.u64());
            if (read.incarnation <= 0) {
                in.refuse();
            }
            return read;
        }

        @Override
        public MetadataResult applyTo(final MetadataState state, final Caller caller, final long nowMicros) {
            return state.renew(namespace, incarnation);
        }
    }
}
