package io.vireo.sim.library;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.node.client.ClientContext;
import io.vireo.sim.cluster.RunCounters;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.workload.Application;
import io.vireo.sim.workload.Payload;
import java.util.random.RandomGenerator;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A state machine under test and its workload, in one run. */
final class MachineApplication<S extends StateMachine> implements Application {
    private final ClusterConfig config;
    private final StateMachineSource<? extends S> source;
    private final Workload workload;
    private final MachineAuditors<S> auditors;
    private final RunCounters counters;
    private final RandomGenerator[] generators;
    private final int bodyMax;

    MachineApplication(
            final long seed,
            final int clients,
            final ClusterConfig config,
            final StateMachineSource<? extends S> source,
            final Workload workload,
            final MachineAuditors<S> auditors,
            final RunCounters counters) {
        this.config = config;
        this.source = source;
        this.workload = workload;
        this.auditors = auditors;
        this.counters = counters;
        bodyMax = ClientContext.of(config).bodyMax() - Payload.LENGTH_MIN;
        generators = new RandomGenerator[clients];
        for (int client = 0; client < clients; client++) {
            generators[client] = new SeededGenerator(new Draws(seed, Stream.OWN_WORKLOAD, client));
        }
    }

    @Override
    public StateMachine stateMachine(final int replica, final int group, final SegmentStore segments) {
        return new AuditedMachine<>(source.create(config, group, segments), auditors, counters, replica, group);
    }

    @Override
    public Request request(final int client, final long session, final Draws work) {
        final byte[] body;
        final int operation;
        try {
            body = workload.request(generators[client]);
            operation = workload.operation(body);
        } catch (final RuntimeException | AssertionError e) {
            throw new StateMachineException(workload, "request", e);
        }
        if (body.length > bodyMax || operation < Workload.OPERATION || operation > 0xffff) {
            throw new IllegalArgumentException("a request of the workload has " + body.length
                    + " bytes and operation " + operation + ": at most " + bodyMax
                    + " bytes are allowed, and operations "
                    + Workload.OPERATION + " to 65535");
        }
        final UnsafeBuffer payload = Payload.create(session, Payload.LENGTH_MIN + body.length);
        payload.putBytes(Payload.LENGTH_MIN, body);
        return new Request(operation, payload);
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
        final byte[] bytes = new byte[length];
        reply.getBytes(offset, bytes);
        auditors.replies.onReply(group, op, session, number, new Reply(status, bytes));
    }

    @Override
    public void onRefused(final int group, final long session, final long number) {
        auditors.replies.onRefused(group, session, number);
    }
}
