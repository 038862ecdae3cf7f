package io.vireo.journal.segment;

import io.vireo.journal.storage.Storage;

/**
 * Bytes of a segment file: records one behind the other, little-endian, each {@code length u32, bytes}. A record may cross sectors and
 * chunks, never the end of the segment.
 *
 * <p>At a checkpoint an active segment is padded up to a sector boundary, so that sectors a checkpoint covers are never written again: a
 * {@link #PAD} in place of a length, zeros behind it. Where fewer than four bytes of the sector are left, the pad takes the next sector
 * too. Checkpoints fall at the same ops on all replicas, and so do pads. A sealed segment ends with its last record; zeros fill its last
 * sector and do not belong to its size.
 */
final class SegmentFormat {
    static final int RECORD_HEADER_LENGTH = 4;
    /** In place of a length: what follows up to the next sector boundary at least four bytes on is no record. */
    static final int PAD = 0xffff_ffff;

    private SegmentFormat() {}

    /** Where the pad that starts at {@code position} ends. */
    static int padEnd(final int position) {
        return roundUp(position + RECORD_HEADER_LENGTH);
    }

    /** {@code size} in whole sectors. */
    static int roundUp(final int size) {
        return (size + Storage.SECTOR - 1) & -Storage.SECTOR;
    }

    static boolean isAligned(final int position) {
        return position % Storage.SECTOR == 0;
    }
}
