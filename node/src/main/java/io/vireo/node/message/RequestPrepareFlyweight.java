package io.vireo.node.message;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * REQUEST_PREPARE: asks for exactly the prepare with this op and checksum; the answer is the prepare itself.
 *
 * <pre>
 *  128  prepareChecksum  u128
 *  144  op               u64
 * </pre>
 */
public final class RequestPrepareFlyweight extends HeaderFlyweight {
    private static final int PREPARE_CHECKSUM = 128;
    private static final int OP = 144;
    public static final int RESERVED_OFFSET = 152;

    @Override
    public RequestPrepareFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long prepareChecksumLo() {
        return u64(PREPARE_CHECKSUM);
    }

    public long prepareChecksumHi() {
        return u64(PREPARE_CHECKSUM + 8);
    }

    public RequestPrepareFlyweight prepareChecksum(final long lo, final long hi) {
        u64(PREPARE_CHECKSUM, lo);
        u64(PREPARE_CHECKSUM + 8, hi);
        return this;
    }

    public long op() {
        return u64(OP);
    }

    public RequestPrepareFlyweight op(final long value) {
        u64(OP, value);
        return this;
    }
}
