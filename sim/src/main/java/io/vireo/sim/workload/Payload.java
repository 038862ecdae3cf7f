package io.vireo.sim.workload;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The bytes of one append: who wrote it, its number within that session, and padding. Unique, so that an auditor knows each entry. */
public final class Payload {
    public static final int LENGTH_MIN = 16;

    private Payload() {}

    /** A payload whose number is still to be set. */
    public static UnsafeBuffer create(final long client, final int length) {
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[Math.max(length, LENGTH_MIN)]);
        payload.putLong(0, client, LITTLE_ENDIAN);
        for (int i = LENGTH_MIN; i < length; i++) {
            payload.putByte(i, (byte) (client + i));
        }
        return payload;
    }

    public static void number(final UnsafeBuffer payload, final long number) {
        payload.putLong(8, number, LITTLE_ENDIAN);
    }

    public static long client(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset, LITTLE_ENDIAN);
    }

    public static long number(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + 8, LITTLE_ENDIAN);
    }
}
