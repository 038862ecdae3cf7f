package io.vireo.node.core;

import io.vireo.bootstrap.checkpoint.SnapshotId;

/**
 * Two replicas have another checkpoint at the same op, and which of them is right is not known: one of them has diverged.
 *
 * @param view of the primary that both have reported to; {@link #FETCHING} where a replica that fetches a checkpoint was offered both.
 */
public record DifferingCheckpoints(
        long view, long op, int replica, SnapshotId id, int otherReplica, SnapshotId otherId) {
    /** In place of a view: nobody leads who fetches. */
    public static final long FETCHING = -1;
}
