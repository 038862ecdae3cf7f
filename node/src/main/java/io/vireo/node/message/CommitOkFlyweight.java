package io.vireo.node.message;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * COMMIT_OK, backup to primary: the backup was in NORMAL in this view when it saw this leadership round.
 *
 * <pre>
 *  128  round  u64
 *  136  nonce  u64  of the sender's process
 *  144  life   u64  of the sender
 * </pre>
 */
public final class CommitOkFlyweight extends HeaderFlyweight {
    private static final int ROUND = 128;
    private static final int NONCE = 136;
    private static final int LIFE = 144;
    public static final int RESERVED_OFFSET = 152;

    @Override
    public CommitOkFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long round() {
        return u64(ROUND);
    }

    public CommitOkFlyweight round(final long value) {
        u64(ROUND, value);
        return this;
    }

    public long nonce() {
        return u64(NONCE);
    }

    public CommitOkFlyweight nonce(final long value) {
        u64(NONCE, value);
        return this;
    }

    public long life() {
        return u64(LIFE);
    }

    public CommitOkFlyweight life(final long value) {
        u64(LIFE, value);
        return this;
    }
}
