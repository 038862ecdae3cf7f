package io.vireo.bootstrap.checkpoint;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.storage.Storage;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The first sectors of a snapshot file: what it is, how long its parts are, and a checksum of each block of the rest. It says nothing of
 * the replica that wrote it, so that all write the same bytes. Pure.
 *
 * <pre>
 *    0  id           u128  checksum of bytes 16 to the end of the prologue
 *   16  magic        u64
 *   24  version      u32
 *   28  length       u32   of the prologue: whole sectors        up to here the same in every version
 *   32  cluster      u128
 *   48  group        u32
 *   52  blockLength  u32
 *   56  op           u64
 *   64  checksum     u128  of the prepare of that op
 *   80  view         u32   of that prepare
 *   84  zero         u32
 *   88  endPosition  u64   logical sector position behind its entry
 *   96  timestamp    u64   of that prepare
 *  104  lengths      u64   of SESSIONS, MANIFEST and STATE
 *  128  blocks       u128  checksum of each block
 *       zero         to the end of the prologue
 * then the sections, one directly behind the other, and zeros to a whole sector: the blocks
 * </pre>
 *
 * The id covers the prologue and through it every byte of the file. All numbers are little-endian.
 *
 * @param sessionsLength bytes of that section; likewise the two others.
 */
record SnapshotPrologue(
        long clusterLo,
        long clusterHi,
        int group,
        SnapshotAnchor anchor,
        long sessionsLength,
        long manifestLength,
        long stateLength) {
    static final long MAGIC = 0x504e_534f_4552_4956L;
    static final int VERSION = 1;
    /** Small enough that copying and hashing one is a short stop, large enough that the table stays small. */
    static final int BLOCK_LENGTH = 1 << 18;
    /** Of all sections; the table then takes 16 MiB. */
    static final long CONTENT_LENGTH_MAX = 1L << 38;

    static final int ID_OFFSET = 0;
    static final int ID_LENGTH = 16;
    static final int MAGIC_OFFSET = 16;
    static final int VERSION_OFFSET = 24;
    static final int LENGTH_OFFSET = 28;
    static final int CLUSTER_OFFSET = 32;
    static final int GROUP_OFFSET = 48;
    static final int BLOCK_LENGTH_OFFSET = 52;
    static final int OP_OFFSET = 56;
    static final int CHECKSUM_OFFSET = 64;
    static final int VIEW_OFFSET = 80;
    static final int END_POSITION_OFFSET = 88;
    static final int TIMESTAMP_OFFSET = 96;
    static final int LENGTHS_OFFSET = 104;
    static final int TABLE_OFFSET = 128;

    /** Bytes of all sections. */
    long contentLength() {
        return sessionsLength + manifestLength + stateLength;
    }

    long sectionStart(final SnapshotSection section) {
        return switch (section) {
            case SESSIONS -> 0;
            case MANIFEST -> sessionsLength;
            case STATE -> sessionsLength + manifestLength;
        };
    }

    long sectionLength(final SnapshotSection section) {
        return switch (section) {
            case SESSIONS -> sessionsLength;
            case MANIFEST -> manifestLength;
            case STATE -> stateLength;
        };
    }

    int blockCount() {
        return (int) ((contentLength() + BLOCK_LENGTH - 1) / BLOCK_LENGTH);
    }

    /** Bytes in front of the content. */
    int length() {
        return (int) wholeSectors(TABLE_OFFSET + (long) ID_LENGTH * blockCount());
    }

    long fileLength() {
        return length() + wholeSectors(contentLength());
    }

    /** Bytes of a block as it stands in the file, with the zeros behind the content. */
    int blockLength(final int block) {
        return (int) Math.min(BLOCK_LENGTH, wholeSectors(contentLength()) - (long) block * BLOCK_LENGTH);
    }

    /** Writes all but the id and the table into a zeroed buffer. */
    void encode(final MutableDirectBuffer buffer) {
        buffer.putLong(MAGIC_OFFSET, MAGIC, LITTLE_ENDIAN);
        buffer.putInt(VERSION_OFFSET, VERSION, LITTLE_ENDIAN);
        buffer.putInt(LENGTH_OFFSET, length(), LITTLE_ENDIAN);
        putU128(buffer, CLUSTER_OFFSET, clusterLo, clusterHi);
        buffer.putInt(GROUP_OFFSET, group, LITTLE_ENDIAN);
        buffer.putInt(BLOCK_LENGTH_OFFSET, BLOCK_LENGTH, LITTLE_ENDIAN);
        buffer.putLong(OP_OFFSET, anchor.op(), LITTLE_ENDIAN);
        putU128(buffer, CHECKSUM_OFFSET, anchor.checksumLo(), anchor.checksumHi());
        buffer.putInt(VIEW_OFFSET, (int) anchor.view(), LITTLE_ENDIAN);
        buffer.putLong(END_POSITION_OFFSET, anchor.endPosition(), LITTLE_ENDIAN);
        buffer.putLong(TIMESTAMP_OFFSET, anchor.timestamp(), LITTLE_ENDIAN);
        buffer.putLong(LENGTHS_OFFSET, sessionsLength, LITTLE_ENDIAN);
        buffer.putLong(LENGTHS_OFFSET + 8, manifestLength, LITTLE_ENDIAN);
        buffer.putLong(LENGTHS_OFFSET + 16, stateLength, LITTLE_ENDIAN);
    }

    /** Takes the fields from {@link #TABLE_OFFSET} bytes as they are; the caller judges them. */
    static SnapshotPrologue decode(final DirectBuffer buffer) {
        return new SnapshotPrologue(
                buffer.getLong(CLUSTER_OFFSET, LITTLE_ENDIAN),
                buffer.getLong(CLUSTER_OFFSET + 8, LITTLE_ENDIAN),
                buffer.getInt(GROUP_OFFSET, LITTLE_ENDIAN),
                new SnapshotAnchor(
                        buffer.getLong(OP_OFFSET, LITTLE_ENDIAN),
                        buffer.getLong(CHECKSUM_OFFSET, LITTLE_ENDIAN),
                        buffer.getLong(CHECKSUM_OFFSET + 8, LITTLE_ENDIAN),
                        buffer.getInt(VIEW_OFFSET, LITTLE_ENDIAN) & 0xffff_ffffL,
                        buffer.getLong(END_POSITION_OFFSET, LITTLE_ENDIAN),
                        buffer.getLong(TIMESTAMP_OFFSET, LITTLE_ENDIAN)),
                buffer.getLong(LENGTHS_OFFSET, LITTLE_ENDIAN),
                buffer.getLong(LENGTHS_OFFSET + 8, LITTLE_ENDIAN),
                buffer.getLong(LENGTHS_OFFSET + 16, LITTLE_ENDIAN));
    }

    /** True if the lengths are such that the arithmetic above holds. */
    boolean hasPossibleLengths() {
        return isPossible(sessionsLength)
                && isPossible(manifestLength)
                && isPossible(stateLength)
                && isPossible(contentLength());
    }

    private static boolean isPossible(final long length) {
        return length >= 0 && length <= CONTENT_LENGTH_MAX;
    }

    static SnapshotId getId(final DirectBuffer buffer, final int offset) {
        return new SnapshotId(buffer.getLong(offset, LITTLE_ENDIAN), buffer.getLong(offset + 8, LITTLE_ENDIAN));
    }

    static void putU128(final MutableDirectBuffer buffer, final int offset, final long lo, final long hi) {
        buffer.putLong(offset, lo, LITTLE_ENDIAN);
        buffer.putLong(offset + 8, hi, LITTLE_ENDIAN);
    }

    private static long wholeSectors(final long length) {
        return (length + Storage.SECTOR - 1) / Storage.SECTOR * Storage.SECTOR;
    }
}
