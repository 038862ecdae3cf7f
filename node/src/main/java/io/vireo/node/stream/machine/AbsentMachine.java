package io.vireo.node.stream.machine;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** In the place of a part that a group does not host: whoever asks it has the wrong group. */
enum AbsentMachine implements StateMachine {
    INSTANCE;

    @Override
    public int replySizeMax() {
        return 0;
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
        return StateMachine.result(ReplyStatus.UNKNOWN_NAMESPACE, 0);
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
        return StateMachine.result(ReplyStatus.UNKNOWN_NAMESPACE, 0);
    }

    @Override
    public void snapshot(final SnapshotOutput out) {
        // There is none.
    }

    @Override
    public void restore(final SnapshotInput in) {
        in.checkEnd();
    }
}
