package io.vireo.node.sync;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotName.Published;
import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SyncTargetTest {
    private static final SnapshotId OWN = new SnapshotId(1, 2);
    private static final SnapshotId QUORUM = new SnapshotId(3, 4);
    private static final SnapshotId THIRD = new SnapshotId(5, 6);
    private static final Published NAMED = new Published(9, OWN);

    @Test
    void shouldTakeAnyLaterCheckpointWhereNothingHasDiverged() {
        final SyncTarget target = new SyncTarget(9, true, NAMED, null);
        assertFalse(target.isHelpedBy(8, THIRD));
        assertTrue(target.isHelpedBy(9, OWN));
        assertFalse(target.isVouchedFor(10, OWN));
        assertTrue(target.isHelpedBy(10, THIRD));
    }

    /** Its file has rotted, and the only one that answers has diverged: the id in the superblock is the right one. */
    @Test
    @Tag("I16")
    void shouldTakeOnlyItsOwnStateAtTheOpOfItsSuperblockWhereThatIsDamagedOnly() {
        final SyncTarget target = new SyncTarget(1, false, NAMED, null);
        assertFalse(target.isHelpedBy(9, THIRD));
        assertTrue(target.isHelpedBy(9, OWN));
        assertTrue(target.isVouchedFor(9, OWN));
    }

    @Test
    void shouldTakeOnlyThatOfTheQuorumAtTheOpThatHasDiverged() {
        final SyncTarget target = new SyncTarget(9, false, NAMED, new Quarantined(9, OWN, QUORUM));
        assertFalse(target.isHelpedBy(8, QUORUM));
        assertFalse(target.isHelpedBy(9, OWN), "one that has diverged alike");
        assertFalse(target.isHelpedBy(9, THIRD), "one that has diverged otherwise");
        assertTrue(target.isHelpedBy(9, QUORUM));
        assertTrue(target.isVouchedFor(9, QUORUM));
        assertTrue(target.isHelpedBy(10, THIRD));
    }

    /**
     * An earlier checkpoint was the one that differed, and this one became durable meanwhile. Nobody has said that it is wrong: who offers the same has
     * computed the same. Story: only the earlier was wrong, all have this one, and while nobody writes there never is another.
     */
    @Test
    void shouldTakeItsOwnStateTooWhereThatOfTheQuorumIsNotKnown() {
        final SyncTarget target = new SyncTarget(9, false, NAMED, new Quarantined(9, OWN, SnapshotId.NONE));
        assertTrue(target.isHelpedBy(9, OWN));
        assertFalse(target.isVouchedFor(9, OWN), "that it is right nobody has said either");
        assertTrue(target.isHelpedBy(9, THIRD));
    }
}
