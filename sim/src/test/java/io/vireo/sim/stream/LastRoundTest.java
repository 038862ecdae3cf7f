package io.vireo.sim.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.sim.audit.AccountAuditor;
import io.vireo.sim.audit.AccountAuditor.Session;
import io.vireo.sim.audit.AccountAuditor.Token;
import io.vireo.sim.audit.AuditLog;
import io.vireo.sim.audit.Need;
import io.vireo.sim.time.EventQueue;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The questions about users at the end: each is asked until it has an answer, and none is left out but of who can not log in. */
class LastRoundTest {
    private static final Session SESSION = new Session("user-1", 1, 2);

    private final AccountBook book = new AccountBook();
    private final String former = book.newPassword("user-1");
    private final String present = book.newPassword("user-1");

    private LastRound round() {
        book.onSet("user-1", former);
        book.onSet("user-1", present);
        return new LastRound(book, List.of(Need.SEND, Need.POLL));
    }

    private static void assertLogin(final String password, final LastRound.Question asked) {
        assertNotNull(asked);
        assertEquals("user-1", asked.user());
        assertEquals(password, asked.password());
        assertNull(asked.need());
    }

    @Test
    void shouldTryEveryLoginAndThenEveryPermission() {
        final LastRound round = round();
        assertLogin(former, round.next(null));
        round.onAnswered(false);
        assertLogin(present, round.next(null));
        round.onAnswered(true);
        assertEquals(Need.SEND, round.next(SESSION).need());
        round.onAnswered(false);
        assertEquals(Need.POLL, round.next(SESSION).need());
        round.onAnswered(true);
        assertNull(round.next(SESSION));
    }

    @Test
    void shouldAskTheSameAgainWhenItWasNotAnswered() {
        final LastRound round = round();
        assertLogin(former, round.next(null));
        assertLogin(former, round.next(null));
        round.onAnswered(false);
        round.next(null);
        round.onAnswered(true);
        assertEquals(Need.SEND, round.next(SESSION).need());
        assertEquals(Need.SEND, round.next(SESSION).need());
    }

    @Test
    void shouldLogInAgainAsBeforeWhenTheConnectionWasLost() {
        final LastRound round = round();
        round.next(null);
        round.onAnswered(false);
        round.next(null);
        round.onAnswered(true);
        assertEquals(Need.SEND, round.next(SESSION).need());
        assertLogin(present, round.next(null));
        round.onAnswered(true);
        assertEquals(Need.SEND, round.next(SESSION).need());
    }

    @Test
    void shouldAskForNoPermissionWhenNobodyCanLogIn() {
        final LastRound round = round();
        round.next(null);
        round.onAnswered(false);
        round.next(null);
        round.onAnswered(false);
        assertNull(round.next(null));
    }

    @Test
    void shouldTryTokensToo() {
        final AccountAuditor auditor = new AccountAuditor(new AuditLog(1, new EventQueue()));
        final Token token = auditor.onToken(SESSION, "t", "secret", auditor.ask(), false, Long.MAX_VALUE);
        book.add(token);
        final LastRound round = round();
        round.next(null);
        round.onAnswered(false);
        assertEquals(token, round.next(null).token());
        round.onAnswered(true);
        assertLogin(present, round.next(SESSION));
        round.onAnswered(false);
        assertEquals(token, round.next(null).token(), "the one that works");
    }
}
