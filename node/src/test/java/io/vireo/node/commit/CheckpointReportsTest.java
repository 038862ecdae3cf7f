package io.vireo.node.commit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.superblock.Membership;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.Status;
import org.junit.jupiter.api.Test;

class CheckpointReportsTest {
    private final ReplicaState state = new ReplicaState(1, 2, 0, 0, 5, Status.NORMAL, 0, 0, Membership.FOUNDING, 0, 0);
    private final CheckpointReports reports = new CheckpointReports(state);

    @Test
    void shouldKnowACheckpointWhenAQuorumHasReportedIt() {
        assertFalse(reports.report(0, 9, 1, 1));
        assertFalse(reports.report(1, 9, 1, 1));
        assertFalse(reports.report(2, 9, 8, 8), "another state at the same op");
        assertTrue(reports.report(3, 12, 2, 2), "a later one vouches for the earlier");
        assertEquals(9, state.checkpointQuorumOp());
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
}
