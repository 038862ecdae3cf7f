package io.vireo.node.commit;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.Membership;
import io.vireo.journal.superblock.VsrState;
import io.vireo.node.core.DivergedException;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.Status;
import io.vireo.node.core.SuperblockUpdates;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A replica with a checkpoint at op 9 of id 5, in view 0, which r0 leads. */
class CheckpointAgreementTest {
    private static final CheckpointState OWN = new CheckpointState(9, 1, 2, 0, 90, 0, 5, 6, new byte[32]);

    @Test
    @Tag("I16")
    void shouldFindOutWhenAQuorumHasAnotherCheckpoint() {
        final ReplicaState backup = state(1);
        backup.checkpointQuorumAtLeast(9, 7, 6);
        final DivergedException found = assertThrows(DivergedException.class, agreement(backup)::check);
        assertEquals(new Quarantined(9, new SnapshotId(5, 6), new SnapshotId(7, 6)), found.checkpoint());
        assertFalse(found.isLeading());
        assertTrue(found.because("it is full").getMessage().endsWith("; it is full"));
        assertTrue(found.getMessage().contains("op 9"), found.getMessage());
    }

    @Test
    void shouldSayThatAPrimaryLeads() {
        final ReplicaState primary = state(0);
        primary.checkpointQuorumAtLeast(9, 5, 7);
        final DivergedException found = assertThrows(DivergedException.class, agreement(primary)::check);
        assertTrue(found.isLeading());
    }

    @Test
    void shouldNotCompareWhatIsNotOfTheSameOp() {
        final ReplicaState backup = state(1);
        assertDoesNotThrow(agreement(backup)::check);
        backup.checkpointQuorumAtLeast(9, 0, 0);
        assertDoesNotThrow(agreement(backup)::check, "its id is not known yet");
        backup.checkpointQuorumAtLeast(12, 7, 7);
        assertDoesNotThrow(agreement(backup)::check);
    }

    /** What a replica was opened with may have come from others: that it is theirs proves nothing of what this one computes. */
    @Test
    void shouldCallAgreedOnlyWhatItHasTakenItself() {
        final ReplicaState backup = state(1);
        backup.checkpointQuorumAtLeast(9, 5, 6);
        final CheckpointAgreement agreement = agreement(backup);
        agreement.check();
        assertEquals(0, agreement.agreedOp());
    }

    private static ReplicaState state(final int replica) {
        return new ReplicaState(1, 2, 0, replica, 3, Status.NORMAL, 0, 0, Membership.FOUNDING, 9, 9);
    }

    private static CheckpointAgreement agreement(final ReplicaState state) {
        final VsrState durable = VsrState.root(1, 2, 0).toBuilder()
                .commitMax(9)
                .synced(9, 1, 2)
                .checkpoint(OWN)
                .build();
        return new CheckpointAgreement(state, new SuperblockUpdates(state, null, null, durable));
    }
}
