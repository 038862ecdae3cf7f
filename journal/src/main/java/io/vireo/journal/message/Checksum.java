package io.vireo.journal.message;

import net.openhft.hashing.LongTupleHashFunction;
import org.agrona.DirectBuffer;

/**
 * 128-bit XXH3 of a range of bytes, as two longs. Holds the result of its last {@link #hash}: one instance per thread. It detects
 * damage; it is no defence against an adversary who chooses the bytes.
 */
public final class Checksum {
    private static final LongTupleHashFunction XX128 = LongTupleHashFunction.xx128();

    private final long[] result = XX128.newResultArray();

    /** Hashes {@code length} bytes, 0 allowed; the result stands until the next call. */
    public void hash(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] array = buffer.byteArray();
        if (array != null) {
            XX128.hashBytes(array, buffer.wrapAdjustment() + offset, length, result);
        } else {
            buffer.boundsCheck(offset, length);
            XX128.hashMemory(buffer.addressOffset() + offset, length, result);
        }
    }

    /** Any 128 bits as messages name them: 32 hexadecimal digits, high half first. */
    public static String hex(final long lo, final long hi) {
        return hex(hi) + hex(lo);
    }

    /** 16 hexadecimal digits. */
    public static String hex(final long value) {
        final String digits = Long.toHexString(value);
        return "0".repeat(16 - digits.length()) + digits;
    }

    /** Low half of the last result. */
    public long lo() {
        return result[0];
    }

    /** High half of the last result. */
    public long hi() {
        return result[1];
    }
}
