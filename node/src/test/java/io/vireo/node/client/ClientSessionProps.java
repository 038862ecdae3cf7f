package io.vireo.node.client;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.replay.ApplyStep;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.log.Logs;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.message.ReplyFlyweight;
import io.vireo.node.port.SeededRandom;
import io.vireo.node.session.ClientSessions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A session against the real apply step behind a network that loses, repeats, delays and reorders frames in both directions: everything is
 * applied exactly once and in order, and each request hears of its own application.
 */
class ClientSessionProps {
    private static final int REQUESTS = 60;
    private static final int WINDOW = 8;
    private static final ClusterConfig CONFIG = new NodeContext()
            .clusterId(1, 2)
            .replicaCount(3)
            .groupCount(1)
            .prepareSizeMax(16 << 10)
            .walBytes(1 << 20)
            .sessionsMax(4)
            .sessionWindow(WINDOW)
            .conclude();
    private static final ClientContext CONTEXT = ClientContext.of(CONFIG);

    private record InFlight(long atNs, boolean isRequest, byte[] bytes) {}

    /** One run. All replicas are one state here: whoever is asked applies at once, unless it refuses for not being primary. */
    private static final class Run implements ClientSession.Port {
        final SeededRandom random;
        final ClientSessions sessions = new ClientSessions(4, WINDOW, LogStateMachine.APPEND_REPLY_LENGTH);
        final LogStateMachine log = Logs.open(CONFIG, 0);
        final ApplyStep applyStep = new ApplyStep(log, sessions, 0);
        final MessageCheck check = new MessageCheck(1, 2, CONTEXT.frameSizeMax());
        final Checksum checksum = new Checksum();
        final List<InFlight> network = new ArrayList<>();
        final long[] offsets = new long[REQUESTS + 1];
        final ClientSession session;
        int answered;
        long nowNs;
        long view;

        Run(final long seed) {
            random = new SeededRandom(seed);
            session = new ClientSession(CONTEXT, 7, 8, 0, random, this);
            Arrays.fill(offsets, -1);
        }

        void run() {
            int submitted = 0;
            for (int step = 0; answered < REQUESTS; step++) {
                assertTrue(step < 100_000, "every request is answered in the end");
                while (submitted < REQUESTS && session.room() > 0 && random.nextInt(3) > 0) {
                    submitted++;
                    final byte[] body = body(submitted);
                    assertEquals(
                            submitted,
                            session.submit(
                                    LogStateMachine.OPERATION_APPEND, 0, 0, new UnsafeBuffer(body), 0, body.length));
                }
                session.poll(nowNs);
                deliver();
                nowNs += 1 + random.nextInt(20_000_000);
                if (random.nextInt(50) == 0) {
                    view++;
                }
            }
        }

        private static byte[] body(final int request) {
            final byte[] body = new byte[request % 7 == 0 ? 0 : 4 + request % 5];
            Arrays.fill(body, (byte) request);
            return body;
        }

        private void carry(final boolean isRequest, final byte[] bytes) {
            while (random.nextInt(4) > 0) {
                network.add(new InFlight(nowNs + random.nextInt(100_000_000), isRequest, bytes));
                if (random.nextInt(4) > 0) {
                    return;
                }
            }
        }

        private void deliver() {
            for (int i = 0; i < network.size(); i++) {
                if (network.get(i).atNs <= nowNs) {
                    final InFlight frame = network.remove(i--);
                    final UnsafeBuffer buffer = new UnsafeBuffer(frame.bytes.clone());
                    assertEquals(null, check.invalidReason(buffer, 0, buffer.capacity()));
                    if (frame.isRequest) {
                        apply(buffer);
                    } else {
                        session.onReply(buffer, 0, nowNs);
                    }
                }
            }
        }

        private void apply(final UnsafeBuffer request) {
            final PrepareFlyweight prepare = new PrepareFlyweight().wrap(request, 0);
            final boolean isRefusing = random.nextInt(8) == 0;
            if (!isRefusing) {
                prepare.op(applyStep.appliedOp() + 1).timestamp(nowNs);
            }
            final int batch = HeaderFlyweight.HEADER_LENGTH;
            final int rows = RequestBatch.count(request, batch);
            final UnsafeBuffer out = new UnsafeBuffer(new byte[4096]);
            final ReplyFlyweight reply = new ReplyFlyweight().wrap(out, 0);
            final int[] at = {0, reply.row(rows)};
            if (isRefusing) {
                for (int i = 0; i < rows; i++) {
                    final int row = RequestBatch.row(batch, i);
                    ReplyFlyweight.putRow(
                            out,
                            reply.row(i),
                            RequestBatch.request(request, row),
                            ReplyStatus.NOT_PRIMARY,
                            RequestBatch.session(request, row),
                            0,
                            0,
                            0);
                }
            } else {
                applyStep.apply(
                        request, 0, (lo, hi, number, requestNumber, status, op, digest, body, offset, length) -> {
                            ReplyFlyweight.putRow(
                                    out, reply.row(at[0]++), requestNumber, status, number, op, digest, length);
                            out.putBytes(at[1], body, offset, length);
                            at[1] += length;
                        });
            }
            reply.init(Command.REPLY, 1, 2, at[1], view, random.nextInt(3), 0);
            reply.client(7, 8).rowCount(rows);
            reply.seal(checksum);
            final byte[] bytes = new byte[at[1]];
            out.getBytes(0, bytes);
            carry(false, bytes);
        }

        @Override
        public boolean send(final int replica, final DirectBuffer frame, final int offset, final int length) {
            if (random.nextInt(10) == 0) {
                return false;
            }
            final byte[] bytes = new byte[length];
            frame.getBytes(offset, bytes);
            carry(true, bytes);
            return true;
        }

        @Override
        public void onOutcome(
                final long request,
                final Outcome outcome,
                final int status,
                final long op,
                final DirectBuffer reply,
                final int offset,
                final int length) {
            assertEquals(Outcome.OK, outcome);
            assertEquals(-1, offsets[(int) request], "one outcome per request");
            offsets[(int) request] = reply.getLong(offset, LITTLE_ENDIAN);
            answered++;
        }
    }

    @Property(tries = 300)
    void shouldApplyEachOnceAndInOrderWhenFramesAreLostRepeatedAndReordered(@ForAll final long seed) {
        final Run run = new Run(seed);
        run.run();
        assertEquals(REQUESTS, run.log.end(0));
        for (int request = 1; request <= REQUESTS; request++) {
            assertEquals(request - 1, run.offsets[request]);
        }
    }
}
