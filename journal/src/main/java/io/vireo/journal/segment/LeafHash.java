package io.vireo.journal.segment;

import java.security.MessageDigest;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/** Compares a chunk whose bytes come in parts with what a manifest says of it, without hashing any byte twice. One chunk at a time; one per thread. */
public final class LeafHash {
    private final SegmentHash hash = new SegmentHash();
    private final MessageDigest digest = SegmentHash.newDigest();
    private int length;

    /** The bytes of a chunk follow, from its first one on; what was begun before is forgotten. */
    public void begin(final int chunk) {
        hash.beginLeaf(digest, chunk);
        length = 0;
    }

    /** The next bytes of it. */
    public void add(final DirectBuffer buffer, final int offset, final int count) {
        hash.update(digest, buffer, offset, count);
        length += count;
    }

    /** True if the bytes added are this chunk, whole; {@link #begin} comes next. */
    public boolean matches(final ManifestEntry entry, final int chunk) {
        return Arrays.equals(hash.endLeaf(digest, length), entry.chunkHash(chunk));
    }
}
