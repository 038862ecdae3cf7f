package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/** Keeps silent about refusals, and fires where a frame that is no request gets another answer. */
class StrangeFrameAuditorTest {
    private static final String INVARIANT = "A25: what is no request is refused, and in its turn";

    private final Rig rig = new Rig();
    private final StrangeFrameAuditor auditor = new StrangeFrameAuditor(rig.log);

    @Test
    void shouldKeepSilentWhenWhatIsNoRequestIsRefused() {
        auditor.onAnswer("a code", false, 3);
        auditor.onAnswer("a body", true, 4);
        assertNull(rig.signature());
        assertEquals(2, auditor.refused());
    }

    @Test
    void shouldReportWhenItIsTakenForARequest() {
        auditor.onAnswer("a body", true, 0);
        assertEquals(INVARIANT, rig.signature());
    }

    @Test
    void shouldReportWhenItHasTheAnswerToAnotherRequest() {
        auditor.onAnswer("a code", false, 2010);
        assertEquals(INVARIANT, rig.signature());
    }

    @Test
    void shouldReportAnAnswerThatNobodyHasAskedFor() {
        auditor.onSurplus(1, 0);
        assertEquals("A25: nobody is answered who has not asked", rig.signature());
    }
}
