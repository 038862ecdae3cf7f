package io.vireo.node.sync;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;
import org.junit.jupiter.api.Test;

class SyncTargetTest {
    private static final SnapshotId OWN = new SnapshotId(1, 2);
    private static final SnapshotId QUORUM = new SnapshotId(3, 4);
    private static final SnapshotId THIRD = new SnapshotId(5, 6);

    @Test
    void shouldTakeAnyCheckpointThatIsNotOlderWhereNothingHasDiverged() {
        final SyncTarget target = new SyncTarget(9, true, null);
        assertFalse(target.isHelpedBy(8, THIRD));
        assertTrue(target.isHelpedBy(9, OWN));
        assertTrue(target.isHelpedBy(10, THIRD));
    }

    @Test
    void shouldTakeOnlyThatOfTheQuorumAtTheOpThatHasDiverged() {
        final SyncTarget target = new SyncTarget(9, false, new Quarantined(9, OWN, QUORUM));
        assertFalse(target.isHelpedBy(8, QUORUM));
        assertFalse(target.isHelpedBy(9, OWN), "one that has diverged alike");
        assertFalse(target.isHelpedBy(9, THIRD), "one that has diverged otherwise");
        assertTrue(target.isHelpedBy(9, QUORUM));
        assertTrue(target.isHelpedBy(10, THIRD));
    }

    @Test
    void shouldTakeAnyOtherStateWhereThatOfTheQuorumIsNotKnown() {
        final SyncTarget target = new SyncTarget(9, false, new Quarantined(9, OWN, SnapshotId.NONE));
        assertFalse(target.isHelpedBy(9, OWN));
        assertTrue(target.isHelpedBy(9, THIRD));
    }
}
