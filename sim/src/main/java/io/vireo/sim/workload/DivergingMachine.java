package io.vireo.sim.workload;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.sim.audit.DivergenceAuditor;
import java.util.function.BooleanSupplier;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A state machine whose state may go wrong at one replica, as by a flipped bit of its memory: from a checkpoint on it holds a word that those of the
 * others do not. It stays wrong over restarts, because it is in the snapshot, until a snapshot without it is restored. What clients read is right
 * all the same, so that whoever audits that has nothing to admit. For machines that keep nothing in the snapshot themselves.
 */
public final class DivergingMachine extends ForwardingMachine<StateMachine> {
    private static final long WRONG = 0x77_72_6f_6e_67L;

    private final DivergenceAuditor auditor;
    private final int replica;
    private final int group;
    private final BooleanSupplier strike;
    private boolean isWrong;

    /** @param strike asked at each checkpoint: true if the state goes wrong there. */
    public DivergingMachine(
            final StateMachine machine,
            final DivergenceAuditor auditor,
            final int replica,
            final int group,
            final BooleanSupplier strike) {
        super(machine);
        this.auditor = auditor;
        this.replica = replica;
        this.group = group;
        this.strike = strike;
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
    public void snapshot(final SnapshotOutput out) {
        if (!isWrong && strike.getAsBoolean()) {
            isWrong = true;
            auditor.onState(replica, group, true);
        }
        machine.snapshot(out);
        if (isWrong) {
            out.writeLong(WRONG);
        }
    }

    @Override
    public void restore(final SnapshotInput in) {
        isWrong = in.remaining() > 0;
        if (isWrong) {
            final long word = in.readLong();
            in.check(word == WRONG, "a machine that keeps nothing in the snapshot itself", word);
        }
        machine.restore(in);
        auditor.onState(replica, group, isWrong);
    }
}
