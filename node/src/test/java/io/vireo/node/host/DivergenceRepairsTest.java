package io.vireo.node.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DivergenceRepairsTest {
    private final DivergenceRepairs repairs = new DivergenceRepairs();

    @Test
    void shouldRepairOnceUntilACheckpointAgrees() {
        assertTrue(repairs.mayRepair(100, 50));
        assertEquals(100, repairs.repairedOp());
        assertFalse(repairs.mayRepair(200, 0));
        assertFalse(repairs.mayRepair(200, 100), "the repaired one itself proves nothing");
        assertTrue(repairs.mayRepair(300, 200));
    }

    @Test
    void shouldRememberWhatAReplicaBetweenHasAgreedTo() {
        assertTrue(repairs.mayRepair(100, 0));
        repairs.onEnded(50);
        repairs.onEnded(0);
        assertFalse(repairs.mayRepair(200, 0));
        repairs.onEnded(200);
        assertEquals(-1, repairs.repairedOp());
        repairs.onEnded(0);
        assertTrue(repairs.mayRepair(300, 0));
    }
}
