package io.vireo.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vireo.bootstrap.replay.SessionTable;
import io.vireo.bootstrap.replay.SessionTable.Verdict;
import io.vireo.journal.util.InvariantException;
import org.junit.jupiter.api.Test;

class ClientSessionsTest {
    @Test
    void shouldGiveTheSameSessionWhenClientRegistersAgain() {
        final ClientSessions sessions = new ClientSessions(4, 4, 8);
        final int slot = sessions.register(7, 8, 1);
        assertEquals(1, sessions.session(slot));
        assertEquals(slot, sessions.register(7, 8, 5));
        assertEquals(1, sessions.registerOp(slot));
        assertEquals(2, sessions.session(sessions.register(8, 7, 6)));
        assertEquals(2, sessions.count());
    }

    @Test
    void shouldEvictTheSessionAppliedToLongestAgoWhenTableIsFull() {
        final ClientSessions sessions = new ClientSessions(3, 4, 8);
        sessions.register(1, 0, 1);
        sessions.register(2, 0, 2);
        sessions.register(3, 0, 3);
        sessions.applied(sessions.find(1, 0, 1), 1, 4, 0, 0, 0);
        assertEquals(1, sessions.register(4, 0, 5));
        assertEquals(SessionTable.NO_SLOT, sessions.find(2, 0, 2));
        assertEquals(4, sessions.session(sessions.find(4, 0, 4)));
        assertEquals(0, sessions.lastRequest(sessions.find(4, 0, 4)));
    }

    @Test
    void shouldEvictTheLowestNumberWhenSeveralWereAppliedToByTheSameOp() {
        final ClientSessions sessions = new ClientSessions(3, 4, 8);
        sessions.register(1, 0, 1);
        sessions.register(2, 0, 1);
        sessions.register(3, 0, 1);
        sessions.register(4, 0, 2);
        sessions.register(5, 0, 2);
        assertEquals(SessionTable.NO_SLOT, sessions.find(1, 0, 1));
        assertEquals(SessionTable.NO_SLOT, sessions.find(2, 0, 2));
        assertEquals(2, sessions.find(3, 0, 3));
    }

    @Test
    void shouldNotKnowTheOldNumberWhenAnEvictedClientRegistersAgain() {
        final ClientSessions sessions = new ClientSessions(1, 4, 8);
        sessions.register(1, 0, 1);
        sessions.register(2, 0, 2);
        final int slot = sessions.register(1, 0, 3);
        assertEquals(3, sessions.session(slot));
        assertEquals(SessionTable.NO_SLOT, sessions.find(1, 0, 1));
        assertEquals(Verdict.APPLY, sessions.decide(slot, 1));
    }

    @Test
    void shouldDecideByTheWindowWhenNumbersAreOldNextOrAhead() {
        final ClientSessions sessions = new ClientSessions(1, 3, 8);
        final int slot = sessions.register(1, 0, 1);
        for (int request = 1; request <= 5; request++) {
            sessions.applied(slot, request, 10 + request, request, 100 + request, 0);
        }
        assertEquals(Verdict.TOO_OLD, sessions.decide(slot, 2));
        assertEquals(Verdict.REPEAT, sessions.decide(slot, 3));
        assertEquals(Verdict.REPEAT, sessions.decide(slot, 5));
        assertEquals(Verdict.APPLY, sessions.decide(slot, 6));
        assertEquals(Verdict.GAP, sessions.decide(slot, 7));
        assertEquals(13, sessions.storedOp(slot, 3));
        assertEquals(103, sessions.storedDigest(slot, 3));
        assertEquals(3, sessions.storedStatus(slot, 3));
    }

    @Test
    void shouldStopWhenAReplyIsReadThatIsNotStored() {
        final ClientSessions sessions = new ClientSessions(1, 3, 8);
        final int slot = sessions.register(1, 0, 1);
        assertThrows(InvariantException.class, () -> sessions.storedOp(slot, 1));
        assertThrows(InvariantException.class, () -> sessions.applied(slot, 2, 2, 0, 0, 0));
        assertThrows(InvariantException.class, () -> sessions.applied(slot, 1, 2, 0, 0, 9));
    }

    @Test
    void shouldFindEverySessionWhenTableIsFullAndTurnsOverManyTimes() {
        final int sessionsMax = 512;
        final ClientSessions sessions = new ClientSessions(sessionsMax, 1, 8);
        for (int client = 0; client < 8 * sessionsMax; client++) {
            // Ids with one half in common and with all their difference in high bits are the hard ones for a hash.
            sessions.register((client % 3 == 0 ? 1L : 1L << 40) * client, client % 5, client + 1);
            if (client % 61 == 0) {
                checkFindsTheYoungest(sessions, client, sessionsMax);
            }
        }
        checkFindsTheYoungest(sessions, 8 * sessionsMax - 1, sessionsMax);
    }

    private static void checkFindsTheYoungest(final ClientSessions sessions, final int last, final int sessionsMax) {
        for (int client = 0; client <= last; client++) {
            final int slot = sessions.slotOf((client % 3 == 0 ? 1L : 1L << 40) * client, client % 5);
            if (client > last - sessionsMax) {
                assertEquals(client + 1, sessions.session(slot));
            } else {
                assertEquals(SessionTable.NO_SLOT, slot);
            }
        }
    }
}
