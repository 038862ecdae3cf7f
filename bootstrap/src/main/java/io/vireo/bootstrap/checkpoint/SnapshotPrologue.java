package io.vireo.bootstrap.checkpoint;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.storage.Storage;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The first sectors of a snapshot file: what it is, how long its parts are, and a checksum of each block of the rest. It says nothing of
 * the replica that wrote it, so that all write the same bytes. Cluster, group and op are those of the prepare's header. Pure.
 *
 * <pre>
 *    0  id           u128  checksum of bytes 16 to the end of the prologue
 *   16  magic        8 B   "VIREOSNP"
 *   24  version      u32
 *   28  length       u32   of the prologue: whole sectors        up to here the same in every version
 *   32  endPosition  u64   logical sector position behind the entry of the checkpoint's op
 *   40  lengths      3 u64 of SESSIONS, MANIFEST and STATE
 *   64  blockLength  u32
 *   68  zero         to 127
 *  128  header       256 B of the prepare of the checkpoint's op
 *  384  blocks       u128  checksum of each block
 *       zero         to the end of the prologue
 * then the sections, one directly behind the other, and zeros to a whole sector: the blocks
 * </pre>
 *
 * The id covers the prologue and through it every byte of the file. All numbers are little-endian.
 *
 * @param sessionsLength bytes of that section; likewise the two others.
 */
record SnapshotPrologue(SnapshotAnchor anchor, long sessionsLength, long manifestLength, long stateLength) {
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
    static final int END_POSITION_OFFSET = 32;
    static final int LENGTHS_OFFSET = 40;
    static final int BLOCK_LENGTH_OFFSET = 64;
    static final int HEADER_OFFSET = 128;
    static final int TABLE_OFFSET = HEADER_OFFSET + HeaderFlyweight.HEADER_LENGTH;
    /** Of the prologue. */
    static final int LENGTH_MAX = (int) wholeSectors(TABLE_OFFSET + ID_LENGTH * (CONTENT_LENGTH_MAX / BLOCK_LENGTH));

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

    static int tableOffset(final int block) {
        return TABLE_OFFSET + block * ID_LENGTH;
    }

    /** Writes all but the id and the table into a zeroed buffer. */
    void encode(final MutableDirectBuffer buffer) {
        buffer.putLong(MAGIC_OFFSET, MAGIC, LITTLE_ENDIAN);
        buffer.putInt(VERSION_OFFSET, VERSION, LITTLE_ENDIAN);
        buffer.putInt(LENGTH_OFFSET, length(), LITTLE_ENDIAN);
        buffer.putLong(END_POSITION_OFFSET, anchor.endPosition(), LITTLE_ENDIAN);
        buffer.putLong(LENGTHS_OFFSET, sessionsLength, LITTLE_ENDIAN);
        buffer.putLong(LENGTHS_OFFSET + 8, manifestLength, LITTLE_ENDIAN);
        buffer.putLong(LENGTHS_OFFSET + 16, stateLength, LITTLE_ENDIAN);
        buffer.putInt(BLOCK_LENGTH_OFFSET, BLOCK_LENGTH, LITTLE_ENDIAN);
        buffer.putBytes(HEADER_OFFSET, anchor.header().buffer(), 0, HeaderFlyweight.HEADER_LENGTH);
    }

    /** Takes the fields from {@link #TABLE_OFFSET} bytes as they are; the caller judges them. */
    static SnapshotPrologue decode(final UnsafeBuffer buffer) {
        return new SnapshotPrologue(
                new SnapshotAnchor(
                        new PrepareFlyweight().wrap(buffer, HEADER_OFFSET),
                        buffer.getLong(END_POSITION_OFFSET, LITTLE_ENDIAN)),
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

    static void putId(final MutableDirectBuffer buffer, final int offset, final SnapshotId id) {
        buffer.putLong(offset, id.lo(), LITTLE_ENDIAN);
        buffer.putLong(offset + 8, id.hi(), LITTLE_ENDIAN);
    }

    private static long wholeSectors(final long length) {
        return (length + Storage.SECTOR - 1) / Storage.SECTOR * Storage.SECTOR;
    }
}
