package io.vireo.bootstrap.checkpoint;

import io.vireo.journal.superblock.CheckpointState;

/**
 * What the log says about the op of a checkpoint: enough to go on from a snapshot with nothing else in hand. The same on all replicas.
 *
 * @param checksumLo identity of the prepare, with {@code checksumHi}: the parent of the next one.
 * @param view of the prepare.
 * @param endPosition logical sector position behind its entry.
 * @param timestamp of the prepare.
 */
public record SnapshotAnchor(long op, long checksumLo, long checksumHi, long view, long endPosition, long timestamp) {

    /** The anchor that a superblock names. */
    public static SnapshotAnchor of(final CheckpointState state) {
        return new SnapshotAnchor(
                state.op(),
                state.checksumLo(),
                state.checksumHi(),
                state.view(),
                state.endPosition(),
                state.timestamp());
    }

    /** What the superblock is to name. */
    CheckpointState state(final SnapshotId id, final byte[] manifestHash) {
        return new CheckpointState(
                op, checksumLo, checksumHi, view, endPosition, timestamp, id.lo(), id.hi(), manifestHash);
    }
}
