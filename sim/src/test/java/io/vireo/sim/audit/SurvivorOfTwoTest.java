package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.node.core.Status;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A7 of two replicas: one starts a view alone only while by both disks the other one does not count. */
class SurvivorOfTwoTest {
    private static final int SURVIVOR = 0;
    private static final int WIPED = 1;
    private static final long LIFE = 5;
    private static final String TOO_FEW = "A7: a view starts after a quorum of distinct replicas has voted for it";

    private final Rig rig = new Rig();
    private final SplitBrainAuditor auditor = new SplitBrainAuditor(rig.log, Arrays.copyOf(rig.images, 2));

    @Test
    void shouldReportAViewThatWasStartedAloneWhenNoDiskIsLost() {
        rig.superblock(SURVIVOR, 2, 4, 4, -1, 0, 0);
        rig.superblock(WIPED, 2, 2, 2, -1, 0, 0);
        startAlone();
        assertEquals(TOO_FEW, rig.signature());
    }

    @Test
    void shouldKeepSilentWhenTheOtherOneHasLostItsDisk() {
        rig.recorded(SURVIVOR, 2, 4, WIPED, LIFE);
        rig.learning(WIPED, 2, 2, LIFE);
        startAlone();
        assertNull(rig.signature());
    }

    @Test
    void shouldReportAViewThatWasStartedAloneWhenTheOtherOneWasAdmitted() {
        rig.admitted(SURVIVOR, 2, 4, WIPED, LIFE);
        rig.learning(WIPED, 2, 2, LIFE);
        startAlone();
        assertEquals(TOO_FEW, rig.signature());
    }

    @Test
    void shouldReportAViewThatWasStartedAloneWhenTheOtherOneCountsByItsDisk() {
        rig.recorded(SURVIVOR, 2, 4, WIPED, LIFE);
        rig.recorded(WIPED, 2, 2, WIPED, LIFE);
        startAlone();
        assertEquals(TOO_FEW, rig.signature());
    }

    private void startAlone() {
        auditor.onTransition(SURVIVOR, 0, Status.VIEW_CHANGE, Status.NORMAL, 4, 4, "view_started");
    }
}
