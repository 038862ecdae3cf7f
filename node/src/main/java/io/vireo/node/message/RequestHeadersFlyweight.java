package io.vireo.node.message;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * REQUEST_HEADERS: asks for the headers of a range of ops.
 *
 * <pre>
 *  128  opMin  u64
 *  136  opMax  u64  inclusive
 * </pre>
 */
public final class RequestHeadersFlyweight extends HeaderFlyweight {
    private static final int OP_MIN = 128;
    private static final int OP_MAX = 136;
    public static final int RESERVED_OFFSET = 144;

    @Override
    public RequestHeadersFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long opMin() {
        return u64(OP_MIN);
    }

    public RequestHeadersFlyweight opMin(final long value) {
        u64(OP_MIN, value);
        return this;
    }

    public long opMax() {
        return u64(OP_MAX);
    }

    public RequestHeadersFlyweight opMax(final long value) {
        u64(OP_MAX, value);
        return this;
    }
}
