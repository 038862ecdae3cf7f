package io.vireo.sim.audit;

import static io.vireo.sim.audit.StreamRig.GROUP;
import static io.vireo.sim.audit.StreamRig.NAMESPACE;
import static io.vireo.sim.audit.StreamRig.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Keeps silent about refusals that are meant, and fires where what was refused is stored, before or after. */
class RefusalAuditorTest {
    private static final int TOPIC_NOT_FOUND = 2010;

    private final StreamRig rig = new StreamRig();
    private final RefusalAuditor auditor = new RefusalAuditor(rig.rig.log, rig.history);

    @Test
    void shouldKeepSilentWhenOnlyOthersAreStored() {
        auditor.onRefused(TOPIC_NOT_FOUND, List.of(message(1), message(2)));
        auditor.onStored(0, GROUP, 1, message(3));
        assertNull(rig.rig.signature());
        assertEquals(1, auditor.refusals());
    }

    @Test
    void shouldReportWhenItIsStoredLater() {
        auditor.onRefused(TOPIC_NOT_FOUND, List.of(message(1), message(2)));
        auditor.onStored(0, GROUP, 1, message(2));
        assertEquals("A18: what was refused for good is never stored", rig.rig.signature());
    }

    @Test
    void shouldReportWhenItWasStoredBefore() {
        rig.history.onAppended(rig.history.life(NAMESPACE, 1), 1, List.of(message(1)));
        auditor.onRefused(TOPIC_NOT_FOUND, List.of(message(1)));
        assertEquals("A18: what was refused for good is never stored", rig.rig.signature());
    }
}
