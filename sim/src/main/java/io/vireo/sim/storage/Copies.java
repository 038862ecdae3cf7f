package io.vireo.sim.storage;

import java.util.Arrays;
import org.agrona.DirectBuffer;

/** Copies of what others go on to change. */
public final class Copies {
    private Copies() {}

    /** These bytes; {@code copyOfRange} does not clear what it is about to fill. */
    public static byte[] of(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] array = buffer.byteArray();
        if (array != null) {
            buffer.boundsCheck(offset, length);
            final int first = buffer.wrapAdjustment() + offset;
            return Arrays.copyOfRange(array, first, first + length);
        }
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return bytes;
    }
}
