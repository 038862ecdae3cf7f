package io.vireo.sim.workload;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.replay.StateMachine;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Hands every call on to another state machine: what stands between it and its replica overrides the calls it has an ear for. */
public abstract class ForwardingMachine<S extends StateMachine> implements StateMachine {
    protected final S machine;

    protected ForwardingMachine(final S machine) {
        this.machine = machine;
    }

    @Override
    public int replySizeMax() {
        return machine.replySizeMax();
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
        return machine.apply(
                op, timestampNs, namespace, incarnation, operation, body, offset, length, reply, replyOffset);
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
        return machine.read(namespace, query, offset, length, answer, answerOffset, limit);
    }

    @Override
    public void snapshot(final SnapshotOutput out) {
        machine.snapshot(out);
    }

    @Override
    public void restore(final SnapshotInput in) {
        machine.restore(in);
    }
}
