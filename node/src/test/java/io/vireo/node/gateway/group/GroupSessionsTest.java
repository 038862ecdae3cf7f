package io.vireo.node.gateway.group;

import static io.vireo.node.gateway.group.LossyCluster.HOME;
import static io.vireo.node.gateway.group.LossyCluster.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.node.gateway.GroupRequests;
import io.vireo.node.gateway.GroupRequests.Consistency;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.message.ReadFlyweight;
import io.vireo.node.stream.StreamLimits;
import io.vireo.node.stream.machine.MetadataMachine;
import io.vireo.node.stream.machine.StreamStateMachine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The sessions of a gateway, step by step; replica 1 is the one at hand. */
class GroupSessionsTest {
    private static final long TIMEOUT_NS = 2_000 * MS;
    private static final int SESSIONS = 2;

    private final LossyCluster cluster = new LossyCluster(3, SESSIONS, 8, TIMEOUT_NS);
    private final List<String> outcomes = new ArrayList<>();

    private void submit(final int lane) {
        submit(lane, new byte[] {(byte) lane});
    }

    private void submit(final int lane, final byte[] body) {
        cluster.sessions.submit(
                lane,
                0,
                0,
                0,
                LogStateMachine.OPERATION_APPEND,
                new UnsafeBuffer(body),
                0,
                body.length,
                GroupRequests.NO_DEADLINE,
                (outcome, status, reply, offset, length) -> outcomes.add(outcome + " " + ReplyStatus.text(status)));
    }

    private void read(final Consistency consistency) {
        cluster.sessions.read(
                0,
                0,
                consistency,
                new UnsafeBuffer(new byte[] {7}),
                0,
                1,
                GroupRequests.NO_DEADLINE,
                (outcome, status, reply, offset, length) -> outcomes.add(outcome + " " + ReplyStatus.text(status)
                        + (length == 0 ? "" : " of " + reply.getByte(offset))));
    }

    @Test
    void shouldApplyAtTheReplicaAtHandWhenItLeads() {
        cluster.view = HOME;
        submit(1);
        cluster.run(600 * MS);
        assertEquals(List.of("OK ok"), outcomes);
        assertEquals(1, cluster.applied.size());
    }

    @Test
    void shouldUseOneSessionForALaneAndAFixedNumberForAll() {
        for (int i = 0; i < 40; i++) {
            submit(i % 10);
        }
        cluster.run(600 * MS);
        assertEquals(Collections.nCopies(40, "OK ok"), outcomes);
        final int[] last = new int[10];
        for (final byte[] body : cluster.applied) {
            last[body[0]]++;
        }
        assertEquals(10, Arrays.stream(last).filter(count -> count == 4).count());
        final TreeSet<Long> clients = new TreeSet<>();
        cluster.clientsOf.values().forEach(ofLane -> {
            assertEquals(1, ofLane.size(), "a lane stays with one session");
            clients.addAll(ofLane);
        });
        assertEquals(SESSIONS, clients.size());
    }

    @Test
    void shouldAskTheReplicaAtHandWhenAReadNeedNotBeTheNewest() {
        read(Consistency.COMMITTED);
        cluster.run(MS);
        assertEquals(List.of("OK ok of 1"), outcomes);
        assertEquals(List.of("READ to 1"), cluster.sent);
    }

    @Test
    void shouldAskAnotherReplicaAtOnceWhenTheOneAtHandIsNotThere() {
        cluster.isConnected[HOME] = false;
        read(Consistency.COMMITTED);
        cluster.run(30 * MS);
        assertEquals(List.of("OK ok of 2"), outcomes);
    }

    @Test
    void shouldFindThePrimaryWhenAReadHasToBeTheNewest() {
        cluster.view = 2;
        read(Consistency.LINEARIZABLE);
        cluster.run(100 * MS);
        assertEquals(List.of("OK ok of 2"), outcomes);
        assertEquals(List.of("READ to 0", "READ to 2"), cluster.sent, "the refusal said who leads");
    }

    @Test
    void shouldReadFromAnotherReplicaWhenItIsDamagedAtTheOneAtHand() {
        cluster.isDamaged[HOME] = true;
        cluster.isDamaged[2] = true;
        read(Consistency.COMMITTED);
        cluster.run(20 * MS);
        assertEquals(List.of("OK ok of 0"), outcomes);
        assertEquals(List.of("READ to 1", "READ to 2", "READ to 0"), cluster.sent);
    }

    @Test
    void shouldTakeAnotherReplicasAnswerOnlyOfAStateAsNewAsThePrimarysWhenItIsDamagedThere() {
        cluster.isDamaged[0] = true;
        cluster.commitMin[0] = 9;
        cluster.commitMin[1] = 8;
        cluster.commitMin[2] = 8;
        read(Consistency.LINEARIZABLE);
        cluster.run(300 * MS);
        assertEquals(List.of(), outcomes, "both others have not applied what the primary had");
        cluster.commitMin[2] = 9;
        cluster.run(600 * MS);
        assertEquals(List.of("OK ok of 2"), outcomes);
    }

    @Test
    void shouldSayThatItIsDamagedWhenItIsEverywhere() {
        Arrays.fill(cluster.isDamaged, true);
        read(Consistency.LINEARIZABLE);
        cluster.run(100 * MS);
        assertEquals(List.of("NOT_APPLIED damaged"), outcomes);
    }

    @Test
    void shouldWaitForRoomAndAskNobodyElseWhenTheWayToThePrimaryIsFull() {
        cluster.isFull[0] = true;
        submit(1);
        read(Consistency.LINEARIZABLE);
        cluster.run(100 * MS);
        assertEquals(List.of(), cluster.sent);
        cluster.isFull[0] = false;
        cluster.run(100 * MS);
        assertEquals(2, outcomes.size(), outcomes.toString());
        assertTrue(cluster.sent.stream().allMatch(each -> each.endsWith(" to 0")), cluster.sent::toString);
    }

    @Test
    void shouldSayThatNothingIsKnownWhenThereIsNoAnswerInTime() {
        submit(1);
        cluster.run(100 * MS);
        cluster.isOut = true;
        submit(1);
        read(Consistency.LINEARIZABLE);
        cluster.run(TIMEOUT_NS - 2 * MS);
        assertEquals(List.of("OK ok"), outcomes);
        cluster.run(4 * MS);
        assertEquals(List.of("OK ok", "UNKNOWN retry", "UNKNOWN retry"), outcomes);
        assertEquals(1, cluster.applied.size());
        cluster.isOut = false;
        submit(1);
        cluster.run(3_000 * MS);
        assertEquals(3, outcomes.size() - 1, outcomes.toString());
        assertEquals(3, cluster.applied.size(), "the one before was applied all the same, and first");
    }

    @Test
    void shouldWaitNoLongerThanToTheDeadlineThatIsGiven() {
        cluster.isOut = true;
        submit(1);
        submit(1, new byte[] {2}, cluster.nowNs + 700 * MS);
        submit(1, new byte[] {3}, cluster.nowNs + 300 * MS);
        submit(1, new byte[] {4}, cluster.nowNs + 9 * TIMEOUT_NS);
        cluster.sessions.read(
                0,
                0,
                Consistency.LINEARIZABLE,
                new UnsafeBuffer(new byte[1]),
                0,
                1,
                cluster.nowNs + 500 * MS,
                (outcome, status, reply, offset, length) -> outcomes.add("read " + outcome));
        cluster.run(299 * MS);
        assertEquals(List.of(), outcomes);
        cluster.run(2 * MS);
        assertEquals(List.of("3 UNKNOWN"), outcomes);
        cluster.run(500 * MS);
        assertEquals(List.of("3 UNKNOWN", "read UNKNOWN", "2 UNKNOWN"), outcomes);
        cluster.run(TIMEOUT_NS - 800 * MS);
        assertEquals(5, outcomes.size(), "nobody waits longer than the port does");
        cluster.isOut = false;
        cluster.run(5_000 * MS);
        assertEquals(4, cluster.applied.size(), "what was handed to a session is applied all the same");
        submit(1, new byte[] {5}, cluster.nowNs - MS);
        cluster.run(5_000 * MS);
        assertEquals("5 NOT_APPLIED", outcomes.get(5));
        assertEquals(4, cluster.applied.size(), "and what was not is not");
    }

    private void submit(final int lane, final byte[] body, final long deadlineNs) {
        cluster.sessions.submit(
                lane,
                0,
                0,
                0,
                LogStateMachine.OPERATION_APPEND,
                new UnsafeBuffer(body),
                0,
                body.length,
                deadlineNs,
                (outcome, status, reply, offset, length) -> outcomes.add(body[0] + " " + outcome));
    }

    @Test
    void shouldBoundTheBytesOfWhatWaitsAndCountThoseThatAreStillSentAgain() {
        final int length = 2_000;
        final int room = (1 << 20) / (length + Pending.OVERHEAD_BYTES);
        cluster.isOut = true;
        for (int i = 0; i < room; i++) {
            submit(i, new byte[length]);
        }
        assertEquals(List.of(), outcomes);
        submit(1, new byte[length]);
        assertEquals(List.of("NOT_APPLIED busy"), outcomes);
        outcomes.clear();
        cluster.run(TIMEOUT_NS + MS);
        assertEquals(room, outcomes.size());
        final int inSessions = Collections.frequency(outcomes, "UNKNOWN retry");
        assertTrue(inSessions > 0);
        assertEquals((long) inSessions * (length + Pending.OVERHEAD_BYTES), cluster.sessions.pendingBytes());
        cluster.isOut = false;
        cluster.run(60_000 * MS);
        assertEquals(inSessions, cluster.applied.size());
        assertEquals(0, cluster.sessions.pendingBytes());
    }

    @Test
    void shouldSayThatNothingWasDoneWhenItNeverLeftTheQueue() {
        cluster.isOut = true;
        for (int i = 0; i < LossyCluster.WINDOW + 1; i++) {
            submit(1);
        }
        cluster.run(TIMEOUT_NS + MS);
        assertEquals(LossyCluster.WINDOW, Collections.frequency(outcomes, "UNKNOWN retry"));
        assertEquals("NOT_APPLIED retry", outcomes.get(LossyCluster.WINDOW));
        cluster.isOut = false;
        cluster.run(5_000 * MS);
        assertEquals(LossyCluster.WINDOW, cluster.applied.size());
    }

    @Test
    void shouldGoOnUnderANewSessionWhenTheOldOneIsEvicted() {
        final LossyCluster small = new LossyCluster(4, 1, 1, TIMEOUT_NS);
        final GroupSessions other = new GroupSessions(
                new SessionsContext(
                        LossyCluster.CONTEXT,
                        HOME,
                        1,
                        10,
                        1 << 20,
                        TIMEOUT_NS,
                        small.random,
                        small.random::nextLong,
                        small),
                small.nowNs);
        final byte[] body = {1};
        final GroupRequestsCallback first = new GroupRequestsCallback();
        submitTo(small.sessions, body, first);
        small.run(100 * MS);
        submitTo(other, body, new GroupRequestsCallback());
        other.poll(small.nowNs);
        small.run(100 * MS);
        final GroupRequestsCallback second = new GroupRequestsCallback();
        submitTo(small.sessions, body, second);
        small.run(100 * MS);
        final GroupRequestsCallback third = new GroupRequestsCallback();
        submitTo(small.sessions, body, third);
        small.run(500 * MS);
        assertEquals(List.of("OK ok"), first.outcomes);
        assertEquals(List.of("UNKNOWN no_session"), second.outcomes);
        assertEquals(List.of("OK ok"), third.outcomes);
    }

    private static final class GroupRequestsCallback {
        final List<String> outcomes = new ArrayList<>();
    }

    private static void submitTo(
            final GroupSessions sessions, final byte[] body, final GroupRequestsCallback callback) {
        sessions.submit(
                1,
                0,
                0,
                0,
                LogStateMachine.OPERATION_APPEND,
                new UnsafeBuffer(body),
                0,
                body.length,
                GroupRequests.NO_DEADLINE,
                (outcome, status, reply, offset, length) ->
                        callback.outcomes.add(outcome + " " + ReplyStatus.text(status)));
    }

    @Test
    void shouldRefuseWhatIsTooLongOrForNoGroupOrOneTooMany() {
        submit(1, new byte[LossyCluster.CONTEXT.bodyMax() + 1]);
        cluster.sessions.read(
                0,
                0,
                Consistency.COMMITTED,
                new UnsafeBuffer(new byte[ReadFlyweight.QUERY_LENGTH_MAX + 1]),
                0,
                ReadFlyweight.QUERY_LENGTH_MAX + 1,
                GroupRequests.NO_DEADLINE,
                (outcome, status, reply, offset, length) -> outcomes.add(outcome + " " + ReplyStatus.text(status)));
        cluster.sessions.submit(
                1,
                1,
                0,
                0,
                LogStateMachine.OPERATION_APPEND,
                new UnsafeBuffer(new byte[1]),
                0,
                1,
                GroupRequests.NO_DEADLINE,
                (outcome, status, reply, offset, length) -> outcomes.add(outcome + " " + ReplyStatus.text(status)));
        assertEquals(
                List.of("NOT_APPLIED too_large", "NOT_APPLIED too_large", "NOT_APPLIED unknown_namespace"), outcomes);
        cluster.isOut = true;
        for (int i = 0; i < 1_001; i++) {
            submit(1);
        }
        assertEquals("NOT_APPLIED busy", outcomes.get(3));
        cluster.sessions.close();
        assertEquals(1_004, outcomes.size(), "the end is an outcome for all");
        submit(1);
        assertEquals("NOT_APPLIED retry", outcomes.get(1_004));
    }

    @Test
    void shouldHaveNothingToDoWhenNobodyWaits() {
        assertEquals(Long.MAX_VALUE, cluster.sessions.delayNs(cluster.nowNs));
        submit(1);
        assertEquals(0, cluster.sessions.delayNs(cluster.nowNs));
        cluster.run(600 * MS);
        assertEquals(List.of("OK ok"), outcomes);
        assertEquals(Long.MAX_VALUE, cluster.sessions.delayNs(cluster.nowNs));
    }

    @Test
    void shouldBeginALifeWhenThoseBeforeHaveEndedInTheLog() {
        final LossyCluster metadata = new LossyCluster(
                5, 1, 8, TIMEOUT_NS, new StreamStateMachine(new MetadataMachine(StreamLimits.DEFAULT, 1), null));
        final List<Long> begun = new ArrayList<>();
        metadata.isOut = true;
        metadata.sessions.begin(2, 1, begun::add);
        metadata.run(3 * TIMEOUT_NS);
        assertEquals(List.of(), begun);
        metadata.isOut = false;
        metadata.run(4_000 * MS);
        assertEquals(1, begun.size());
        assertTrue(begun.get(0) > 0);
        assertFalse(metadata.applied.isEmpty(), "the lives before were ended");
        metadata.run(4_000 * MS);
        assertEquals(1, begun.size(), "once");
    }
}
