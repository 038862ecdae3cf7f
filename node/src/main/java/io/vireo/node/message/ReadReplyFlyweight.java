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
 *  156  retryAfter  u32   ms, with CATCHING_UP: when it is worth while to ask this replica again; else 0
 *  160  commitMin   u64   highest op in the state that was read
 * </pre>
 */
public final class ReadReplyFlyweight extends HeaderFlyweight {
    private static final int CLIENT = 128;
    private static final int READ_NUMBER = 144;
    private static final int STATUS = 152;
    private static final int RETRY_AFTER = 156;
    private static final int COMMIT_MIN = 160;

    /** No replica asks for more patience: what it knows of its peers may change at any moment. */
    public static final int RETRY_AFTER_MS_MAX = 1_000;

    private static final long MS_NS = 1_000_000;

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

    /** A wait in nanoseconds as the field has it: from 1 ms up to {@link #RETRY_AFTER_MS_MAX}. */
    public static int retryAfterMs(final long ns) {
        return (int) Math.max(1, Math.min(RETRY_AFTER_MS_MAX, ns / MS_NS));
    }

    /** As in the frame, 0 to {@link #RETRY_AFTER_MS_MAX}, whatever is there. */
    public int retryAfterMs() {
        return (int) Math.min(u32(RETRY_AFTER), RETRY_AFTER_MS_MAX);
    }

    public ReadReplyFlyweight retryAfterMs(final int value) {
        u32(RETRY_AFTER, value);
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
