package io.vireo.node.message;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * START_VIEW_CHANGE, to all: the sender wants to leave the header's view, which is its present one (VSR Revisited 4.2).
 *
 * <pre>
 *  128  life  u64  of the sender
 * </pre>
 */
public final class StartViewChangeFlyweight extends HeaderFlyweight {
    private static final int LIFE = 128;
    public static final int RESERVED_OFFSET = 136;

    @Override
    public StartViewChangeFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long life() {
        return u64(LIFE);
    }

    public StartViewChangeFlyweight life(final long value) {
        u64(LIFE, value);
        return this;
    }
}
