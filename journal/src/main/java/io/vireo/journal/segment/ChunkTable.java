package io.vireo.journal.segment;

import java.util.Arrays;

/** Per chunk of a segment its hash and the first record that starts in it. Grows at its end; a copy for others never changes. */
final class ChunkTable {
    static final int HASH_LENGTH = 32;
    /** Position of a chunk in which no record starts. */
    static final int NO_RECORD = -1;

    private byte[] hashes;
    private long[] firstOffsets;
    private int[] firstPositions;
    private int count;

    ChunkTable(final int capacity) {
        hashes = new byte[capacity * HASH_LENGTH];
        firstOffsets = new long[capacity];
        firstPositions = new int[capacity];
    }

    int count() {
        return count;
    }

    /**
     * Appends a chunk.
     *
     * @param firstOffset of the first record that starts in the chunk, or of the next one to start anywhere.
     * @param firstPosition of that record in the segment, or {@link #NO_RECORD}.
     */
    void add(final byte[] hash, final long firstOffset, final int firstPosition) {
        if (count == firstOffsets.length) {
            final int capacity = Math.max(4, 2 * count);
            hashes = Arrays.copyOf(hashes, capacity * HASH_LENGTH);
            firstOffsets = Arrays.copyOf(firstOffsets, capacity);
            firstPositions = Arrays.copyOf(firstPositions, capacity);
        }
        System.arraycopy(hash, 0, hashes, count * HASH_LENGTH, HASH_LENGTH);
        firstOffsets[count] = firstOffset;
        firstPositions[count++] = firstPosition;
    }

    long firstOffset(final int chunk) {
        return firstOffsets[chunk];
    }

    int firstPosition(final int chunk) {
        return firstPositions[chunk];
    }

    /** The hash of a chunk, as a copy. */
    byte[] hash(final int chunk) {
        return Arrays.copyOfRange(hashes, chunk * HASH_LENGTH, (chunk + 1) * HASH_LENGTH);
    }

    /** All hashes; for reading only. */
    byte[] hashes() {
        return hashes;
    }

    /** The first {@code chunks} of them, with room for {@code more}. */
    ChunkTable copy(final int chunks, final int more) {
        final ChunkTable copy = new ChunkTable(chunks + more);
        System.arraycopy(hashes, 0, copy.hashes, 0, chunks * HASH_LENGTH);
        System.arraycopy(firstOffsets, 0, copy.firstOffsets, 0, chunks);
        System.arraycopy(firstPositions, 0, copy.firstPositions, 0, chunks);
        copy.count = chunks;
        return copy;
    }
}
