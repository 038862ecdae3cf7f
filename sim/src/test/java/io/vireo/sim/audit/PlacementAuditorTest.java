package io.vireo.sim.audit;

import static io.vireo.sim.audit.StreamRig.GROUP;
import static io.vireo.sim.audit.StreamRig.NAMESPACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.sim.audit.StreamHistory.Life;
import org.junit.jupiter.api.Test;

/** Keeps silent about what is done where it belongs, and fires on the rest. */
class PlacementAuditorTest {
    private final StreamRig rig = new StreamRig();
    private final PlacementAuditor auditor = new PlacementAuditor(rig.rig.log);
    private final Life life = rig.history.life(NAMESPACE, 1);

    @Test
    void shouldKeepSilentWhenThePartitionsGroupExecutes() {
        auditor.onExecuted(0, GROUP, 1, NAMESPACE, 1, life);
        auditor.onStored(0, GROUP, 1, life, "s", "t");
        assertNull(rig.rig.signature());
        assertEquals(1, auditor.checked());
    }

    @Test
    void shouldReportWhenAnotherGroupExecutes() {
        auditor.onExecuted(0, GROUP + 1, 1, NAMESPACE, 1, life);
        assertEquals("A17: a partition is changed by its own group only", rig.rig.signature());
    }

    @Test
    void shouldReportWhenTheMetadataHasNoSuchLife() {
        auditor.onExecuted(0, GROUP, 1, NAMESPACE, 2, rig.history.life(NAMESPACE, 2));
        assertEquals("A17: nothing is done in a partition that the metadata has not made", rig.rig.signature());
    }

    @Test
    void shouldReportWhenAMessageIsStoredInAnotherTopic() {
        auditor.onStored(0, GROUP, 1, life, "s", "u");
        assertEquals("A17: a message is stored where its client has sent it", rig.rig.signature());
    }
}
