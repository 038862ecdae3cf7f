package io.vireo.node.sync;

import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotName.Published;
import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;

/**
 * Which checkpoints of others help a replica that fetches one.
 *
 * @param lowestOp at least that of its superblock.
 * @param canGiveUp true if the state on its disk is whole, only old.
 * @param named what its superblock names. Where that has not diverged, at its op only this very state helps: what is here may be damaged, and is right, and
 *     another id there is that of somebody who has diverged.
 * @param diverged the same, if it is known to differ from what a quorum has; null if not. At its op only the other one helps: one that has diverged alike
 *     may be the first to answer.
 */
public record SyncTarget(long lowestOp, boolean canGiveUp, Published named, Quarantined diverged) {
    /** True if this checkpoint is one. */
    public boolean isHelpedBy(final long op, final SnapshotId id) {
        if (op < lowestOp) {
            return false;
        }
        return diverged == null ? op != named.op() || id.equals(named.id()) : diverged.isRepairedBy(op, id);
    }

    /** True if nobody else needs to have it: this replica had the same itself, or knows that a quorum has it. */
    boolean isVouchedFor(final long op, final SnapshotId id) {
        return op == named.op() && id.equals(diverged == null ? named.id() : diverged.quorumId());
    }
}
