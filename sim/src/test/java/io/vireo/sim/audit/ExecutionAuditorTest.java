package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keeps silent about equal executions on every replica and after restarts, and fires on everything else. */
class ExecutionAuditorTest {
    private final Rig rig = new Rig();
    private final ExecutionAuditor auditor = new ExecutionAuditor(rig.log, Rig.REPLICAS, 1);

    /** Op 10 holds two requests, op 11 one. */
    @BeforeEach
    void executeThree() {
        auditor.onOpened(0, 0);
        assertTrue(auditor.onExecuted(0, 0, 10, 1, 100));
        assertTrue(auditor.onExecuted(0, 0, 10, 2, 200));
        assertTrue(auditor.onExecuted(0, 0, 11, 3, 300));
        auditor.onOpened(1, 0);
        assertFalse(auditor.onExecuted(1, 0, 10, 1, 100));
        // From a snapshot of op 10.
        auditor.onOpened(0, 0);
        assertFalse(auditor.onExecuted(0, 0, 11, 3, 300));
        assertNull(rig.signature());
        assertEquals(2, auditor.compared());
    }

    @Test
    void shouldReportWhenAnOutcomeDiffersElsewhere() {
        auditor.onExecuted(1, 0, 10, 2, 201);
        assertEquals("A4: a request has the same outcome wherever and whenever it is executed", rig.signature());
    }

    @Test
    void shouldReportWhenARequestIsLeftOut() {
        auditor.onExecuted(1, 0, 11, 3, 300);
        assertEquals("A4: all replicas execute the same requests", rig.signature());
    }

    @Test
    void shouldKeepEverythingWhenThereAreMoreThanItBeganWithRoomFor() {
        for (int op = 12; op < 2_000; op++) {
            assertTrue(auditor.onExecuted(0, 0, op, op, op));
        }
        auditor.onOpened(1, 0);
        assertFalse(auditor.onExecuted(1, 0, 1_999, 1_999, 1_999));
        assertNull(rig.signature());
    }
}
