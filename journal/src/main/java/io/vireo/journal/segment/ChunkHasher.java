package io.vireo.journal.segment;

import java.security.MessageDigest;
import org.agrona.DirectBuffer;

/** Hashes a segment while it grows: closed chunks in a table, the state of the open one. The result does not depend on how bytes came. */
final class ChunkHasher {
    private final SegmentHash hash;
    private final int chunkBytes;
    private final ChunkTable closed;
    private final MessageDigest digest = SegmentHash.newDigest();
    private int size;
    private long openOffset;
    private int openPosition = ChunkTable.NO_RECORD;

    /** For a segment from its first byte on. */
    ChunkHasher(final SegmentHash hash, final int chunkBytes, final long baseOffset) {
        this(hash, chunkBytes, new ChunkTable(0), 0, baseOffset, ChunkTable.NO_RECORD);
    }

    private ChunkHasher(
            final SegmentHash hash,
            final int chunkBytes,
            final ChunkTable closed,
            final int size,
            final long openOffset,
            final int openPosition) {
        this.hash = hash;
        this.chunkBytes = chunkBytes;
        this.closed = closed;
        this.size = size;
        this.openOffset = openOffset;
        this.openPosition = openPosition;
        hash.beginLeaf(digest, closed.count());
    }

    /**
     * For an active segment a manifest lists, before the bytes of its last chunk if that is a part of one: they have to be added again
     * by {@link #restore}.
     */
    static ChunkHasher of(final SegmentHash hash, final int chunkBytes, final ManifestEntry entry) {
        final ChunkTable chunks = entry.chunks();
        final int whole = entry.size() / chunkBytes;
        final boolean isPart = whole < chunks.count();
        return new ChunkHasher(
                hash,
                chunkBytes,
                chunks.copy(whole, 0),
                whole * chunkBytes,
                isPart ? chunks.firstOffset(whole) : entry.nextOffset(),
                isPart ? chunks.firstPosition(whole) : ChunkTable.NO_RECORD);
    }

    int size() {
        return size;
    }

    /** The closed chunks; the last one too once {@link #seal} was called. */
    ChunkTable closed() {
        return closed;
    }

    /** Offset and position of the first record that starts in the open chunk, see {@link ChunkTable}. */
    long openOffset() {
        return openOffset;
    }

    int openPosition() {
        return openPosition;
    }

    /** A record starts with the next byte. */
    void startRecord(final long offset) {
        if (openPosition == ChunkTable.NO_RECORD) {
            openOffset = offset;
            openPosition = size;
        }
    }

    /** Bytes follow; {@code nextOffset} is that of the first record that starts behind them. */
    void add(final DirectBuffer buffer, final int offset, final int length, final long nextOffset) {
        for (int done = 0; done < length; ) {
            final int part = Math.min(length - done, chunkBytes - size % chunkBytes);
            hash.update(digest, buffer, offset + done, part);
            size += part;
            done += part;
            if (size % chunkBytes == 0) {
                closeChunk(chunkBytes, nextOffset);
            }
        }
    }

    /** The bytes of a part of a chunk that was hashed in a former life. */
    void restore(final DirectBuffer buffer, final int offset, final int length) {
        hash.update(digest, buffer, offset, length);
        size += length;
    }

    /** The leaf of the open chunk as it is now, which must not be empty. */
    byte[] openLeaf() {
        return hash.endLeaf(SegmentHash.copy(digest), size % chunkBytes);
    }

    /** No byte follows: a part of a chunk at the end becomes a closed one. */
    void seal(final long nextOffset) {
        if (size % chunkBytes != 0) {
            closeChunk(size % chunkBytes, nextOffset);
        }
    }

    /** All chunks as of now, the open one with {@code openLeaf}, which is null if it is empty or sealed. */
    ChunkTable snapshot(final byte[] openLeaf) {
        final ChunkTable chunks = closed.copy(closed.count(), openLeaf == null ? 0 : 1);
        if (openLeaf != null) {
            chunks.add(openLeaf, openOffset, openPosition);
        }
        return chunks;
    }

    private void closeChunk(final int length, final long nextOffset) {
        closed.add(hash.endLeaf(digest, length), openOffset, openPosition);
        hash.beginLeaf(digest, closed.count());
        openOffset = nextOffset;
        openPosition = ChunkTable.NO_RECORD;
    }
}
