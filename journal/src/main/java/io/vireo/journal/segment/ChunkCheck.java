package io.vireo.journal.segment;

import java.security.MessageDigest;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/** Compares chunks of a file, wherever they come from, with what a manifest says of them. One per thread. */
public final class ChunkCheck {
    private final SegmentLimits limits;
    private final SegmentHash hash = new SegmentHash();
    private final MessageDigest digest = SegmentHash.newDigest();

    public ChunkCheck(final SegmentLimits limits) {
        this.limits = limits;
    }

    /** Bytes of a chunk of this file. */
    public int length(final ManifestEntry entry, final int chunk) {
        return Math.min(limits.chunkBytes(), entry.size() - chunk * limits.chunkBytes());
    }

    /** True if these {@link #length} bytes are the chunk. */
    public boolean matches(final ManifestEntry entry, final int chunk, final DirectBuffer buffer, final int offset) {
        return Arrays.equals(leaf(entry, chunk, buffer, offset), entry.chunkHash(chunk));
    }

    /** SHA-256 leaf that these {@link #length} bytes have as this chunk. */
    public byte[] leaf(final ManifestEntry entry, final int chunk, final DirectBuffer buffer, final int offset) {
        final int length = length(entry, chunk);
        hash.beginLeaf(digest, chunk);
        hash.update(digest, buffer, offset, length);
        return hash.endLeaf(digest, length);
    }
}
