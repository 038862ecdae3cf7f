package io.vireo.sim.cluster;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.node.log.LogStateMachine;
import io.vireo.sim.audit.ExactlyOnceAuditor;
import io.vireo.sim.workload.Payload;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** The plain log as the node runs it, with an ear at its door: hands every call on and tells the auditor what was executed. */
final class AuditedStateMachine implements StateMachine {
    private final LogStateMachine log;
    private final ExactlyOnceAuditor auditor;
    private final int replica;
    private final int group;

    AuditedStateMachine(
            final LogStateMachine log, final ExactlyOnceAuditor auditor, final int replica, final int group) {
        this.log = log;
        this.auditor = auditor;
        this.replica = replica;
        this.group = group;
        auditor.onOpened(replica, group);
    }

    @Override
    public int replySizeMax() {
        return log.replySizeMax();
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
        final long result =
                log.apply(op, timestampNs, namespace, incarnation, operation, body, offset, length, reply, replyOffset);
        if (result >>> 32 == 0 && operation == LogStateMachine.OPERATION_APPEND) {
            auditor.onExecuted(
                    replica,
                    group,
                    op,
                    (int) namespace,
                    Payload.client(body, offset),
                    Payload.number(body, offset),
                    reply.getLong(replyOffset, LITTLE_ENDIAN));
        }
        return result;
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
        return log.read(namespace, query, offset, length, answer, answerOffset, limit);
    }

    @Override
    public void snapshot(final SnapshotOutput out) {
        log.snapshot(out);
    }

    @Override
    public void restore(final SnapshotInput in) {
        log.restore(in);
    }
}
