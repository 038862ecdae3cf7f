package io.vireo.node.gateway.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.node.client.ClientContext;
import io.vireo.node.client.ClientReads;
import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.launch.GatewayLimits;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.port.SeededRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Groups none of which answers: what waits for one of them leaves room for the others, and nobody waits longer than was said. */
class GroupIsolationTest {
    private static final long MS = 1_000_000L;
    private static final long TIMEOUT_NS = 1_000 * MS;
    private static final int GROUPS = 4;
    private static final int LENGTH = 1_000 - Pending.OVERHEAD_BYTES;
    /** Of such requests there are 1,000. */
    private static final long BYTES_MAX = 1_000_000;

    private final List<String> outcomes = new ArrayList<>();
    private final SeededRandom random = new SeededRandom(3);
    private long nowNs = MS;
    private final GroupSessions sessions = new GroupSessions(
            new SessionsContext(
                    ClientContext.of(new NodeContext()
                            .clusterId(1, 2)
                            .replicaCount(3)
                            .groupCount(GROUPS)
                            .prepareSizeMax(16 << 10)
                            .walBytes(1 << 20)
                            .conclude()),
                    0,
                    2,
                    2_000,
                    BYTES_MAX,
                    TIMEOUT_NS,
                    random,
                    random::nextLong,
                    new Silence()),
            nowNs);

    /** Takes all and brings nothing. */
    private static final class Silence implements Ways {
        @Override
        public boolean send(
                final int replica, final int group, final DirectBuffer frame, final int offset, final int length) {
            return true;
        }

        @Override
        public boolean isFull(final int replica, final int group) {
            return false;
        }
    }

    @Test
    void shouldLeaveRoomForOtherGroupsWhenOneTakesAllItMay() {
        assertEquals(500, fill(1, this::submit));
        assertEquals(125, fill(1, this::read), "reads find room beside requests");
        assertEquals(125, fill(2, this::submit), "and requests of others beside one group that does not answer");
        assertEquals(125, fill(2, this::read));
        assertEquals(125, fill(0, this::submit), "and the metadata beside all");
        assertEquals(0, fill(0, this::read));
    }

    /** Whoever is over the bound of the clients waits in its socket; only beyond this one a client hears of it. */
    @Test
    void shouldHaveMoreRoomForOneGroupThanClientsMayTake() {
        final ClusterConfig cluster = new NodeContext()
                .clusterId(1, 2)
                .replicaCount(3)
                .groupCount(GROUPS)
                .prepareSizeMax(2 << 20)
                .conclude();
        final long clients = GatewayLimits.of(cluster, 0).requestBytesMax();
        final Pending.Share group = new Pending(GatewayLimits.PENDING_MAX, GatewayLimits.PENDING_BYTES_MAX).share(1);
        long bytes = 0;
        for (; bytes < clients + clients / 2; bytes += 1 << 20) {
            assertTrue(group.hasRoomForRequest(1 << 20), bytes + " bytes");
            group.add(1 << 20);
        }
    }

    @Test
    void shouldLeaveRoomForOtherGroupsWhenNobodyWaitsForTheRequestsAnyMore() {
        fill(1, this::submit);
        run(2 * TIMEOUT_NS);
        assertTrue(sessions.pendingBytes() > 0, "sessions still have them");
        outcomes.clear();
        assertEquals(500, fill(2, this::submit));
        assertTrue(fill(0, this::submit) > 0);
    }

    @Test
    void shouldBoundTheNumberOfOneGroupAsWell() {
        for (int i = 0; i < 1_001; i++) {
            submit(1, 0);
        }
        assertEquals(List.of("BUSY"), outcomes);
        submit(2, 0);
        assertEquals(1, outcomes.size());
    }

    @Test
    void shouldTellAReadInItsTimeWhenThereIsNoRoomForIt() {
        for (int i = 0; i < ClientReads.OUTSTANDING_MAX; i++) {
            read(0, 1, nowNs + TIMEOUT_NS);
        }
        run(MS);
        read(0, 1, nowNs + TIMEOUT_NS);
        read(0, 1, nowNs + 300 * MS);
        read(0, 1, nowNs + 500 * MS);
        sessions.poll(nowNs);
        assertTrue(sessions.delayNs(nowNs) <= 300 * MS);
        run(299 * MS);
        assertEquals(List.of(), outcomes);
        run(MS);
        assertEquals(List.of("UNKNOWN"), outcomes);
        run(200 * MS);
        assertEquals(List.of("UNKNOWN", "UNKNOWN"), outcomes);
        run(TIMEOUT_NS);
        assertEquals(Collections.nCopies(ClientReads.OUTSTANDING_MAX + 3, "UNKNOWN"), outcomes);
        assertEquals(0, sessions.pendingBytes());
    }

    private interface Call {
        void to(int group, int length);
    }

    /** How many are taken until one is refused. */
    private int fill(final int group, final Call call) {
        final int before = outcomes.size();
        int taken = 0;
        while (outcomes.size() == before) {
            call.to(group, LENGTH);
            taken++;
        }
        assertEquals("BUSY", outcomes.get(before));
        return taken - 1;
    }

    private void submit(final int group, final int length) {
        sessions.submit(
                7,
                group,
                0,
                0,
                LogStateMachine.OPERATION_APPEND,
                new UnsafeBuffer(new byte[length]),
                0,
                length,
                nowNs + TIMEOUT_NS,
                (outcome, status, reply, offset, replyLength) -> onOutcome(outcome.name(), status));
    }

    private void read(final int group, final int length) {
        read(group, length, nowNs + TIMEOUT_NS);
    }

    private void read(final int group, final int length, final long deadlineNs) {
        sessions.read(
                group,
                0,
                Consistency.LINEARIZABLE,
                new UnsafeBuffer(new byte[length]),
                0,
                length,
                deadlineNs,
                (outcome, status, reply, offset, replyLength) -> onOutcome(outcome.name(), status));
    }

    private void onOutcome(final String outcome, final int status) {
        outcomes.add(status == ReplyStatus.BUSY ? "BUSY" : outcome);
    }

    private void run(final long ns) {
        final long endNs = nowNs + ns;
        while (nowNs < endNs) {
            nowNs += MS;
            sessions.poll(nowNs);
        }
    }
}
