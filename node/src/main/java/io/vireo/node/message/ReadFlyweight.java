package io.vireo.node.message;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * READ, client to replica: a query that does not go through the log. The body is the state machine's query.
 *
 * <pre>
 *  128  client       u128
 *  144  readNumber   u64   returned with the answer
 *  152  namespace    u64
 *  160  consistency  u8
 * </pre>
 */
public final class ReadFlyweight extends HeaderFlyweight {
    /** Longest query in bytes: many reads may wait at a replica, and each keeps its own. */
    public static final int QUERY_LENGTH_MAX = 4096;

    /** Answered by the primary, after it has made sure that it still is. */
    public static final int LINEARIZABLE = 0;
    /** Answered by any replica from what it has applied. */
    public static final int COMMITTED = 1;

    public static final int RESERVED_OFFSET = 161;

    private static final int CLIENT = 128;
    private static final int READ_NUMBER = 144;
    private static final int NAMESPACE = 152;
    private static final int CONSISTENCY = 160;

    @Override
    public ReadFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long clientLo() {
        return u64(CLIENT);
    }

    public long clientHi() {
        return u64(CLIENT + 8);
    }

    public ReadFlyweight client(final long lo, final long hi) {
        u64(CLIENT, lo);
        u64(CLIENT + 8, hi);
        return this;
    }

    public long readNumber() {
        return u64(READ_NUMBER);
    }

    public ReadFlyweight readNumber(final long value) {
        u64(READ_NUMBER, value);
        return this;
    }

    public long namespace() {
        return u64(NAMESPACE);
    }

    public ReadFlyweight namespace(final long value) {
        u64(NAMESPACE, value);
        return this;
    }

    public int consistency() {
        return buffer.getByte(offset + CONSISTENCY) & 0xff;
    }

    public ReadFlyweight consistency(final int value) {
        buffer.putByte(offset + CONSISTENCY, (byte) value);
        return this;
    }
}
