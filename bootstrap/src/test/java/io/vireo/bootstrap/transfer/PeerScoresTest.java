package io.vireo.bootstrap.transfer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PeerScoresTest {
    private static final long STALL_NS = 1_000;
    private static final int ALL = 0b1101;

    private final Random random = new Random(5);
    private final PeerScores peers = new PeerScores(4, 1, 8192, STALL_NS, random::nextLong, 0);

    @Test
    @Tag("X6")
    void shouldPreferFewerStrikesThenMoreThroughputAndTryThoseItDoesNotKnow() {
        assertEquals(ALL, peers.all());
        answer(0, 1_000, 10);
        answer(2, 1_000, 1);
        answer(3, 1_000, 100);
        assertEquals(2, peers.best(ALL, 0));
        assertEquals(0, peers.best(ALL & ~0b100, 0));
        peers.strike(2);
        assertEquals(0, peers.best(ALL, 0));
        peers.onFile();
        assertEquals(2, peers.best(ALL, 0), "it is forgotten in time");
        final PeerScores other = new PeerScores(4, 1, 8192, STALL_NS, random::nextLong, 0);
        other.onAsked(0, 0);
        other.onAnswer(0, 1);
        other.onBytes(0, 1 << 20, 1);
        assertTrue(other.best(ALL, 1) != 0, "the others may be faster");
    }

    @Test
    @Tag("X13")
    void shouldBearMoreRequestsWithAnswersAndFewerAfterSilence() {
        assertEquals(4, windowOf(3));
        for (int i = 0; i < 1_000; i++) {
            answer(3, 4_096, 10);
        }
        assertEquals(32, windowOf(3));
        peers.onSilence(3, 0);
        assertEquals(-1, peers.best(0b1000, 0), "it is left alone");
        peers.onSilence(3, 0);
        assertEquals(16, windowOf(3, 1_000_000), "what happens at once counts once");
        for (int i = 0; i < 10; i++) {
            peers.onSilence(3, (1 + i) * 1_000_000L);
            peers.onSilence(3, (1 + i) * 1_000_000L);
        }
        assertEquals(1, windowOf(3, 100_000_000));
        assertEquals(4_096, peers.pieceLength(3, 8_192));
    }

    @Test
    @Tag("X15")
    void shouldBackOffLongerAndLongerUpToABoundAndByChance() {
        long most = 0;
        boolean isShort = false;
        for (int round = 0; round < 200; round++) {
            final long atNs = round * 1_000_000L;
            peers.onSilence(2, atNs);
            long freeAtNs = 0;
            while (peers.best(0b100, atNs + freeAtNs) < 0) {
                freeAtNs++;
                assertTrue(freeAtNs < STALL_NS << 3, "it has a bound");
            }
            most = Math.max(most, freeAtNs);
            isShort |= round > 3 && freeAtNs < STALL_NS << 1;
            assertTrue(round > 0 || freeAtNs < STALL_NS, "it begins with little");
        }
        assertTrue(most > STALL_NS << 2 && isShort, "full jitter");
    }

    @Test
    @Tag("X13")
    void shouldBeSilentOnlyWhenItOwesAnAnswerAndGivesNoneForAStall() {
        assertFalse(peers.isSilent(0, 100 * STALL_NS));
        peers.onAsked(0, 100 * STALL_NS);
        peers.onAsked(0, 100 * STALL_NS);
        assertFalse(peers.isSilent(0, 101 * STALL_NS - 1));
        assertTrue(peers.isSilent(0, 101 * STALL_NS));
        peers.onAnswer(0, 101 * STALL_NS);
        assertFalse(peers.isSilent(0, 102 * STALL_NS - 1), "it goes on");
        assertTrue(peers.isSilent(0, 102 * STALL_NS));
        peers.onLost(0);
        assertFalse(peers.isSilent(0, 200 * STALL_NS));
    }

    @Test
    @Tag("X6")
    void shouldWaitForNobodyWhoDoesNotAnswerAgainAndAgain() {
        final PeerScores others = new PeerScores(4, 1, 8192, STALL_NS, () -> STALL_NS / 2, 0);
        others.onSilence(0, 10);
        assertFalse(others.isDead(0, 11), "once is no proof");
        others.onSilence(0, 10);
        assertTrue(others.isDead(0, 11));
        assertFalse(others.isDead(0, 10 + STALL_NS), "it is asked again");
        others.onAsked(0, 10);
        others.onAnswer(0, 11);
        assertFalse(others.isDead(0, 11));
    }

    @Test
    @Tag("X6")
    void shouldAskThoseWhoDoNotAnswerWhenTheOthersHaveEnoughToDo() {
        answer(2, 1_000, 100);
        peers.strike(2);
        for (int i = 0; i < 2; i++) {
            assertEquals(3, peers.best(0b1100, 100L * i * STALL_NS));
            peers.onSilence(3, 100L * i * STALL_NS);
        }
        final long nowNs = 1_000 * STALL_NS;
        assertFalse(peers.isDead(3, nowNs));
        assertEquals(2, peers.bestAfter(3, 0b1100, nowNs));
        while (peers.best(0b0100, nowNs) >= 0) {
            assertEquals(2, peers.best(0b1100, nowNs));
            peers.onAsked(2, nowNs);
        }
        assertEquals(3, peers.best(0b1100, nowNs));
        answer(3, 1_000, 1);
        assertEquals(3, peers.bestAfter(2, 0b1100, nowNs), "it is back");
    }

    @Test
    @Tag("X6")
    void shouldShareTheWorkAmongThoseThatAreAboutAsFast() {
        final int[] asked = new int[4];
        for (int i = 0; i < 9; i++) {
            final int peer = peers.best(ALL, 0);
            peers.onAsked(peer, 0);
            asked[peer]++;
        }
        assertArrayEquals(new int[] {3, 0, 3, 3}, asked);
    }

    @Test
    @Tag("X13")
    void shouldWaitLongerForOneThatNeedsLongerAndNoLongerThanItHasTo() {
        long waitNs = STALL_NS;
        for (int i = 0; i < 40; i++) {
            peers.onAsked(3, 0);
            assertFalse(peers.isSilent(3, waitNs - 1));
            assertTrue(peers.isSilent(3, waitNs));
            peers.onLost(3);
            peers.onSilence(3, 0);
            peers.onLate(3);
            peers.onLate(3);
            waitNs = Math.min(2 * waitNs, PeerScores.WAIT_MAX_NS);
        }
        answer(3, 1_000, STALL_NS);
        peers.onAsked(3, 0);
        assertTrue(peers.isSilent(3, 4 * STALL_NS), "it needs so long no more");
        assertFalse(peers.isSilent(3, 4 * STALL_NS - 1));
        peers.onLost(3);
        answer(3, 1_000, 1);
        peers.onAsked(3, 0);
        assertTrue(peers.isSilent(3, STALL_NS));
    }

    @Test
    @Tag("X6")
    void shouldWaitNoLongerForOneThatNeverAnswers() {
        for (int i = 0; i < 40; i++) {
            peers.onAsked(3, 0);
            assertTrue(peers.isSilent(3, STALL_NS), "after " + i + " silences");
            peers.onLost(3);
            peers.onSilence(3, 0);
        }
    }

    @Test
    @Tag("X6")
    void shouldStayWithAPeerUnlessAnotherIsClearlyBetter() {
        answer(0, 1_000, 10);
        answer(2, 1_000, 6);
        answer(3, 1_000, 100);
        assertEquals(0, peers.bestAfter(0, ALL, 0), "the other is about as fast");
        assertEquals(2, peers.bestAfter(3, ALL, 0));
        assertEquals(3, peers.bestAfter(3, 0b1000, 0));
        assertEquals(2, peers.bestAfter(3, 0b0100, 0));
        assertEquals(2, peers.bestAfter(-1, ALL, 0));
        peers.strike(2);
        assertEquals(0, peers.bestAfter(2, ALL, 0));
        peers.backOff(0, 0);
        assertEquals(3, peers.bestAfter(0, ALL, 0));
        assertEquals(-1, peers.bestAfter(0, 0b0001, 0));
    }

    @Test
    @Tag("X13")
    void shouldAskFewerAtATimeOfOneThatIsBusyAndLeaveItAloneOnlyWhenItOwesNothing() {
        for (int i = 0; i < 3; i++) {
            peers.onAsked(3, 0);
        }
        peers.onAnswer(3, 0);
        peers.onBusy(3, 0);
        assertEquals(-1, peers.best(0b1000, 0), "two are under way, and no more may be");
        peers.onAnswer(3, 0);
        assertEquals(3, peers.best(0b1000, 0), "as soon as one has come");
        peers.onAnswer(3, 0);
        peers.onBusy(3, 0);
        assertEquals(-1, peers.best(0b1000, 0), "it does nothing for this one");
        assertEquals(1, windowOf(3, STALL_NS));
    }

    @Test
    void shouldBlockWhoDoesNotBelieveIt() {
        peers.block(3, 7);
        assertEquals(-1, peers.best(0b1000, 6 + PeerScores.BLOCKED_NS));
        assertEquals(3, peers.best(0b1000, 7 + PeerScores.BLOCKED_NS));
    }

    private void answer(final int peer, final int bytes, final long elapsedNs) {
        peers.onAsked(peer, 0);
        peers.onAnswer(peer, 0);
        peers.onBytes(peer, bytes, elapsedNs);
    }

    private int windowOf(final int peer) {
        return windowOf(peer, 0);
    }

    private int windowOf(final int peer, final long nowNs) {
        int window = 0;
        while (peers.best(1 << peer, nowNs) == peer) {
            peers.onAsked(peer, nowNs);
            window++;
        }
        for (int i = 0; i < window; i++) {
            peers.onLost(peer);
        }
        return window;
    }
}
