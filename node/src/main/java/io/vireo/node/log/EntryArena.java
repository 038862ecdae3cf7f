package io.vireo.node.log;

import io.vireo.journal.util.Invariant;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Bytes of entries outside the heap, in chunks, in the order in which they were added; nothing is ever removed. An entry lies within one
 * chunk and is named by one long: position in the high 40 bits, length in the low 24.
 */
final class EntryArena {
    private static final int LENGTH_BITS = 24;
    private static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;
    private static final long POSITION_MAX = 1L << (64 - LENGTH_BITS);

    private final int chunkBytes;
    private UnsafeBuffer[] chunks = new UnsafeBuffer[16];
    private int chunkCount;
    private int used;
    private long bytes;

    EntryArena(final int chunkBytes) {
        this.chunkBytes = chunkBytes;
        this.used = chunkBytes;
    }

    /** Largest entry: a chunk, which is at least as large as a prepare. */
    int entrySizeMax() {
        return Math.min(chunkBytes, LENGTH_MASK);
    }

    long bytes() {
        return bytes;
    }

    /** Copies an entry in and returns its name. */
    long add(final DirectBuffer source, final int offset, final int length) {
        // An empty entry takes no byte, but its position too has to lie within a chunk.
        if (used + Math.max(1, length) > chunkBytes) {
            addChunk();
        }
        final long position = (chunkCount - 1L) * chunkBytes + used;
        Invariant.check(position < POSITION_MAX, "positions fit their 40 bits", position);
        chunks[chunkCount - 1].putBytes(used, source, offset, length);
        used += length;
        bytes += length;
        return position << LENGTH_BITS | length;
    }

    private void addChunk() {
        if (chunkCount == chunks.length) {
            chunks = Arrays.copyOf(chunks, chunkCount * 2);
        }
        chunks[chunkCount++] = new UnsafeBuffer(ByteBuffer.allocateDirect(chunkBytes));
        used = 0;
    }

    static int length(final long entry) {
        return (int) entry & LENGTH_MASK;
    }

    void get(final long entry, final MutableDirectBuffer target, final int offset) {
        final long position = entry >>> LENGTH_BITS;
        target.putBytes(offset, chunks[(int) (position / chunkBytes)], (int) (position % chunkBytes), length(entry));
    }
}
