package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;

/**
 * Arithmetic of the WAL ring: how many sectors an entry takes, at which logical position it starts, at which place of the ring that is.
 * Positions grow for ever and are a pure function of the hash chain, so all replicas agree on them. Immutable; does no I/O.
 *
 * <pre>
 *   place = position mod sectors
 *   end(op)        = position(op) + count(op)
 *   position(op+1) = end(op), or the next multiple of the ring if the entry would cross it (an exact fit does not skip)
 * </pre>
 */
public final class PrepareRing {
    private final long sectors;
    private final int entrySectorsMax;

    /**
     * @param walBytes size of the ring, a multiple of the sector.
     * @param prepareSizeMax largest prepare in bytes.
     */
    public PrepareRing(final long walBytes, final int prepareSizeMax) {
        if (walBytes <= 0 || walBytes % SECTOR != 0) {
            throw new IllegalArgumentException(
                    "walBytes=" + walBytes + " is not a positive multiple of the sector of " + SECTOR + " bytes");
        }
        sectors = walBytes / SECTOR;
        entrySectorsMax = entrySectors(prepareSizeMax);
        if (entrySectorsMax > sectors) {
            throw new IllegalArgumentException(
                    "walBytes=" + walBytes + " does not hold one prepare of prepareSizeMax=" + prepareSizeMax);
        }
    }

    /** Sectors a prepare of {@code prepareSize} bytes takes. */
    public static int entrySectors(final long prepareSize) {
        return (int) ((prepareSize + SectorTag.PAYLOAD_LENGTH - 1) / SectorTag.PAYLOAD_LENGTH);
    }

    /** Sectors of the whole ring. */
    public long sectors() {
        return sectors;
    }

    /** Sectors of the largest entry. */
    public int entrySectorsMax() {
        return entrySectorsMax;
    }

    /** Where an entry of {@code count} sectors starts if the one before it (or the checkpoint) ends at {@code end}. */
    public long positionAfter(final long end, final int count) {
        final long place = end % sectors;
        return place + count <= sectors ? end : end - place + sectors;
    }

    /** Sector of the ring at which logical position {@code position} lies. */
    public long place(final long position) {
        return position % sectors;
    }

    /** True if the sectors of two entries share a place of the ring. */
    public boolean overlaps(final long positionA, final int countA, final long positionB, final int countB) {
        final long a = place(positionA);
        final long b = place(positionB);
        return a < b + countB && b < a + countA;
    }
}
