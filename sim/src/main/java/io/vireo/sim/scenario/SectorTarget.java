package io.vireo.sim.scenario;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.wal.SectorTag;
import io.vireo.sim.storage.DurableImage;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A part of a data file that a script names.
 *
 * @param number of the op, the mark or the superblock's copy; below 0 for any.
 */
record SectorTarget(Kind kind, long number) {
    enum Kind {
        OP,
        MARK,
        SUPERBLOCK
    }

    /** True if bytes that are on their way to this sector belong to it. */
    boolean includes(final int sector, final byte[] bytes) {
        return switch (kind) {
            case SUPERBLOCK -> DurableImage.isSuperblock(sector) && (number < 0 || copyOf(sector) == number);
            case MARK -> DurableImage.isMark(sector) && (number < 0 || markOf(sector) == number);
            case OP ->
                sector >= DurableImage.RING_START
                        && new UnsafeBuffer(bytes).getLong(SectorTag.OP_OFFSET, LITTLE_ENDIAN) == number;
        };
    }

    /** True if this durable sector belongs to it. */
    boolean includes(final int sector, final DurableImage image) {
        return switch (kind) {
            case SUPERBLOCK, MARK -> includes(sector, new byte[0]);
            case OP -> image.opOfSector(sector) == number && image.isSectorOfEntry(sector);
        };
    }

    private static int copyOf(final int sector) {
        return sector * DataFileLayout.SUPERBLOCK_COPIES / DurableImage.MARKS_START;
    }

    private static int markOf(final int sector) {
        return sector - DurableImage.MARKS_START;
    }
}
