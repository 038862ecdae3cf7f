package io.vireo.journal.superblock;

import java.util.Arrays;

/**
 * The op at which a snapshot stands for everything before it. It anchors the hash chain and the positions of the WAL ring: the next
 * prepare has {@code checksum} as its parent and starts at {@code endPosition}.
 *
 * @param view of the prepare of this op.
 * @param endPosition logical sector position behind its entry.
 * @param timestamp of the prepare of this op.
 * @param manifestHash 32 bytes; all zero where no file belongs to the checkpoint.
 */
public record CheckpointState(
        long op,
        long checksumLo,
        long checksumHi,
        long view,
        long endPosition,
        long timestamp,
        long snapshotIdLo,
        long snapshotIdHi,
        byte[] manifestHash) {
    public static final int MANIFEST_HASH_LENGTH = 32;

    public CheckpointState {
        if (manifestHash.length != MANIFEST_HASH_LENGTH) {
            throw new IllegalArgumentException("a manifest hash of " + manifestHash.length + " bytes");
        }
        manifestHash = manifestHash.clone();
    }

    /** The checkpoint of an empty log: op 0, with the identity its group gives it. */
    public static CheckpointState root(final long checksumLo, final long checksumHi) {
        return new CheckpointState(0, checksumLo, checksumHi, 0, 0, 0, 0, 0, new byte[MANIFEST_HASH_LENGTH]);
    }

    @Override
    public byte[] manifestHash() {
        return manifestHash.clone();
    }

    /** True if the other one is of the same op of the same log, whatever the state is that was found there. */
    public boolean isSamePlace(final CheckpointState other) {
        return op == other.op
                && checksumLo == other.checksumLo
                && checksumHi == other.checksumHi
                && view == other.view
                && endPosition == other.endPosition
                && timestamp == other.timestamp;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof CheckpointState that
                && op == that.op
                && checksumLo == that.checksumLo
                && checksumHi == that.checksumHi
                && view == that.view
                && endPosition == that.endPosition
                && timestamp == that.timestamp
                && snapshotIdLo == that.snapshotIdLo
                && snapshotIdHi == that.snapshotIdHi
                && Arrays.equals(manifestHash, that.manifestHash);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * op + checksumLo);
    }

    @Override
    public String toString() {
        return "CheckpointState[op=" + op + ", checksumLo=" + Long.toHexString(checksumLo) + ", view=" + view
                + ", endPosition=" + endPosition + "]";
    }
}
