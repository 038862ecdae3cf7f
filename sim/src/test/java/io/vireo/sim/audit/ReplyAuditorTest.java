package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keeps silent about equal executions on every replica and after restarts, and fires on everything else. */
class ReplyAuditorTest {
    private static final long SESSION = 5;

    private final Rig rig = new Rig();
    private final ReplyAuditor auditor = new ReplyAuditor(rig.log, Rig.REPLICAS, 1);

    /** Op 10 holds requests 1 and 2, op 11 request 3. */
    @BeforeEach
    void executeThree() {
        auditor.onOpened(0, 0);
        assertTrue(auditor.onExecuted(0, 0, 10, SESSION, 1, "one"));
        assertTrue(auditor.onExecuted(0, 0, 10, SESSION, 2, "two"));
        assertTrue(auditor.onExecuted(0, 0, 11, SESSION, 3, "three"));
        auditor.onOpened(1, 0);
        assertFalse(auditor.onExecuted(1, 0, 10, SESSION, 1, "one"));
        auditor.onReply(0, 10, SESSION, 2, "two");
        auditor.onRefused(0, SESSION, 4);
        // From a snapshot of op 10.
        auditor.onOpened(0, 0);
        assertFalse(auditor.onExecuted(0, 0, 11, SESSION, 3, "three"));
        assertNull(rig.signature());
        assertEquals(2, auditor.compared());
    }

    @Test
    void shouldReportWhenAReplyDiffersElsewhere() {
        auditor.onExecuted(1, 0, 10, SESSION, 2, "other");
        assertEquals("A4: a request has the same reply wherever and whenever it is executed", rig.signature());
        assertEquals("reply here other, first two", rig.log.violation().detail());
    }

    @Test
    void shouldReportWhenARequestIsLeftOut() {
        auditor.onExecuted(1, 0, 11, SESSION, 3, "three");
        assertEquals("A4: all replicas execute the same requests", rig.signature());
    }

    @Test
    void shouldReportWhenARequestIsExecutedTwice() {
        auditor.onExecuted(0, 0, 12, SESSION, 3, "three");
        assertEquals("A4: the requests of a session are executed once and in their order", rig.signature());
    }

    @Test
    void shouldReportWhenAClientIsToldAnotherReply() {
        auditor.onReply(0, 11, SESSION, 3, "two");
        assertEquals("A4: a client is told the reply of its own request", rig.signature());
    }

    @Test
    void shouldReportWhenAClientIsToldAReplyThatNobodyHasGiven() {
        auditor.onReply(0, 12, SESSION, 4, "four");
        assertEquals("A4: a client is told the reply of its own request", rig.signature());
    }

    @Test
    void shouldReportWhenARefusedRequestWasExecuted() {
        auditor.onRefused(0, SESSION, 3);
        assertEquals("A4: a request that was refused for good is not executed", rig.signature());
    }
}
