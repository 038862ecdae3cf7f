package io.vireo.sim.workload;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.node.log.LogStateMachine;
import io.vireo.sim.audit.Auditors;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** The plain log as the node runs it, with an ear at its door that tells the auditors what was executed. */
public final class AuditedStateMachine extends ForwardingMachine<LogStateMachine> {
    private final Auditors auditors;
    private final int replica;
    private final int group;

    /** A machine that is about to be opened on a replica of a group. */
    public AuditedStateMachine(final LogStateMachine log, final Auditors auditors, final int replica, final int group) {
        super(log);
        this.auditors = auditors;
        this.replica = replica;
        this.group = group;
        auditors.exactlyOnce.onOpened(replica, group);
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
        final long result = machine.apply(
                op, timestampNs, namespace, incarnation, operation, body, offset, length, reply, replyOffset);
        if (result >>> 32 == 0 && operation == LogStateMachine.OPERATION_APPEND) {
            final long client = Payload.client(body, offset);
            final long number = Payload.number(body, offset);
            final long place = reply.getLong(replyOffset, LITTLE_ENDIAN);
            auditors.exactlyOnce.onExecuted(replica, group, op, (int) namespace, client, number, place);
            auditors.namespaces.onExecuted(replica, group, op, (int) namespace, Payload.namespace(body, offset));
            auditors.honesty.onExecuted(replica, group, op, client, number);
            auditors.damage.onExecuted(replica, group, op, client, number, place, body, offset, length);
        }
        return result;
    }
}
