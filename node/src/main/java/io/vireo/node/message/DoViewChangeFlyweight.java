package io.vireo.node.message;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * DO_VIEW_CHANGE, replica to the primary of the view it changes to: the newest part of its log. The body holds one header per op from
 * {@code headOp} downwards to the first op at or below {@code commitMax}; a header that is not known is 256 zero bytes. Bit i of the two
 * bit sets speaks of op {@code headOp - i}. The headers are durable at the sender before the frame leaves, so that a repeated one is equal.
 *
 * <pre>
 *  128  logView           u32
 *  132  headerCount       u32
 *  136  headOp            u64
 *  144  commitMax         u64
 *  152  commitMin         u64
 *  160  checkpointOp      u64
 *  168  checkpointQuorum  u64
 *  176  present           u64  the sender can supply this prepare
 *  184  nack              u64  the sender certainly never acknowledged this prepare
 *  192  lives             7 * u64  of all replicas, the sender among them, as far as it knows
 * </pre>
 */
public final class DoViewChangeFlyweight extends HeaderFlyweight {
    private static final int LOG_VIEW = 128;
    private static final int HEADER_COUNT = 132;
    private static final int HEAD_OP = 136;
    private static final int COMMIT_MAX = 144;
    private static final int COMMIT_MIN = 152;
    private static final int CHECKPOINT_OP = 160;
    private static final int CHECKPOINT_QUORUM = 168;
    private static final int PRESENT = 176;
    private static final int NACK = 184;
    private static final int LIVES = 192;
    public static final int RESERVED_OFFSET = 248;

    @Override
    public DoViewChangeFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long logView() {
        return u32(LOG_VIEW);
    }

    public DoViewChangeFlyweight logView(final long value) {
        u32(LOG_VIEW, value);
        return this;
    }

    public int headerCount() {
        return (int) u32(HEADER_COUNT);
    }

    public DoViewChangeFlyweight headerCount(final int value) {
        u32(HEADER_COUNT, value);
        return this;
    }

    public long headOp() {
        return u64(HEAD_OP);
    }

    public DoViewChangeFlyweight headOp(final long value) {
        u64(HEAD_OP, value);
        return this;
    }

    public long commitMax() {
        return u64(COMMIT_MAX);
    }

    public DoViewChangeFlyweight commitMax(final long value) {
        u64(COMMIT_MAX, value);
        return this;
    }

    public long commitMin() {
        return u64(COMMIT_MIN);
    }

    public DoViewChangeFlyweight commitMin(final long value) {
        u64(COMMIT_MIN, value);
        return this;
    }

    public long checkpointOp() {
        return u64(CHECKPOINT_OP);
    }

    public DoViewChangeFlyweight checkpointOp(final long value) {
        u64(CHECKPOINT_OP, value);
        return this;
    }

    public long checkpointQuorum() {
        return u64(CHECKPOINT_QUORUM);
    }

    public DoViewChangeFlyweight checkpointQuorum(final long value) {
        u64(CHECKPOINT_QUORUM, value);
        return this;
    }

    public long present() {
        return u64(PRESENT);
    }

    public DoViewChangeFlyweight present(final long value) {
        u64(PRESENT, value);
        return this;
    }

    public long nack() {
        return u64(NACK);
    }

    public DoViewChangeFlyweight nack(final long value) {
        u64(NACK, value);
        return this;
    }

    /** Latest life of a replica that the sender knows of; its own is the one in which it speaks. */
    public long lifeOf(final int replica) {
        return u64(LIVES + replica * Long.BYTES);
    }

    public DoViewChangeFlyweight lifeOf(final int replica, final long value) {
        u64(LIVES + replica * Long.BYTES, value);
        return this;
    }
}
