package io.vireo.node.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.superblock.Membership;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.Status;
import io.vireo.node.port.SeededRandom;
import org.junit.jupiter.api.Test;

/** Replica 0 of three asks; 1 is the primary. */
class RepairPeersTest {
    private static final int PRIMARY = 1;
    private static final int BACKUP = 2;
    private static final long EXPIRY_NS = 200;
    private static final long SILENCE_NS = 400;
    private static final int DRAWS = 200;

    private final ReplicaState state = new ReplicaState(1, 1, 0, 0, 3, Status.NORMAL, 1, 1, Membership.FOUNDING, 0, 0);
    private final RepairPeers peers = new RepairPeers(state, new SeededRandom(7), SILENCE_NS);
    private final RepairBudget budget = new RepairBudget(4, EXPIRY_NS);

    private void at(final long nowNs) {
        state.time(nowNs, nowNs);
    }

    private int countOf(final int peer) {
        int count = 0;
        for (int i = 0; i < DRAWS; i++) {
            final int drawn = peers.next();
            assertTrue(drawn == PRIMARY || drawn == BACKUP, "never itself");
            count += drawn == peer ? 1 : 0;
        }
        return count;
    }

    @Test
    void shouldAskThePrimaryFirstAndThenBoth() {
        at(1_000);
        assertEquals(PRIMARY, peers.next());
        final int primary = countOf(PRIMARY);
        assertTrue(primary > DRAWS / 2 && primary < DRAWS, () -> "of the primary: " + primary);
    }

    @Test
    void shouldLeaveASilentOneAloneAndAskItOnceInAWhileEachTimeAfterLonger() {
        at(1_000);
        peers.onExpired(BACKUP, 800);
        assertEquals(0, countOf(BACKUP));
        at(1_000 + SILENCE_NS);
        assertEquals(1, countOf(BACKUP), "one request, not every second one");
        at(1_000 + 2 * SILENCE_NS);
        assertEquals(0, countOf(BACKUP), "twice as long");
        at(1_000 + 3 * SILENCE_NS);
        assertEquals(1, countOf(BACKUP));
        peers.onAnswer(BACKUP);
        assertTrue(countOf(BACKUP) > DRAWS / 8);
    }

    @Test
    void shouldTakeForOneSilenceWhatWasAskedTogether() {
        at(1_000);
        for (int i = 0; i < 8; i++) {
            peers.onExpired(BACKUP, 800);
        }
        at(1_000 + SILENCE_NS);
        assertEquals(1, countOf(BACKUP), "after as long as if one request had expired");
    }

    @Test
    void shouldNotCallSilentWhoHasAnsweredSomethingElseSince() {
        at(900);
        peers.onAnswer(BACKUP);
        at(1_000);
        peers.onExpired(BACKUP, 800);
        assertTrue(countOf(BACKUP) > DRAWS / 8);
    }

    @Test
    void shouldAskAllWhereAllAreSilentAndBeginAnewInAnotherView() {
        at(1_000);
        peers.onExpired(BACKUP, 800);
        peers.onExpired(PRIMARY, 800);
        final int backup = countOf(BACKUP);
        assertTrue(backup > DRAWS / 8 && backup < DRAWS, () -> "of the backup: " + backup);
        peers.clear();
        assertEquals(PRIMARY, peers.next());
        assertTrue(countOf(BACKUP) > DRAWS / 8);
    }

    @Test
    void shouldFreeThePlacesOfWhatDoesNotComeAndSayWhoWasAsked() {
        at(1_000);
        for (int op = 1; op <= 4; op++) {
            budget.take(op, BACKUP, state.nowNs());
        }
        assertTrue(budget.isFull());
        assertEquals(BACKUP, budget.release(3));
        assertEquals(RepairBudget.NOBODY, budget.release(3));
        at(1_000 + EXPIRY_NS);
        budget.expire(state.nowNs(), peers);
        assertTrue(!budget.isRequested(1) && !budget.isFull());
        assertEquals(0, countOf(BACKUP));
    }

    /** A dead one was asked first and the living one then, or the living one is slow: nobody can tell. */
    @Test
    void shouldCreditNobodyForWhatWasAskedTwiceAndGiveMoreTimeInstead() {
        at(1_000);
        budget.take(1, BACKUP, 1_000);
        at(1_000 + EXPIRY_NS);
        budget.expire(state.nowNs(), peers);
        budget.take(1, PRIMARY, state.nowNs());
        assertEquals(RepairBudget.NOBODY, budget.release(1));
        assertEquals(2 * EXPIRY_NS, budget.expiryNs());
        for (int op = 2; op < 40; op++) {
            budget.take(op, PRIMARY, state.nowNs());
            assertEquals(PRIMARY, budget.release(op));
        }
        assertEquals(EXPIRY_NS, budget.expiryNs(), "answers in time take it back");
    }
}
