package io.vireo.node.message;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * RECOVER_OK, answer to RECOVER: the life that was asked for is durable in the sender's superblock, and the header's view was the sender's
 * after that; or a later life of the asker is, and then this one is refused.
 *
 * <pre>
 *  128  nonce  u64      of the RECOVER
 *  136  life   u64      of the RECOVER
 *  144  lives  7 * u64  of all replicas, as far as the sender knows
 * </pre>
 */
public final class RecoverOkFlyweight extends HeaderFlyweight {
    private static final int NONCE = 128;
    private static final int LIFE = 136;
    private static final int LIVES = 144;
    public static final int RESERVED_OFFSET = 200;

    @Override
    public RecoverOkFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long nonce() {
        return u64(NONCE);
    }

    public RecoverOkFlyweight nonce(final long value) {
        u64(NONCE, value);
        return this;
    }

    public long life() {
        return u64(LIFE);
    }

    public RecoverOkFlyweight life(final long value) {
        u64(LIFE, value);
        return this;
    }

    public long lifeOf(final int replica) {
        return u64(LIVES + replica * Long.BYTES);
    }

    public RecoverOkFlyweight lifeOf(final int replica, final long value) {
        u64(LIVES + replica * Long.BYTES, value);
        return this;
    }
}
