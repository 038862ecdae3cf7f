package io.vireo.sim.library;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.sim.cluster.RunCounters;
import io.vireo.sim.workload.ForwardingMachine;
import io.vireo.sim.workload.Payload;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The state machine under test, with an ear at its door: hands it every request without what the simulator has put before it, and tells the
 * auditors what came of it. What it throws ends the run under the name of the call.
 */
final class AuditedMachine<S extends StateMachine> extends ForwardingMachine<S> {
    private final MachineAuditors<S> auditors;
    private final RunCounters counters;
    private final int replica;
    private final int group;
    private long appliedOp;

    AuditedMachine(
            final S machine,
            final MachineAuditors<S> auditors,
            final RunCounters counters,
            final int replica,
            final int group) {
        super(machine);
        this.auditors = auditors;
        this.counters = counters;
        this.replica = replica;
        this.group = group;
        auditors.replies.onOpened(replica, group);
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
        final int at = offset + Payload.LENGTH_MIN;
        final int ownLength = length - Payload.LENGTH_MIN;
        final byte[] bytes = new byte[ownLength];
        body.getBytes(at, bytes);
        appliedOp = op;
        final long result;
        try {
            result = machine.apply(
                    op, timestampNs, namespace, incarnation, operation, body, at, ownLength, reply, replyOffset);
        } catch (final RuntimeException | AssertionError e) {
            throw new StateMachineException(machine, "apply", e);
        }
        final int replyLength = (int) result;
        if (replyLength < 0 || replyLength > machine.replySizeMax()) {
            throw new StateMachineException(
                    machine,
                    "apply gave a reply of " + replyLength + " bytes, replySizeMax is " + machine.replySizeMax());
        }
        final byte[] replied = new byte[replyLength];
        reply.getBytes(replyOffset, replied);
        auditors.onExecuted(
                machine,
                replica,
                group,
                Payload.client(body, offset),
                Payload.number(body, offset),
                new Operation(op, timestampNs, namespace, operation, bytes),
                new Reply((int) (result >>> 32), replied));
        return result;
    }

    @Override
    public void snapshot(final SnapshotOutput out) {
        counters.machineSnapshots++;
        try {
            super.snapshot(out);
        } catch (final RuntimeException | AssertionError e) {
            throw new StateMachineException(machine, "snapshot", e);
        }
    }

    /** Damaged bytes never come here: what restore refuses, snapshot has written. */
    @Override
    public void restore(final SnapshotInput in) {
        counters.machineRestores++;
        try {
            super.restore(in);
        } catch (final RuntimeException | AssertionError e) {
            throw new StateMachineException(machine, "restore", e);
        }
        if (in.remaining() != 0) {
            throw new StateMachineException(
                    machine, "restore left " + in.remaining() + " bytes that snapshot had written");
        }
        auditors.checkInvariants(machine, replica, group, appliedOp);
    }
}
