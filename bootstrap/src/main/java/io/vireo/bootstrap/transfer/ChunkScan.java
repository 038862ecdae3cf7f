package io.vireo.bootstrap.transfer;

import io.vireo.journal.segment.LeafHash;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.segment.SegmentLimits;
import io.vireo.journal.segment.SegmentScrub;
import io.vireo.journal.storage.Storage;
import org.agrona.MutableDirectBuffer;

/** Reads a chunk of an open file, in slices of at most {@link SegmentScrub#SLICE_MAX}, so that no turn hashes more, and compares it with its leaf. */
final class ChunkScan {
    /** What a slice has brought. */
    enum Outcome {
        /** {@link #readNext} goes on. */
        MORE,
        /** The chunk is right, and in the {@link #buffer}. */
        GOOD,
        BAD
    }

    private final Storage storage;
    private final SegmentLimits limits;
    private final MutableDirectBuffer buffer;
    private final LeafHash hash = new LeafHash();
    private ManifestEntry entry;
    private int file;
    private int chunk;
    private int length;
    private int done;

    ChunkScan(final Storage storage, final SegmentLimits limits) {
        this.storage = storage;
        this.limits = limits;
        buffer = storage.allocateUncleared(limits.chunkBytes());
    }

    /** False if the file is too short to have the chunk; else {@link #readNext} comes next. */
    boolean begin(final int newFile, final ManifestEntry newEntry, final int newChunk) {
        file = newFile;
        entry = newEntry;
        chunk = newChunk;
        length = limits.chunkLength(entry.size(), chunk);
        done = 0;
        hash.begin(chunk);
        return storage.size(file) >= position() + roundUp(length);
    }

    /** Bytes of the chunk. */
    int length() {
        return length;
    }

    void readNext(final long token) {
        final int part = Math.min(SegmentScrub.SLICE_MAX, roundUp(length) - done);
        storage.read(file, position() + done, buffer, done, part, token);
    }

    Outcome onRead(final long result) {
        if (result == Storage.READ_FAILED) {
            return Outcome.BAD;
        }
        final int read = (int) result;
        hash.add(buffer, done, Math.min(read, length - done));
        done += read;
        if (done < length) {
            return Outcome.MORE;
        }
        return hash.matches(entry, chunk) ? Outcome.GOOD : Outcome.BAD;
    }

    /** Writes the chunk, found GOOD, to the same place of another file. */
    void copyTo(final int target, final long token) {
        buffer.setMemory(length, roundUp(length) - length, (byte) 0);
        storage.write(target, position(), buffer, 0, roundUp(length), token);
    }

    private long position() {
        return (long) chunk * limits.chunkBytes();
    }

    /** To whole sectors. */
    static int roundUp(final int length) {
        return (length + Storage.SECTOR - 1) / Storage.SECTOR * Storage.SECTOR;
    }
}
