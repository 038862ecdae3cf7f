package io.vireo.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.journal.message.RequestBatch;
import io.vireo.node.session.RequestAdmission.Verdict;
import io.vireo.node.session.Rows.Row;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestAdmissionTest {
    private static final int CLIENT = 2;
    private final ClientSessions sessions = new ClientSessions(2, 4, 8);
    private final RequestAdmission admission = new RequestAdmission(sessions, 2);
    private int slot;

    @BeforeEach
    void open() {
        slot = sessions.register(CLIENT / 2, CLIENT % 2, 1);
        admission.open();
    }

    @Test
    void shouldDropWhenTheSameNumberIsQueued() {
        assertEquals(Verdict.ADMIT, admit(append(1)));
        assertEquals(Verdict.DUPLICATE_IN_FLIGHT, decide(append(1)));
        assertEquals(Verdict.ADMIT, admit(append(2)));
        assertEquals(Verdict.DUPLICATE_IN_FLIGHT, decide(append(1)));
        assertEquals(Verdict.GAP, decide(append(4)));
    }

    @Test
    void shouldNotRememberWhenARowWasDecidedButNotQueued() {
        assertEquals(Verdict.ADMIT, decide(append(1)));
        assertEquals(Verdict.ADMIT, decide(append(1)));
        assertEquals(Verdict.GAP, decide(append(2)));
    }

    @Test
    void shouldAnswerFromTheTableWhenApplied() {
        for (int request = 1; request <= 5; request++) {
            admit(append(request));
            sessions.applied(slot, request, request + 1, 0, 0, 0);
        }
        assertEquals(Verdict.TOO_OLD, decide(append(1)));
        assertEquals(Verdict.ALREADY_APPLIED, decide(append(2)));
        assertEquals(Verdict.ALREADY_APPLIED, decide(append(5)));
        assertEquals(Verdict.ADMIT, decide(append(6)));
    }

    @Test
    void shouldAdmitTheSameNumberAgainWhenTheViewHasChangedAndDroppedIt() {
        assertEquals(Verdict.ADMIT, admit(append(1)));
        assertEquals(Verdict.ADMIT, admit(append(2)));
        admission.reset();
        assertEquals(Verdict.CLOSED, decide(append(1)));
        assertEquals(Verdict.CLOSED, decide(Row.register(9)));
        admission.open();
        assertEquals(Verdict.ADMIT, admit(append(1)));
        assertEquals(Verdict.ADMIT, admit(append(2)));
    }

    @Test
    void shouldAdmitTheSameNumberAgainWhenItWasWithdrawn() {
        for (int request = 1; request <= 3; request++) {
            admit(append(request));
        }
        withdraw(append(2));
        withdraw(append(3));
        assertEquals(Verdict.DUPLICATE_IN_FLIGHT, decide(append(1)));
        assertEquals(Verdict.ADMIT, decide(append(2)));
        assertEquals(Verdict.GAP, decide(append(3)));
    }

    @Test
    void shouldRefuseWhenTheSessionIsUnknown() {
        assertEquals(Verdict.NO_SESSION, decide(Row.append(CLIENT, 2, 1, "")));
        assertEquals(Verdict.NO_SESSION, decide(Row.append(CLIENT + 1, 1, 1, "")));
    }

    @Test
    void shouldForgetTheQueueOfASessionWhenItsSlotBelongsToAnother() {
        admit(append(1));
        sessions.register(50, 0, 2);
        sessions.register(51, 0, 3);
        assertEquals(Verdict.NO_SESSION, decide(append(2)));
        assertEquals(Verdict.ADMIT, decide(new Row(102, 3, 1, 16, 0, new byte[0])));
        withdraw(append(1));
        assertEquals(Verdict.ADMIT, decide(new Row(102, 3, 1, 16, 0, new byte[0])));
    }

    @Test
    void shouldAnswerARegisterAtOnceWhenTheClientHasASession() {
        assertEquals(Verdict.ALREADY_APPLIED, decide(Row.register(CLIENT)));
        assertEquals(Verdict.ADMIT, admit(Row.register(CLIENT + 1)));
    }

    @Test
    void shouldRefuseWhenNumbersMakeNoSense() {
        assertEquals(Verdict.MALFORMED, decide(Row.append(CLIENT, 1, 0, "")));
        assertEquals(Verdict.MALFORMED, decide(Row.append(CLIENT, 0, 1, "")));
        assertEquals(Verdict.MALFORMED, decide(new Row(CLIENT, 1, 0, RequestBatch.OPERATION_REGISTER, 0, new byte[0])));
        assertEquals(Verdict.MALFORMED, decide(new Row(CLIENT, 0, 1, RequestBatch.OPERATION_REGISTER, 0, new byte[0])));
        assertEquals(Verdict.MALFORMED, decide(new Row(CLIENT, 0, 0, RequestBatch.OPERATION_REGISTER, 0, new byte[1])));
    }

    private static Row append(final long request) {
        return Row.append(CLIENT, 1, request, "body");
    }

    private Verdict decide(final Row row) {
        return admission.decide(Rows.batchOf(row), RequestBatch.PREFIX_LENGTH);
    }

    private Verdict admit(final Row row) {
        final UnsafeBuffer batch = Rows.batchOf(row);
        final Verdict verdict = admission.decide(batch, RequestBatch.PREFIX_LENGTH);
        admission.queued(batch, RequestBatch.PREFIX_LENGTH);
        return verdict;
    }

    private void withdraw(final Row row) {
        admission.withdrawn(Rows.batchOf(row), RequestBatch.PREFIX_LENGTH);
    }
}
