package io.vireo.node.message;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * REQUEST_START_VIEW, replica to the primary of the view it has heard of (or to all): asks for a StartView. The view it states is what it
 * heard, not a promise, and need not be durable.
 *
 * <pre>
 *  128  nonce  u64  of the sender's process, never 0
 * </pre>
 */
public final class RequestStartViewFlyweight extends HeaderFlyweight {
    private static final int NONCE = 128;
    public static final int RESERVED_OFFSET = 136;

    @Override
    public RequestStartViewFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long nonce() {
        return u64(NONCE);
    }

    public RequestStartViewFlyweight nonce(final long value) {
        u64(NONCE, value);
        return this;
    }
}
