package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * One of the two sectors outside the ring that state how far the log was durable, with the whole header of that op. A flyweight over
 * somebody else's bytes. Which of the two is written and when is {@link SyncMarkWriter}'s.
 *
 * <pre>
 *    0  crc         u32  as a sector of the ring, its place being 2^63 + slot
 *    4  zero        u32
 *    8  generation  u64  from 1; the next mark takes the place of the lower one
 *   16  logView     u32  of the superblock when the mark was submitted
 *   20  zero        u32
 *   24  syncedOp    u64
 *   32  zero        to 63
 *   64  header      256  of the prepare of syncedOp
 *  320  zero        to 4095
 * </pre>
 */
public final class SyncMark {
    /** Marks outside the ring. */
    public static final int SLOTS = 2;

    public static final int GENERATION_OFFSET = 8;
    public static final int LOG_VIEW_OFFSET = 16;
    public static final int SYNCED_OP_OFFSET = 24;
    public static final int HEADER_OFFSET = 64;

    private static final long PLACE_BASE = Long.MIN_VALUE;

    private final SectorCrc crc;
    private final PrepareFlyweight header = new PrepareFlyweight();
    private MutableDirectBuffer buffer;
    private int offset;

    /** @param seed of the ring, from {@link SectorCrc#seed}. */
    public SyncMark(final long seed) {
        crc = new SectorCrc(seed);
    }

    public SyncMark wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /** The checksum that stands in the mark. */
    public int crc() {
        return buffer.getInt(offset, LITTLE_ENDIAN);
    }

    /** The checksum that a mark with these bytes has in this slot. */
    public int computeCrc(final int slot) {
        return crc.compute(buffer, offset, PLACE_BASE + slot);
    }

    public long generation() {
        return buffer.getLong(offset + GENERATION_OFFSET, LITTLE_ENDIAN);
    }

    public long logView() {
        return buffer.getInt(offset + LOG_VIEW_OFFSET, LITTLE_ENDIAN) & 0xffff_ffffL;
    }

    public long syncedOp() {
        return buffer.getLong(offset + SYNCED_OP_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes the whole sector. */
    public void seal(final int slot, final long generation, final long logView, final PrepareFlyweight newest) {
        buffer.setMemory(offset, SECTOR, (byte) 0);
        buffer.putLong(offset + GENERATION_OFFSET, generation, LITTLE_ENDIAN);
        buffer.putInt(offset + LOG_VIEW_OFFSET, (int) logView, LITTLE_ENDIAN);
        buffer.putLong(offset + SYNCED_OP_OFFSET, newest.op(), LITTLE_ENDIAN);
        buffer.putBytes(offset + HEADER_OFFSET, newest.buffer(), newest.offset(), HeaderFlyweight.HEADER_LENGTH);
        buffer.putInt(offset, crc.compute(buffer, offset, PLACE_BASE + slot), LITTLE_ENDIAN);
    }

    /** True if this is a mark as it was written to this slot of this data file. Total: any bytes are allowed. */
    public boolean isValid(final int slot, final Checksum checksum) {
        if (crc() != computeCrc(slot) || generation() < 1) {
            return false;
        }
        header.wrap(buffer, offset + HEADER_OFFSET);
        return header.command() == Command.PREPARE && header.op() == syncedOp() && header.isHeaderIntact(checksum);
    }
}
