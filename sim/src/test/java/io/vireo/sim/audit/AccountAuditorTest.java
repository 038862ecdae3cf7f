package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.sim.audit.AccountAuditor.Certain;
import io.vireo.sim.audit.AccountAuditor.Change;
import io.vireo.sim.audit.AccountAuditor.Session;
import io.vireo.sim.audit.AccountAuditor.Token;
import io.vireo.sim.audit.Need.Grants;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Keeps silent about what users can be at the moment of an answer, and fires on what they can not be any more. */
class AccountAuditorTest {
    private static final Grants SENDS = new Grants(0, 0, 1 << 3);
    private static final Grants POLLS = new Grants(1 << 8, 0, 0);
    private static final int OK = 0;

    private final Rig rig = new Rig();
    private final AccountAuditor auditor = new AccountAuditor(rig.log);

    private void user(final String password, final Grants grants) {
        auditor.onCreate("ann", password, grants, true).onDone();
    }

    private Session login(final String password, final int status) {
        return auditor.onLogin("ann", password, auditor.ask(), status);
    }

    private void command(final Session session, final Need need, final int status) {
        final long asked = auditor.ask();
        auditor.onAnswer(session, need, asked, asked, status, status == OK);
    }

    private Token token(final Session session, final long goneNs) {
        return auditor.onToken(session, "t", "token-secret", auditor.ask(), goneNs != Long.MAX_VALUE, goneNs);
    }

    private void loginBy(final Token token, final int status) {
        auditor.onLogin(token, auditor.ask(), 50, status);
    }

    @Test
    void shouldKeepSilentWhenAnswersAreWhatUsersCanBe() {
        assertNull(login("first", 42));
        user("first", SENDS);
        final Session session = login("first", OK);
        assertNotNull(session);
        command(session, Need.SEND, OK);
        command(session, Need.POLL, 41);
        auditor.onGrants("ann", POLLS).onDone();
        command(session, Need.SEND, 41);
        command(session, Need.POLL, OK);
        final Token token = token(session, Long.MAX_VALUE);
        loginBy(token, OK);
        auditor.onPassword("ann", "first", "second").onDone();
        login("first", 42);
        login("second", OK);
        auditor.onStatus("ann", false).onDone();
        command(session, Need.POLL, 47);
        login("second", 47);
        loginBy(token, 47);
        auditor.onDelete("ann").onDone();
        command(session, Need.POLL, 40);
        login("second", 42);
        loginBy(token, 20);
        assertNull(rig.signature());
        assertEquals(6, auditor.changes());
        assertEquals(3, auditor.logins());
        assertEquals(4, auditor.refusedLogins());
        assertEquals(2, auditor.allowed());
        assertEquals(2, auditor.forbidden());
    }

    @Test
    void shouldKeepSilentAboutEitherAnswerWhileAChangeIsUnderWay() {
        user("first", SENDS);
        final Session session = login("first", OK);
        final Change change = auditor.onGrants("ann", POLLS);
        command(session, Need.SEND, OK);
        command(session, Need.SEND, 41);
        command(session, Need.POLL, OK);
        final Change refused = auditor.onDelete("ann");
        command(session, Need.POLL, 40);
        login("first", 42);
        refused.onRefused(41);
        change.onDone();
        assertNull(rig.signature());
        command(session, Need.SEND, OK);
        assertEquals("A23: nobody does what no permission allows, or while inactive", rig.signature());
    }

    @Test
    void shouldReportWhenSomebodyDoesWhatWasTakenBackOrIsRefusedWhatWasGiven() {
        user("first", SENDS);
        final Session session = login("first", OK);
        final long before = auditor.ask();
        auditor.onGrants("ann", POLLS).onDone();
        auditor.onAnswer(session, Need.SEND, auditor.ask(), before, OK, true);
        assertNull(rig.signature(), "it may have been allowed a moment ago");
        command(session, Need.POLL, 41);
        assertEquals("A23: what a permission allows is not refused", rig.signature());
    }

    @Test
    void shouldReportWhenAnInactiveUserDoesSomething() {
        user("first", SENDS);
        final Session session = login("first", OK);
        auditor.onStatus("ann", false).onDone();
        command(session, Need.SEND, OK);
        assertEquals("A23: nobody does what no permission allows, or while inactive", rig.signature());
    }

    @Test
    void shouldReportWhenALoginGoesOnAsALaterUserOfTheSameName() {
        user("first", SENDS);
        final Session session = login("first", OK);
        auditor.onDelete("ann").onDone();
        user("second", SENDS);
        command(session, Need.SEND, OK);
        assertEquals("A23: nobody does anything in the name of a user that is deleted", rig.signature());
    }

    @Test
    void shouldReportWhenALoginEndsAndItsUserIsThere() {
        user("first", SENDS);
        command(login("first", OK), Need.SEND, 40);
        assertEquals("A23: a login holds as long as its user is there", rig.signature());
    }

    @Test
    void shouldReportWhenAFormerPasswordIsRight() {
        user("first", SENDS);
        auditor.onPassword("ann", "first", "second").onDone();
        login("first", OK);
        assertEquals(
                "A23: who is deleted or inactive, or has another password by now, does not log in", rig.signature());
    }

    @Test
    void shouldReportWhenADeletedUserLogsIn() {
        user("first", SENDS);
        auditor.onDelete("ann").onDone();
        login("first", OK);
        assertEquals(
                "A23: who is deleted or inactive, or has another password by now, does not log in", rig.signature());
    }

    @Test
    void shouldReportWhenTheRightPasswordIsRefused() {
        user("first", SENDS);
        login("first", 42);
        assertEquals("A23: who is there logs in with the password that was set last", rig.signature());
    }

    @Test
    void shouldReportWhenAnActiveUserIsSaidToBeInactive() {
        user("first", SENDS);
        login("first", 47);
        assertEquals("A23: who is active is not refused as inactive", rig.signature());
    }

    @Test
    void shouldReportWhenATokenOutlivesItsDeletion() {
        user("first", SENDS);
        final Token token = token(login("first", OK), Long.MAX_VALUE);
        auditor.onDeleteToken(token).onDone();
        loginBy(token, OK);
        assertEquals(
                "A23: a token that is deleted or expired, or whose user is deleted or inactive, logs nobody in",
                rig.signature());
    }

    @Test
    void shouldReportWhenATokenOutlivesItsUser() {
        user("first", SENDS);
        final Token token = token(login("first", OK), Long.MAX_VALUE);
        auditor.onDelete("ann").onDone();
        user("second", SENDS);
        loginBy(token, OK);
        assertEquals(
                "A23: a token that is deleted or expired, or whose user is deleted or inactive, logs nobody in",
                rig.signature());
    }

    @Test
    void shouldReportWhenATokenIsExpiredByEveryClock() {
        user("first", SENDS);
        final Token token = token(login("first", OK), 50);
        loginBy(token, 54);
        loginBy(token, 20);
        assertNull(rig.signature());
        loginBy(token, OK);
        assertEquals(
                "A23: a token that is deleted or expired, or whose user is deleted or inactive, logs nobody in",
                rig.signature());
    }

    @Test
    void shouldReportWhenATokenIsRefusedThatIsThere() {
        user("first", SENDS);
        loginBy(token(login("first", OK), Long.MAX_VALUE), 20);
        assertEquals("A23: a token that is there logs its user in", rig.signature());
    }

    @Test
    void shouldKeepSilentWhenChangesAreRefusedForWhatStandsAgainstThem() {
        auditor.onGrants("ann", SENDS).onRefused(20);
        auditor.onDelete("ann").onRefused(20);
        user("first", SENDS);
        auditor.onCreate("ann", "second", SENDS, true).onRefused(46);
        auditor.onPassword("ann", "wrong", "third").onRefused(42);
        auditor.onStatus("ann", false).onRefused(41);
        final Token token = token(login("first", OK), Long.MAX_VALUE);
        auditor.onDeleteToken(token).onDone();
        auditor.onDeleteToken(token).onRefused(20);
        assertNull(rig.signature());
        assertEquals(5, auditor.certain(Certain.CHANGE_REFUSED));
        assertEquals(2, auditor.certain(Certain.CHANGED));
    }

    @Test
    void shouldReportWhenAUserIsSaidToBeThereThatIsNot() {
        auditor.onCreate("ann", "first", SENDS, true).onRefused(46);
        assertEquals("A23: a change is refused only where something stands against it", rig.signature());
    }

    @Test
    void shouldReportWhenAUserIsSaidToBeMissingThatIsThere() {
        user("first", SENDS);
        auditor.onGrants("ann", POLLS).onRefused(20);
        assertEquals("A23: a change is refused only where something stands against it", rig.signature());
    }

    @Test
    void shouldReportWhenTheRightPasswordIsRefusedToBeChanged() {
        user("first", SENDS);
        auditor.onPassword("ann", "first", "second").onRefused(42);
        assertEquals("A23: a change is refused only where something stands against it", rig.signature());
    }

    @Test
    void shouldReportWhenATokenIsSaidToBeMissingThatIsThere() {
        user("first", SENDS);
        auditor.onDeleteToken(token(login("first", OK), Long.MAX_VALUE)).onRefused(20);
        assertEquals("A23: a change is refused only where something stands against it", rig.signature());
    }

    @Test
    void shouldReportWhenAUserIsCreatedThatIsThere() {
        user("first", SENDS);
        user("second", SENDS);
        assertEquals("A23: a change takes effect only where all is as it has to be", rig.signature());
    }

    @Test
    void shouldReportWhenAUserIsChangedThatIsDeleted() {
        user("first", SENDS);
        auditor.onDelete("ann").onDone();
        auditor.onStatus("ann", false).onDone();
        assertEquals("A23: a change takes effect only where all is as it has to be", rig.signature());
    }

    @Test
    void shouldReportWhenAFormerPasswordIsGoodEnoughToChangeIt() {
        user("first", SENDS);
        auditor.onPassword("ann", "first", "second").onDone();
        auditor.onPassword("ann", "first", "third").onDone();
        assertEquals("A23: a change takes effect only where all is as it has to be", rig.signature());
    }

    @Test
    void shouldReportWhenATokenIsDeletedAgain() {
        user("first", SENDS);
        final Token token = token(login("first", OK), Long.MAX_VALUE);
        auditor.onDeleteToken(token).onDone();
        auditor.onDeleteToken(token).onDone();
        assertEquals("A23: a change takes effect only where all is as it has to be", rig.signature());
    }

    @Test
    void shouldCallAnAnswerCertainOnlyWhenItsOppositeWouldBeReported() {
        user("first", SENDS);
        final Session session = login("first", OK);
        final Token token = token(session, Long.MAX_VALUE);
        loginBy(token, OK);
        command(session, Need.SEND, OK);
        command(session, Need.POLL, 41);
        login("nobody-had-this", 42);
        auditor.onPassword("ann", "first", "second").onDone();
        login("first", 42);
        assertCertain(1, 1, 1, 0, 1, 1);
        // From here on nobody knows whether there is such a user: no answer can be wrong but what no user of that name
        // may.
        auditor.onDelete("ann");
        login("second", OK);
        login("second", 42);
        loginBy(token, OK);
        loginBy(token, 20);
        command(session, Need.SEND, OK);
        command(session, Need.SEND, 41);
        assertCertain(1, 1, 1, 0, 1, 1);
        assertNull(rig.signature());
        auditor.onDelete("ann").onDone();
        login("second", 42);
        loginBy(token, 20);
        assertCertain(1, 2, 1, 1, 1, 1);
    }

    private void assertCertain(
            final long logins,
            final long refusedLogins,
            final long tokens,
            final long refusedTokens,
            final long allowed,
            final long forbidden) {
        assertEquals(logins, auditor.certain(Certain.LOGIN), "logins");
        assertEquals(refusedLogins, auditor.certain(Certain.LOGIN_REFUSED), "refused logins");
        assertEquals(tokens, auditor.certain(Certain.TOKEN), "tokens");
        assertEquals(refusedTokens, auditor.certain(Certain.TOKEN_REFUSED), "refused tokens");
        assertEquals(allowed, auditor.certain(Certain.ALLOWED), "allowed");
        assertEquals(forbidden, auditor.certain(Certain.FORBIDDEN), "forbidden");
    }

    @Test
    void shouldReportWhenTheLogCarriesAPasswordThatIsKnown() {
        user("password-1", SENDS);
        auditor.onReplicated(0, 0, 7, "a hash of it".getBytes(StandardCharsets.UTF_8));
        assertNull(rig.signature());
        auditor.onReplicated(0, 0, 8, "..password-1".getBytes(StandardCharsets.UTF_8));
        assertEquals("A23: no password and no token is in what is replicated", rig.signature());
    }

    @Test
    void shouldReportWhenTheLogHasCarriedATokenBeforeItWasGiven() {
        user("first", SENDS);
        final Session session = login("first", OK);
        auditor.onReplicated(0, 0, 7, "..token-secret..".getBytes(StandardCharsets.UTF_8));
        token(session, Long.MAX_VALUE);
        assertEquals("A23: no password and no token is in what is replicated", rig.signature());
    }

    @Test
    void shouldAskForAnyOfThePermissionsOfItsRow() {
        assertEquals(true, Need.SEND.isMetBy(new Grants(1 << 9, 0, 0)));
        assertEquals(false, Need.SEND.isMetBy(new Grants(1 << 8, 1 << 4, 1 << 2)));
        assertEquals(true, Need.POLL.isMetBy(new Grants(0, 1 << 4, 0)));
        assertEquals(false, Need.SEE_TOPIC.isMetBy(new Grants(1 << 8 | 1 << 9, 1 << 4, 1 << 2)));
        assertEquals(false, Need.READ_SERVER.isMetBy(Grants.NONE));
        assertEquals(true, Need.CHANGE_TOPIC.isMetBy(new Grants(0, 0, 1)));
    }
}
