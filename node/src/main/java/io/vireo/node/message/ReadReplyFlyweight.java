package io.vireo.node.message;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * READ_REPLY, replica to client. The body is the state machine's answer, empty unless the status is ok.
 *
 * <pre>
 *  128  client      u128
 *  144  readNumber  u64
 *  152  status      u16   see ReplyStatus
 *  160  commitMin   u64   highest op in the state that was read
 * </pre>
 */
public final class ReadReplyFlyweight extends HeaderFlyweight {
    private static final int CLIENT = 128;
    private static final int READ_NUMBER = 144;
    private static final int STATUS = 152;
    private static final int COMMIT_MIN = 160;

    @Override
    public ReadReplyFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long clientLo() {
        return u64(CLIENT);
    }

    public long clientHi() {
        return u64(CLIENT + 8);
    }

    public ReadReplyFlyweight client(final long lo, final long hi) {
        u64(CLIENT, lo);
        u64(CLIENT + 8, hi);
        return this;
    }

    public long readNumber() {
        return u64(READ_NUMBER);
    }

    public ReadReplyFlyweight readNumber(final long value) {
        u64(READ_NUMBER, value);
        return this;
    }

    public int status() {
        return buffer.getShort(offset + STATUS, LITTLE_ENDIAN) & 0xffff;
    }

    public ReadReplyFlyweight status(final int value) {
        buffer.putShort(offset + STATUS, (short) value, LITTLE_ENDIAN);
        return this;
    }

    public long commitMin() {
        return u64(COMMIT_MIN);
    }

    public ReadReplyFlyweight commitMin(final long value) {
        u64(COMMIT_MIN, value);
        return this;
    }
}
