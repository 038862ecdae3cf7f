package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.MutableDirectBuffer;

/**
 * The 64 bytes in front of every sector of the WAL, and the CRC32C that makes a sector valid only in its own place of its own ring. A
 * flyweight over somebody else's bytes: one per user and thread. Bytes of clients live behind the tag and can never pass for one.
 *
 * <pre>
 *    0  crc       u32  CRC32C of: seed of the ring u64, place of the sector u64, bytes 4..4095
 *    4  index     u16  of this sector within its entry
 *    6  count     u16  sectors of the entry
 *    8  op        u64
 *   16  view      u32  of the prepare
 *   20  logView   u32  of the superblock when the sector was submitted
 *   24  entry     u64  low half of the prepare's checksum
 *   32  position  u64  logical sector at which the entry starts
 *   40  syncedOp  u64  every op of this branch up to it was durable here when the sector was submitted
 *   48  zero      to 63
 *   64  payload   4,032 bytes
 * </pre>
 */
public final class SectorTag {
    public static final int LENGTH = 64;
    public static final int PAYLOAD_LENGTH = SECTOR - LENGTH;
    public static final int CRC_OFFSET = 0;
    public static final int INDEX_OFFSET = 4;
    public static final int COUNT_OFFSET = 6;
    public static final int OP_OFFSET = 8;
    public static final int VIEW_OFFSET = 16;
    public static final int LOG_VIEW_OFFSET = 20;
    public static final int ENTRY_OFFSET = 24;
    public static final int POSITION_OFFSET = 32;
    public static final int SYNCED_OP_OFFSET = 40;
    public static final int RESERVED_OFFSET = 48;

    private final SectorCrc crc;
    private MutableDirectBuffer buffer;
    private int offset;

    /** @param seed of the ring, from {@link SectorCrc#seed}. */
    public SectorTag(final long seed) {
        crc = new SectorCrc(seed);
    }

    public SectorTag wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /** The checksum that stands in the sector. */
    public int crc() {
        return buffer.getInt(offset + CRC_OFFSET, LITTLE_ENDIAN);
    }

    /** The checksum that a sector with these bytes has in this place. */
    public int computeCrc(final long place) {
        return crc.compute(buffer, offset, place);
    }

    public int index() {
        return buffer.getShort(offset + INDEX_OFFSET, LITTLE_ENDIAN) & 0xffff;
    }

    public int count() {
        return buffer.getShort(offset + COUNT_OFFSET, LITTLE_ENDIAN) & 0xffff;
    }

    public long op() {
        return buffer.getLong(offset + OP_OFFSET, LITTLE_ENDIAN);
    }

    public long view() {
        return buffer.getInt(offset + VIEW_OFFSET, LITTLE_ENDIAN) & 0xffff_ffffL;
    }

    public long logView() {
        return buffer.getInt(offset + LOG_VIEW_OFFSET, LITTLE_ENDIAN) & 0xffff_ffffL;
    }

    public long entry() {
        return buffer.getLong(offset + ENTRY_OFFSET, LITTLE_ENDIAN);
    }

    public long position() {
        return buffer.getLong(offset + POSITION_OFFSET, LITTLE_ENDIAN);
    }

    public long syncedOp() {
        return buffer.getLong(offset + SYNCED_OP_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes the tag and seals the sector; the payload must stand. */
    public void seal(
            final long place,
            final int index,
            final int count,
            final long op,
            final long view,
            final long logView,
            final long entry,
            final long position,
            final long syncedOp) {
        buffer.putShort(offset + INDEX_OFFSET, (short) index, LITTLE_ENDIAN);
        buffer.putShort(offset + COUNT_OFFSET, (short) count, LITTLE_ENDIAN);
        buffer.putLong(offset + OP_OFFSET, op, LITTLE_ENDIAN);
        buffer.putInt(offset + VIEW_OFFSET, (int) view, LITTLE_ENDIAN);
        buffer.putInt(offset + LOG_VIEW_OFFSET, (int) logView, LITTLE_ENDIAN);
        buffer.putLong(offset + ENTRY_OFFSET, entry, LITTLE_ENDIAN);
        buffer.putLong(offset + POSITION_OFFSET, position, LITTLE_ENDIAN);
        buffer.putLong(offset + SYNCED_OP_OFFSET, syncedOp, LITTLE_ENDIAN);
        buffer.setMemory(offset + RESERVED_OFFSET, LENGTH - RESERVED_OFFSET, (byte) 0);
        buffer.putInt(offset + CRC_OFFSET, crc.compute(buffer, offset, place), LITTLE_ENDIAN);
    }

    /** True if the sector was written as it stands, to this place of this ring. Total: any bytes are allowed. */
    public boolean isValid(final long place) {
        return crc() == computeCrc(place);
    }
}
