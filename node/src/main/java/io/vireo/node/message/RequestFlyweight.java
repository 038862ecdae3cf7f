package io.vireo.node.message;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * REQUEST, client to the primary: requests of one session. The body is a {@code RequestBatch} whose rows are all of this client;
 * {@code view} is the latest view the client has heard of.
 *
 * <pre>
 *  128  client  u128
 * </pre>
 */
public final class RequestFlyweight extends HeaderFlyweight {
    public static final int RESERVED_OFFSET = 144;
    private static final int CLIENT = 128;

    @Override
    public RequestFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long clientLo() {
        return u64(CLIENT);
    }

    public long clientHi() {
        return u64(CLIENT + 8);
    }

    public RequestFlyweight client(final long lo, final long hi) {
        u64(CLIENT, lo);
        u64(CLIENT + 8, hi);
        return this;
    }
}
