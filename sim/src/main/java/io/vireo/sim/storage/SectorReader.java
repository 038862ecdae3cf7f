package io.vireo.sim.storage;

import io.vireo.journal.storage.Storage;
import org.agrona.MutableDirectBuffer;

/** Reads at the moment in which they take place: what the pages hold, damage included. */
final class SectorReader {
    private final DiskStatistics statistics;

    SectorReader(final DiskStatistics statistics) {
        this.statistics = statistics;
    }

    /** Result of the read, see {@link Storage#read}. */
    long read(
            final Inode inode,
            final long position,
            final MutableDirectBuffer buffer,
            final int offset,
            final int length) {
        final int first = (int) (position / Storage.SECTOR);
        final int count = length / Storage.SECTOR;
        if (first + count > inode.count()) {
            statistics.failedReads++;
            return Storage.READ_FAILED;
        }
        for (int i = 0; i < count; i++) {
            final byte[] bytes = inode.read(first + i, statistics);
            if (bytes == Inode.UNREADABLE) {
                statistics.failedReads++;
                return Storage.READ_FAILED;
            }
            if (inode.isSeenRotten(first + i)) {
                statistics.rotReads++;
            }
            buffer.putBytes(offset + i * Storage.SECTOR, bytes == null ? Inode.ZERO : bytes, 0, Storage.SECTOR);
        }
        return length;
    }
}
