package io.vireo.sim.workload;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The bytes of one append: who wrote it, its number within that session and the namespace it was addressed to, and padding. Unique, so
 * that an auditor knows each entry.
 */
public final class Payload {
    public static final int LENGTH_MIN = 16;

    private static final int NAMESPACE_SHIFT = 48;
    private static final long NUMBER_MASK = (1L << NAMESPACE_SHIFT) - 1;

    private Payload() {}

    /** A payload for namespace 0 whose number is still to be set. */
    public static UnsafeBuffer create(final long client, final int length) {
        final byte[] bytes = new byte[Math.max(length, LENGTH_MIN)];
        for (int i = LENGTH_MIN; i < length; i++) {
            bytes[i] = (byte) (client + i);
        }
        final UnsafeBuffer payload = new UnsafeBuffer(bytes);
        payload.putLong(0, client, LITTLE_ENDIAN);
        return payload;
    }

    public static void number(final UnsafeBuffer payload, final long number) {
        number(payload, number, 0);
    }

    /** @param namespace below 65,536: it shares its 8 bytes with the number. */
    public static void number(final UnsafeBuffer payload, final long number, final int namespace) {
        payload.putLong(8, (long) namespace << NAMESPACE_SHIFT | number, LITTLE_ENDIAN);
    }

    public static long client(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset, LITTLE_ENDIAN);
    }

    public static long number(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + 8, LITTLE_ENDIAN) & NUMBER_MASK;
    }

    public static int namespace(final DirectBuffer buffer, final int offset) {
        return (int) (buffer.getLong(offset + 8, LITTLE_ENDIAN) >>> NAMESPACE_SHIFT);
    }
}
