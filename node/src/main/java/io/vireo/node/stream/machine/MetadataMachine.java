package io.vireo.node.stream.machine;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.stream.StreamStatus;
import io.vireo.node.stream.metadata.MetadataResult;
import io.vireo.node.stream.metadata.MetadataState;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The metadata as a replicated state machine: turns bytes of the log into operations on {@link MetadataState} and answers queries from it.
 * Driven by the thread of group 0. A body is read to its end before anything is done, and who asks is checked against the state as of that
 * op. Formats are in docs/STREAM.md.
 */
public final class MetadataMachine implements StateMachine {
    /** Of every request and read to this machine: no partition has a part in them. */
    public static final long NAMESPACE = 0;

    private static final long MICROS_NS = 1_000;

    private final MetadataState state;
    private final BodyReader in = new BodyReader();

    /** @param groupCount of the cluster, at least 1. */
    public MetadataMachine(final StreamLimits limits, final int groupCount) {
        this(new MetadataState(limits, groupCount));
    }

    MetadataMachine(final MetadataState state) {
        this.state = state;
    }

    /** What was applied; to be looked at on the group's thread, and changed by nobody else. */
    public MetadataState state() {
        return state;
    }

    @Override
    public int replySizeMax() {
        return MetadataReply.LENGTH;
    }

    @Override
    public long apply(
            final long op,
            final long timestampNs,
            final long namespace,
            final long incarnation,
            final int operation,
            final DirectBuffer body,
            final int offset,
            final int length,
            final MutableDirectBuffer reply,
            final int replyOffset) {
        if (namespace != NAMESPACE) {
            return StateMachine.result(ReplyStatus.UNKNOWN_NAMESPACE, 0);
        }
        final MetadataOperation kind = MetadataOperation.of(operation);
        in.wrap(body, offset, length);
        if (kind == null || in.u8() != MetadataCommand.VERSION || in.u8() != 0 || in.u16() != 0) {
            return StateMachine.result(ReplyStatus.MALFORMED, 0);
        }
        final Actor actor = Actor.read(in);
        final MetadataCommand command = kind.read(in);
        if (!in.isWhole()) {
            return StateMachine.result(ReplyStatus.MALFORMED, 0);
        }
        final Caller caller = new Caller(state, actor);
        final int refusal = refusal(caller, kind.isOfSystem());
        if (refusal != StreamStatus.OK) {
            return StateMachine.result(MachineStatus.ofStream(refusal), 0);
        }
        final long nowMicros = timestampNs / MICROS_NS;
        final MetadataResult result = command.applyTo(state, caller, nowMicros);
        if (!result.isOk()) {
            return StateMachine.result(MachineStatus.ofStream(result.status()), 0);
        }
        new MetadataReply(result.number(), nowMicros, state.lastIncarnation()).writeTo(reply, replyOffset);
        return StateMachine.result(ReplyStatus.OK, MetadataReply.LENGTH);
    }

    @Override
    public long read(
            final long namespace,
            final DirectBuffer query,
            final int offset,
            final int length,
            final MutableDirectBuffer answer,
            final int answerOffset,
            final int limit) {
        if (namespace != NAMESPACE) {
            return StateMachine.result(ReplyStatus.UNKNOWN_NAMESPACE, 0);
        }
        in.wrap(query, offset, length);
        final QueryKind kind = QueryKind.of(in.u8());
        if (kind == null || in.u8() != MetadataQuery.VERSION || in.u16() != 0) {
            return StateMachine.result(ReplyStatus.MALFORMED, 0);
        }
        final Actor actor = Actor.read(in);
        final MetadataQuery question = kind.read(in);
        if (!in.isWhole()) {
            return StateMachine.result(ReplyStatus.MALFORMED, 0);
        }
        final Caller caller = new Caller(state, actor);
        final BodyWriter out = new BodyWriter(answer, answerOffset, limit);
        int refusal = refusal(caller, kind.isOfSystem());
        if (refusal == StreamStatus.OK) {
            refusal = question.answerTo(state, caller, out);
        }
        if (refusal != StreamStatus.OK) {
            return StateMachine.result(MachineStatus.ofStream(refusal), 0);
        }
        return out.isFull()
                ? StateMachine.result(ReplyStatus.TOO_LARGE, 0)
                : StateMachine.result(ReplyStatus.OK, out.length());
    }

    @Override
    public void snapshot(final SnapshotOutput out) {
        state.writeTo(out);
    }

    @Override
    public void restore(final SnapshotInput snapshot) {
        state.readFrom(snapshot);
    }

    private static int refusal(final Caller caller, final boolean isOfSystem) {
        final int refusal = caller.refusal();
        return refusal == StreamStatus.OK && isOfSystem && !caller.isSystem() ? StreamStatus.UNAUTHORIZED : refusal;
    }
}
