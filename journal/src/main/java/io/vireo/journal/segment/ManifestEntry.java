package io.vireo.journal.segment;

import java.util.Arrays;

/**
 * One file as of a checkpoint: for an active segment its prefix of {@code size} bytes, which never changes. Immutable.
 *
 * @see ManifestCodec
 */
public final class ManifestEntry {
    /** The one kind of file so far. */
    public static final int KIND_SEGMENT = 1;

    private final SegmentKey key;
    private final int size;
    private final boolean isSealed;
    private final long nextOffset;
    private final ChunkTable chunks;
    private final byte[] root;

    ManifestEntry(
            final SegmentKey key,
            final int size,
            final boolean isSealed,
            final long nextOffset,
            final ChunkTable chunks,
            final byte[] root) {
        this.key = key;
        this.size = size;
        this.isSealed = isSealed;
        this.nextOffset = nextOffset;
        this.chunks = chunks;
        this.root = root;
    }

    public SegmentKey key() {
        return key;
    }

    /** Bytes of the file that count; a multiple of the sector unless the segment is sealed. */
    public int size() {
        return size;
    }

    /** True if nothing is ever appended to it. */
    public boolean isSealed() {
        return isSealed;
    }

    /** Offset behind its last entry. */
    public long nextOffset() {
        return nextOffset;
    }

    public int chunkCount() {
        return chunks.count();
    }

    /** SHA-256 leaf of a chunk, as a copy. */
    public byte[] chunkHash(final int chunk) {
        return chunks.hash(chunk);
    }

    /** The root over all chunks: the id of the file. A copy. */
    public byte[] root() {
        return root.clone();
    }

    /** True if the other is the same content of the same segment. */
    public boolean isSameAs(final ManifestEntry other) {
        return key.equals(other.key) && size == other.size && Arrays.equals(root, other.root);
    }

    ChunkTable chunks() {
        return chunks;
    }

    @Override
    public String toString() {
        return key.fileName() + " size=" + size + (isSealed ? " sealed" : " active") + " nextOffset=" + nextOffset;
    }
}
