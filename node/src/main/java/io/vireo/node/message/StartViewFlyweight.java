package io.vireo.node.message;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * START_VIEW, primary of a view to all, or to one that asked: the newest part of the view's log. The body holds one header per op from
 * {@code headOp} downwards to {@code commitMax}, without gaps.
 *
 * <pre>
 *  128  headerCount       u32
 *  136  headOp            u64
 *  144  commitMax         u64
 *  152  checkpointQuorum  u64
 *  160  nonce             u64  that of the RequestStartView it answers, else 0
 * </pre>
 */
public final class StartViewFlyweight extends HeaderFlyweight {
    private static final int HEADER_COUNT = 128;
    private static final int HEAD_OP = 136;
    private static final int COMMIT_MAX = 144;
    private static final int CHECKPOINT_QUORUM = 152;
    private static final int NONCE = 160;
    public static final int RESERVED_OFFSET = 168;

    @Override
    public StartViewFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public int headerCount() {
        return (int) u32(HEADER_COUNT);
    }

    public StartViewFlyweight headerCount(final int value) {
        u32(HEADER_COUNT, value);
        return this;
    }

    public long headOp() {
        return u64(HEAD_OP);
    }

    public StartViewFlyweight headOp(final long value) {
        u64(HEAD_OP, value);
        return this;
    }

    public long commitMax() {
        return u64(COMMIT_MAX);
    }

    public StartViewFlyweight commitMax(final long value) {
        u64(COMMIT_MAX, value);
        return this;
    }

    public long checkpointQuorum() {
        return u64(CHECKPOINT_QUORUM);
    }

    public StartViewFlyweight checkpointQuorum(final long value) {
        u64(CHECKPOINT_QUORUM, value);
        return this;
    }

    public long nonce() {
        return u64(NONCE);
    }

    public StartViewFlyweight nonce(final long value) {
        u64(NONCE, value);
        return this;
    }
}
