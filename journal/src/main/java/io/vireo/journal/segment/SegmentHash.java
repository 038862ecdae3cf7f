package io.vireo.journal.segment;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The hashes of segments, SHA-256 all of them, little-endian numbers. Labels keep a leaf from being taken for a root. The length of a
 * chunk stands behind its bytes, so that a chunk can be hashed while it grows. One per thread: it has scratch memory.
 *
 * <pre>
 * leaf = H("vireo.lf", index u32, bytes, length u32)
 * root = H("vireo.rt", size u64, chunkBytes u32, leaf count u32, leaves)
 * </pre>
 */
final class SegmentHash {
    private static final byte[] LEAF_LABEL = "vireo.lf".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ROOT_LABEL = "vireo.rt".getBytes(StandardCharsets.US_ASCII);

    private final byte[] scratch = new byte[8192];
    private final UnsafeBuffer numbers = new UnsafeBuffer(new byte[16]);
    private final MessageDigest rootDigest = newDigest();

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** A second state that goes its own way from here. */
    static MessageDigest copy(final MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (final CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 of every Java platform can be copied", e);
        }
    }

    void beginLeaf(final MessageDigest digest, final int index) {
        digest.reset();
        digest.update(LEAF_LABEL);
        numbers.putInt(0, index, LITTLE_ENDIAN);
        digest.update(numbers.byteArray(), 0, 4);
    }

    void update(final MessageDigest digest, final DirectBuffer buffer, final int offset, final int length) {
        final byte[] array = buffer.byteArray();
        if (array != null) {
            digest.update(array, buffer.wrapAdjustment() + offset, length);
            return;
        }
        for (int done = 0; done < length; ) {
            final int part = Math.min(scratch.length, length - done);
            buffer.getBytes(offset + done, scratch, 0, part);
            digest.update(scratch, 0, part);
            done += part;
        }
    }

    /** The leaf of a chunk of {@code length} bytes; the digest begins anew. */
    byte[] endLeaf(final MessageDigest digest, final int length) {
        numbers.putInt(0, length, LITTLE_ENDIAN);
        digest.update(numbers.byteArray(), 0, 4);
        return digest.digest();
    }

    byte[] root(final long size, final int chunkBytes, final ChunkTable chunks) {
        rootDigest.update(ROOT_LABEL);
        numbers.putLong(0, size, LITTLE_ENDIAN);
        numbers.putInt(8, chunkBytes, LITTLE_ENDIAN);
        numbers.putInt(12, chunks.count(), LITTLE_ENDIAN);
        rootDigest.update(numbers.byteArray(), 0, 16);
        rootDigest.update(chunks.hashes(), 0, chunks.count() * ChunkTable.HASH_LENGTH);
        return rootDigest.digest();
    }
}
