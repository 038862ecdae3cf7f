package io.vireo.node.sync;

import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;

/**
 * Which checkpoints of others help a replica that fetches one.
 *
 * @param lowestOp at least that of its superblock.
 * @param canGiveUp true if the state on its disk is whole, only old.
 * @param diverged what its superblock names, if that is known to differ from what a quorum has; null if not. At its op only the other one helps: one that
 *     has diverged alike may be the first to answer.
 */
public record SyncTarget(long lowestOp, boolean canGiveUp, Quarantined diverged) {
    /** True if this checkpoint is one. */
    public boolean isHelpedBy(final long op, final SnapshotId id) {
        return op >= lowestOp && (diverged == null || diverged.isRepairedBy(op, id));
    }
}
