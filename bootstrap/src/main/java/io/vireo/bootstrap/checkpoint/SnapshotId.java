package io.vireo.bootstrap.checkpoint;

import io.vireo.journal.message.Checksum;
import org.agrona.DirectBuffer;

/** 128 bits that identify a snapshot by its content: the same on every replica that has the same state. Also any 128-bit checksum. */
public record SnapshotId(long lo, long hi) {
    /** The id of no snapshot. */
    public static final SnapshotId NONE = new SnapshotId(0, 0);

    /** The checksum of a range of bytes. */
    static SnapshotId of(final DirectBuffer buffer, final int offset, final int length, final Checksum checksum) {
        checksum.hash(buffer, offset, length);
        return new SnapshotId(checksum.lo(), checksum.hi());
    }

    /** 32 hexadecimal digits, high half first. */
    @Override
    public String toString() {
        return Checksum.hex(lo, hi);
    }
}
