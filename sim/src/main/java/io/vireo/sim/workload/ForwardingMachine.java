package io.vireo.sim.workload;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.replay.StateMachine;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Stands between a state machine and its replica and hands every call on, but {@code apply}, which it has an ear for. */
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
