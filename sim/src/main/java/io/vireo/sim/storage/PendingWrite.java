package io.vireo.sim.storage;

import io.vireo.journal.storage.Storage;
import org.agrona.DirectBuffer;

/** A write from its submission until it is durable or lost. Its bytes are taken as late as the port allows. */
final class PendingWrite {
    /** In the order of submission, per file. */
    final long sequence;
    /** First sector in the file. */
    final int first;

    final int sectors;
    /** It has taken place: readers see it, a sync covers it. */
    boolean isCompleted;

    private DirectBuffer buffer;
    private final int offset;
    private byte[][] data;

    PendingWrite(final long sequence, final int first, final int sectors, final DirectBuffer buffer, final int offset) {
        this.sequence = sequence;
        this.first = first;
        this.sectors = sectors;
        this.buffer = buffer;
        this.offset = offset;
    }

    /** The sector behind its last one. */
    int end() {
        return first + sectors;
    }

    boolean covers(final int sector) {
        return sector >= first && sector < end();
    }

    boolean overlaps(final PendingWrite other) {
        return first < other.end() && other.first < end();
    }

    /** Sector by sector, as they are now or were when first asked for: until the completion they belong to the storage. */
    byte[][] data() {
        if (data == null) {
            data = new byte[sectors][];
            for (int i = 0; i < sectors; i++) {
                data[i] = Copies.of(buffer, offset + i * Storage.SECTOR, Storage.SECTOR);
            }
            buffer = null;
        }
        return data;
    }
}
