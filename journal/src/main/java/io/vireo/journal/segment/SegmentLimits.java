package io.vireo.journal.segment;

import io.vireo.journal.storage.Storage;

/**
 * Sizes of the segments of a group, the same on every replica and for the group's whole life.
 *
 * @param segmentBytes largest segment; a multiple of the chunk.
 * @param chunkBytes what one hash covers; a multiple of the sector. 1 MiB but in simulations.
 * @param cacheBytes bound of the memory for chunks read from disk, at least two of them; also the bound of bytes that wait to be written
 *     before the store calls itself backlogged. Not part of the format.
 */
public record SegmentLimits(int segmentBytes, int chunkBytes, int cacheBytes) {
    public static final int CHUNK_BYTES = 1 << 20;

    private static final int SEGMENT_BYTES_MAX = 1 << 30;

    public SegmentLimits {
        if (chunkBytes <= 0 || chunkBytes % Storage.SECTOR != 0) {
            throw new IllegalArgumentException("chunkBytes=" + chunkBytes);
        }
        if (segmentBytes <= 0 || segmentBytes > SEGMENT_BYTES_MAX || segmentBytes % chunkBytes != 0) {
            throw new IllegalArgumentException("segmentBytes=" + segmentBytes);
        }
        if (cacheBytes / 2 < chunkBytes) {
            throw new IllegalArgumentException("cacheBytes=" + cacheBytes);
        }
    }

    /** Segments of 64 MiB, a cache of 64 MiB. */
    public static SegmentLimits production() {
        return new SegmentLimits(64 * CHUNK_BYTES, CHUNK_BYTES, 64 * CHUNK_BYTES);
    }

    /** Longest entry: it fills a segment. */
    public int entrySizeMax() {
        return segmentBytes - SegmentFormat.RECORD_HEADER_LENGTH;
    }

    /** Bytes of a chunk of a segment of {@code size} bytes. */
    public int chunkLength(final int size, final int chunk) {
        return Math.min(chunkBytes, size - chunk * chunkBytes);
    }

    /** Chunks that {@code size} bytes of a segment begin. */
    int chunkCount(final int size) {
        return (int) (((long) size + chunkBytes - 1) / chunkBytes);
    }
}
