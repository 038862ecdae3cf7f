package io.vireo.node.commit;

import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.node.core.DivergedException;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.SuperblockUpdates;

/**
 * Compares the durable checkpoint of this replica with what a replication quorum has at its op: replicas that applied the same log have the same
 * snapshot. The quorum is believed, as far as its id is known ({@link CheckpointReports}): whoever counts in it has this very id, so that the replica
 * that differs is none of it, and nothing that the quorum vouches for rests on what is here. Source: bootstrap and transfer, section 2.
 */
public final class CheckpointAgreement {
    private final ReplicaState state;
    private final SuperblockUpdates superblock;
    /** What this replica was opened with: of others perhaps, and no proof that it computes what they do. */
    private final long openedOp;

    private long agreedOp;

    public CheckpointAgreement(final ReplicaState state, final SuperblockUpdates superblock) {
        this.state = state;
        this.superblock = superblock;
        openedOp = superblock.checkpoint().op();
    }

    /** The newest checkpoint that this replica has taken in this life and that a quorum has as well; 0 if there is none. */
    public long agreedOp() {
        return agreedOp;
    }

    /** True if the durable checkpoint is known to be that of a quorum. */
    public boolean isAgreed() {
        final CheckpointState own = superblock.checkpoint();
        return isComparable(own) && id(own).equals(quorumId());
    }

    /**
     * Either of them may have changed.
     *
     * @throws DivergedException if they differ.
     */
    public void check() {
        final CheckpointState own = superblock.checkpoint();
        if (!isComparable(own)) {
            return;
        }
        final SnapshotId id = id(own);
        final SnapshotId quorumId = quorumId();
        if (id.equals(quorumId)) {
            agreedOp = own.op() > openedOp ? own.op() : agreedOp;
            return;
        }
        throw new DivergedException(new Quarantined(own.op(), id, quorumId), state.isNormalPrimary());
    }

    private boolean isComparable(final CheckpointState own) {
        return own.op() != 0
                && own.op() == state.checkpointQuorumOp()
                && (state.checkpointQuorumIdLo() | state.checkpointQuorumIdHi()) != 0;
    }

    private SnapshotId quorumId() {
        return new SnapshotId(state.checkpointQuorumIdLo(), state.checkpointQuorumIdHi());
    }

    private static SnapshotId id(final CheckpointState checkpoint) {
        return new SnapshotId(checkpoint.snapshotIdLo(), checkpoint.snapshotIdHi());
    }
}
