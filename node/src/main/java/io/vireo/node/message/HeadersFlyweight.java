package io.vireo.node.message;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * HEADERS, answer to REQUEST_HEADERS: the headers the sender knows of a range of ops, newest first, ops consecutive.
 *
 * <pre>
 *  128  headerCount  u32
 *  132  logView      u32  of the sender's log
 *  136  isNormal     u8   1 if the sender takes part in view == logView
 * </pre>
 */
public final class HeadersFlyweight extends HeaderFlyweight {
    private static final int HEADER_COUNT = 128;
    private static final int LOG_VIEW = 132;
    private static final int IS_NORMAL = 136;
    public static final int RESERVED_OFFSET = 137;

    @Override
    public HeadersFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public int headerCount() {
        return (int) u32(HEADER_COUNT);
    }

    public HeadersFlyweight headerCount(final int value) {
        u32(HEADER_COUNT, value);
        return this;
    }

    public long logView() {
        return u32(LOG_VIEW);
    }

    public HeadersFlyweight logView(final long value) {
        u32(LOG_VIEW, value);
        return this;
    }

    public boolean isNormal() {
        return buffer.getByte(offset + IS_NORMAL) == 1;
    }

    public HeadersFlyweight isNormal(final boolean value) {
        buffer.putByte(offset + IS_NORMAL, (byte) (value ? 1 : 0));
        return this;
    }
}
