package io.vireo.sim.workload;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.node.log.LogStateMachine;
import io.vireo.sim.audit.Auditors;
import io.vireo.sim.random.Draws;
import org.agrona.DirectBuffer;

/** The plain log as the node runs it, and clients that append unique entries. */
public final class LogApplication implements Application {
    private final ClusterConfig config;
    private final Auditors auditors;
    private final int payloadMax;

    /** @param payloadMax bytes of an entry; up to 64 every entry has so many. */
    public LogApplication(final ClusterConfig config, final Auditors auditors, final int payloadMax) {
        this.config = config;
        this.auditors = auditors;
        this.payloadMax = payloadMax;
    }

    @Override
    public StateMachine stateMachine(final int replica, final int group, final SegmentStore segments) {
        return new AuditedStateMachine(new LogStateMachine(config, group, segments), auditors, replica, group);
    }

    @Override
    public Request request(final int client, final long session, final Draws work) {
        final int length = payloadMax <= 64 ? payloadMax : (int) work.logUniform(Payload.LENGTH_MIN, payloadMax);
        return new Request(LogStateMachine.OPERATION_APPEND, Payload.create(session, length));
    }

    @Override
    public void onSubmitted(final long session, final long number, final DirectBuffer payload) {
        auditors.damage.onSubmitted(session, number, payload, 0, payload.capacity());
    }

    @Override
    public void onReply(
            final int namespace,
            final int group,
            final long op,
            final long session,
            final long number,
            final int status,
            final DirectBuffer reply,
            final int offset,
            final int length) {
        if (status != ReplyStatus.OK) {
            onRefused(group, session, number);
            return;
        }
        final long place = reply.getLong(offset, LITTLE_ENDIAN);
        auditors.exactlyOnce.onReply(namespace, group, op, session, number, place);
        auditors.reads.onAcknowledged(namespace, place);
    }

    @Override
    public void onRefused(final int group, final long session, final long number) {
        auditors.honesty.onRefused(group, session, number);
    }
}
