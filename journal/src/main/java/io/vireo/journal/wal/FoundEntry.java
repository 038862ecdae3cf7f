package io.vireo.journal.wal;

/**
 * What the scan found of one prepare: all of its sectors, or some.
 *
 * @param header of the prepare, its own checksum verified; null if the sector that carries it is lost.
 * @param checksumHi high half; of meaning only with a header.
 * @param isIntact all sectors are valid and the whole prepare's checksums hold.
 * @param tagLogView highest logView among its sectors, as far as it is not above the superblock's.
 */
record FoundEntry(
        long op,
        long view,
        long checksumLo,
        long checksumHi,
        long position,
        int count,
        long tagLogView,
        boolean isIntact,
        HeaderRef header) {}
