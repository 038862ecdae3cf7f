package io.vireo.sim.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

/** A6: appends and reads keep real-time order, and a read shows what was executed. */
class ReadAuditorTest {
    private static final long CLIENT = 9;

    private final Rig rig = new Rig();
    private final ExactlyOnceAuditor entries = new ExactlyOnceAuditor(rig.log, Rig.REPLICAS, 1, 1);
    private final ReadAuditor auditor = new ReadAuditor(rig.log, entries, 1, 1);

    @Test
    void shouldReportA6WhenALinearizableReadIsStale() {
        entries.onExecuted(0, 0, 1, 0, CLIENT, 1, 0);
        auditor.onAcknowledged(0, 0);
        auditor.onRead(0, 0, true, auditor.acknowledgedEnd(0), 1);
        auditor.onRead(0, 0, false, auditor.acknowledgedEnd(0), 0);
        assertNull(rig.signature());
        assertEquals(2, auditor.reads());
        assertEquals(1, auditor.linearizable());
        auditor.onRead(0, 0, true, auditor.acknowledgedEnd(0), 0);
        assertEquals("A6: a linearizable read shows everything acknowledged before it was asked", rig.signature());
    }

    @Test
    void shouldReportA6WhenALinearizableReadIsStaleAfterAnAcknowledgementOutOfOrder() {
        entries.onExecuted(0, 0, 1, 0, CLIENT, 1, 0);
        entries.onExecuted(0, 0, 2, 0, CLIENT, 2, 1);
        auditor.onAcknowledged(0, 1);
        auditor.onAcknowledged(0, 0);
        auditor.onRead(0, 0, true, auditor.acknowledgedEnd(0), 1);
        assertEquals("A6: a linearizable read shows everything acknowledged before it was asked", rig.signature());
    }

    @Test
    void shouldReportA6WhenAnAppendIsBeforeWhatWasAcknowledgedEarlier() {
        final long before = auditor.acknowledgedOp(0);
        auditor.onAppended(0, 5, before);
        // Submitted together with the first one: either order is right.
        auditor.onAppended(0, 4, before);
        auditor.onAppended(0, 6, auditor.acknowledgedOp(0));
        assertNull(rig.signature());
        auditor.onAppended(0, 6, auditor.acknowledgedOp(0));
        assertEquals("A6: an append is behind everything acknowledged before it was submitted", rig.signature());
    }

    @Test
    void shouldReportA6WhenAnAppendIsBehindTheLatestAcknowledgementOnlyInTheOrderOfReplies() {
        auditor.onAppended(0, 5, 0);
        auditor.onAppended(0, 4, 0);
        auditor.onAppended(0, 5, auditor.acknowledgedOp(0));
        assertEquals("A6: an append is behind everything acknowledged before it was submitted", rig.signature());
    }

    @Test
    void shouldReportA6WhenAReadShowsMoreThanWasExecuted() {
        entries.onExecuted(0, 0, 1, 0, CLIENT, 1, 0);
        auditor.onRead(0, 0, false, 0, 1);
        assertNull(rig.signature());
        auditor.onRead(0, 0, false, 0, 2);
        assertEquals("A6: a read shows committed entries only", rig.signature());
    }

    @Test
    void shouldReportA6WhenAReadShowsAnotherRequestThanWasExecuted() {
        entries.onExecuted(0, 0, 1, 0, CLIENT, 1, 0);
        auditor.onEntry(0, 0, 0, CLIENT, 1);
        assertNull(rig.signature());
        auditor.onEntry(0, 0, 0, CLIENT, 2);
        assertEquals("A6: a read shows the canonical entries", rig.signature());
    }

    @Test
    void shouldReportA6WhenAReadShowsTheEntryOfAnotherClient() {
        entries.onExecuted(0, 0, 1, 0, CLIENT, 1, 0);
        auditor.onEntry(0, 0, 0, CLIENT + 1, 1);
        assertEquals("A6: a read shows the canonical entries", rig.signature());
    }

    @Test
    void shouldReportA6WhenAReadShowsAnEntryBehindTheLastOne() {
        auditor.onEntry(0, 0, 0, 0, 0);
        assertEquals("A6: a read shows the canonical entries", rig.signature());
    }
}
