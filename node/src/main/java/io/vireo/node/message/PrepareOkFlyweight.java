package io.vireo.node.message;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * PREPARE_OK, backup to the primary of its view: op and, because acknowledgements leave in op order, every op below it down to the
 * checkpoint is durable here. The checksum names op and, by the hash chain, all of them.
 *
 * <pre>
 *  128  prepareChecksum  u128
 *  144  op               u64
 *  152  commitMin        u64  applied here
 *  160  checkpointOp     u64  durable here
 *  168  nonce            u64  of the sender's process
 *  176  checkpointId     u128 of that checkpoint
 *  192  life             u64  of the sender
 * </pre>
 */
public final class PrepareOkFlyweight extends HeaderFlyweight {
    private static final int PREPARE_CHECKSUM = 128;
    private static final int OP = 144;
    private static final int COMMIT_MIN = 152;
    private static final int CHECKPOINT_OP = 160;
    private static final int NONCE = 168;
    private static final int CHECKPOINT_ID = 176;
    private static final int LIFE = 192;
    public static final int RESERVED_OFFSET = 200;

    @Override
    public PrepareOkFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long prepareChecksumLo() {
        return u64(PREPARE_CHECKSUM);
    }

    public long prepareChecksumHi() {
        return u64(PREPARE_CHECKSUM + 8);
    }

    public PrepareOkFlyweight prepareChecksum(final long lo, final long hi) {
        u64(PREPARE_CHECKSUM, lo);
        u64(PREPARE_CHECKSUM + 8, hi);
        return this;
    }

    public long op() {
        return u64(OP);
    }

    public PrepareOkFlyweight op(final long value) {
        u64(OP, value);
        return this;
    }

    public long commitMin() {
        return u64(COMMIT_MIN);
    }

    public PrepareOkFlyweight commitMin(final long value) {
        u64(COMMIT_MIN, value);
        return this;
    }

    public long checkpointOp() {
        return u64(CHECKPOINT_OP);
    }

    public PrepareOkFlyweight checkpointOp(final long value) {
        u64(CHECKPOINT_OP, value);
        return this;
    }

    public long checkpointIdLo() {
        return u64(CHECKPOINT_ID);
    }

    public long checkpointIdHi() {
        return u64(CHECKPOINT_ID + 8);
    }

    public PrepareOkFlyweight checkpointId(final long lo, final long hi) {
        u64(CHECKPOINT_ID, lo);
        u64(CHECKPOINT_ID + 8, hi);
        return this;
    }

    public long nonce() {
        return u64(NONCE);
    }

    public PrepareOkFlyweight nonce(final long value) {
        u64(NONCE, value);
        return this;
    }

    public long life() {
        return u64(LIFE);
    }

    public PrepareOkFlyweight life(final long value) {
        u64(LIFE, value);
        return this;
    }
}
