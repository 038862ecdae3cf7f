package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/** A18: a definite failure is never applied, and nobody waits in silence. */
class HonestyAuditorTest {
    private static final long CLIENT = 9;

    private final Rig rig = new Rig();
    private final ExactlyOnceAuditor executions = new ExactlyOnceAuditor(rig.log, Rig.REPLICAS, 1, 1);
    private final HonestyAuditor auditor = new HonestyAuditor(rig.log, executions);

    @Test
    void shouldReportA18WhenARefusedRequestWasExecutedBefore() {
        executions.onExecuted(0, 0, 1, 0, CLIENT, 1, 0);
        auditor.onRefused(0, CLIENT, 2);
        assertNull(rig.signature());
        auditor.onRefused(0, CLIENT, 1);
        assertEquals("A18: a request that was refused for good is never executed", rig.signature());
    }

    @Test
    void shouldReportA18WhenARefusedRequestIsExecutedLater() {
        auditor.onRefused(0, CLIENT, 2);
        auditor.onExecuted(1, 0, 7, CLIENT, 1);
        auditor.onExecuted(1, 0, 7, CLIENT + 1, 2);
        assertNull(rig.signature());
        auditor.onExecuted(1, 0, 8, CLIENT, 2);
        assertEquals("A18: a request that was refused for good is never executed", rig.signature());
        assertEquals(1, rig.log.violation().replica());
        assertEquals(8, rig.log.violation().op());
    }

    @Test
    void shouldReportA18WhenASessionWaitsLongerThanItsTimeout() {
        auditor.onWaiting(0, CLIENT, HonestyAuditor.SILENCE_MAX_NS);
        assertNull(rig.signature());
        auditor.onWaiting(0, CLIENT, HonestyAuditor.SILENCE_MAX_NS + 1);
        assertEquals("A18: an unanswered request is asked again within the client's timeout", rig.signature());
    }
}
