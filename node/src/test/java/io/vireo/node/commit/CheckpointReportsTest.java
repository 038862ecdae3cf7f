package io.vireo.node.commit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.journal.superblock.Membership;
import io.vireo.node.core.DifferenceTrace;
import io.vireo.node.core.DifferingCheckpoints;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CheckpointReportsTest {
    private final ReplicaState state = new ReplicaState(1, 2, 0, 0, 5, Status.NORMAL, 0, 0, Membership.FOUNDING, 0, 0);
    private final DifferenceTrace trace = new DifferenceTrace();
    private final CheckpointReports reports = new CheckpointReports(state, trace);

    @Test
    void shouldKnowACheckpointWhenAQuorumHasReportedIt() {
        assertFalse(reports.report(0, 9, 1, 1));
        assertFalse(reports.report(1, 9, 1, 1));
        assertFalse(reports.report(2, 9, 8, 8), "another state at the same op");
        assertTrue(reports.report(3, 12, 2, 2), "a later one vouches for the earlier");
        assertEquals(9, state.checkpointQuorumOp());
    }

    /** Who has reported another state at an op does not vouch for the one of others there by what it reports later, and the other way round. */
    @Test
    void shouldNotTakeALaterReportForAnOpAtWhichItsReplicaDiffers() {
        reports.report(0, 9, 1, 1);
        reports.report(1, 9, 8, 8);
        reports.report(2, 9, 8, 8);
        assertFalse(reports.report(0, 12, 2, 2), "two have 8 at op 9, and the third has not");
        assertEquals(0, state.checkpointQuorumOp());
        assertFalse(reports.report(3, 9, 1, 1), "two have 1 as well");
        assertTrue(reports.report(4, 9, 1, 1), "three have 1");
        assertEquals(9, state.checkpointQuorumOp());
        assertEquals(1, state.checkpointQuorumIdLo());
    }

    /** A later one says that the state of the earlier is not needed any more, and not what it was. */
    @Test
    void shouldKnowTheIdOnlyWhenAQuorumHasReportedIt() {
        reports.report(0, 9, 1, 1);
        reports.report(1, 12, 2, 2);
        assertTrue(reports.report(2, 12, 2, 2));
        assertEquals(9, state.checkpointQuorumOp());
        assertEquals(0, state.checkpointQuorumIdLo(), "one replica says so, and it may be the one that differs");
        assertFalse(reports.report(3, 9, 1, 1));
        assertTrue(reports.report(4, 9, 1, 1), "now there are three");
        assertEquals(1, state.checkpointQuorumIdLo());
    }

    @Test
    void shouldTakeTheReportOfAReplicaWhoseStateWasReplaced() {
        reports.report(0, 9, 1, 1);
        reports.report(1, 9, 1, 1);
        reports.report(2, 9, 8, 8);
        assertFalse(reports.report(2, 9, 8, 8), "said before");
        assertTrue(reports.report(2, 9, 1, 1));
        assertFalse(reports.report(2, 9, 8, 8), "a late one changes nothing");
        assertEquals(1, state.checkpointQuorumIdLo());
    }

    @Test
    void shouldSayWhenNoQuorumCanHaveTheSame() {
        reports.report(0, 9, 1, 1);
        reports.report(1, 9, 8, 8);
        reports.report(2, 9, 8, 8);
        assertFalse(reports.isUndecidable(), "two are silent");
        reports.report(3, 9, 1, 1);
        assertFalse(reports.isUndecidable(), "one is silent");
        reports.report(4, 9, 3, 3);
        assertTrue(reports.isUndecidable());
        reports.forgetFormerLife(4);
        assertFalse(reports.isUndecidable(), "its next life may agree");
        reports.report(4, 9, 3, 3);
        reports.reset();
        assertFalse(reports.isUndecidable());
    }

    /** More checkpoints than are remembered of one replica: the newest stay. */
    @Test
    void shouldForgetTheOldestReports() {
        for (int op = 1; op <= 100; op++) {
            reports.report(0, op, op, op);
        }
        reports.report(1, 100, 100, 100);
        assertTrue(reports.report(2, 100, 100, 100));
        assertEquals(100, state.checkpointQuorumOp());
    }

    @Test
    void shouldNotCountAReportOfALifeThatIsOver() {
        reports.report(0, 9, 1, 1);
        reports.report(1, 9, 1, 1);
        reports.forgetFormerLife(1);
        assertFalse(reports.report(2, 9, 1, 1));
        assertEquals(0, state.checkpointQuorumOp());
        assertTrue(reports.report(1, 9, 1, 1), "it has it again in its next life");
    }

    /** Nobody knows which of the two is right: said once per op and view, with both. */
    @Test
    @Tag("I16")
    void shouldTellOnceThatTwoDifferWhereNoQuorumHasDecided() {
        reports.report(0, 9, 1, 1);
        reports.report(1, 9, 1, 1);
        assertEquals(List.of(), trace.differing);
        reports.report(2, 9, 8, 8);
        final SnapshotId one = new SnapshotId(1, 1);
        final SnapshotId other = new SnapshotId(8, 8);
        assertEquals(List.of(new DifferingCheckpoints(0, 9, 2, other, 0, one)), trace.differing);
        reports.report(2, 9, 8, 8);
        reports.report(3, 9, 8, 8);
        assertEquals(1, trace.differing.size(), "said before");
        reports.report(4, 9, 1, 1);
        reports.reset();
        trace.differing.clear();
        reports.report(0, 9, 1, 1);
        reports.report(2, 9, 8, 8);
        assertEquals(List.of(), trace.differing, "a quorum has decided, and the replica that differs hears of it");
        reports.report(0, 12, 1, 1);
        reports.report(2, 12, 8, 8);
        assertEquals(List.of(new DifferingCheckpoints(0, 12, 2, other, 0, one)), trace.differing);
        reports.reset();
        reports.report(2, 12, 8, 8);
        reports.report(0, 12, 1, 1);
        assertEquals(2, trace.differing.size(), "of another view");
        assertEquals(Collections.nCopies(3, TraceEvent.CHECKPOINTS_DIFFER), trace.events);
    }
}
