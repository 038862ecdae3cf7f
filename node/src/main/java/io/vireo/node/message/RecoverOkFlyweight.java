package io.vireo.node.message;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * RECOVER_OK, answer to RECOVER: the life that was asked for is durable in the sender's superblock, and the header's view was the sender's
 * after that; or a later life of the asker is, and then this one is refused. Also the answer to an acknowledgement of a life that is over.
 *
 * <pre>
 *  128  nonce  u64      of the frame that it answers
 *  136  life   u64      of the RECOVER; the durable one where an acknowledgement is answered
 *  144  lives  7 * u64  of all replicas, as far as the sender knows
 *  200  mayCount u8     1 if the sender, the other one of two, has durably recorded that this life counts from now on, in the header's view
 * </pre>
 */
public final class RecoverOkFlyweight extends HeaderFlyweight {
    private static final int NONCE = 128;
    private static final int LIFE = 136;
    private static final int LIVES = 144;
    private static final int MAY_COUNT = 200;
    public static final int RESERVED_OFFSET = 201;

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

    public boolean mayCount() {
        return buffer.getByte(offset + MAY_COUNT) == 1;
    }

    public RecoverOkFlyweight mayCount(final boolean value) {
        buffer.putByte(offset + MAY_COUNT, (byte) (value ? 1 : 0));
        return this;
    }

    boolean isFlagValid() {
        return (buffer.getByte(offset + MAY_COUNT) & 0xff) <= 1;
    }
}
