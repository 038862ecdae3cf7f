package io.vireo.journal.message;

import org.agrona.MutableDirectBuffer;

/**
 * A prepare: one op of the log, the same bytes on the wire, in the WAL and in repair. Its header checksum is its identity; {@code parent}
 * is the identity of the op before it, so that the log is a hash chain. The body is a {@link RequestBatch}.
 *
 * <pre>
 *  128  parent            u128  checksum of the prepare of op - 1
 *  144  op                u64
 *  152  commit            u64   commitMax of the primary when it formed this prepare
 *  160  timestamp         u64   wall clock of the primary, nanoseconds, strictly monotonic per group
 *  168  checkpointQuorum  u64   highest checkpoint op known to be durable on a quorum
 *  176  checkpointId      u128  id of that checkpoint
 *  192  requestCount      u32   rows in the body
 * </pre>
 */
public final class PrepareFlyweight extends HeaderFlyweight {
    public static final int PARENT_OFFSET = 128;
    public static final int OP_OFFSET = 144;
    public static final int COMMIT_OFFSET = 152;
    public static final int TIMESTAMP_OFFSET = 160;
    public static final int CHECKPOINT_QUORUM_OFFSET = 168;
    public static final int CHECKPOINT_ID_OFFSET = 176;
    public static final int REQUEST_COUNT_OFFSET = 192;
    /** First byte that must be zero up to the end of the header. */
    public static final int RESERVED_OFFSET = 196;

    @Override
    public PrepareFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long parentLo() {
        return u64(PARENT_OFFSET);
    }

    public long parentHi() {
        return u64(PARENT_OFFSET + 8);
    }

    public PrepareFlyweight parent(final long lo, final long hi) {
        u64(PARENT_OFFSET, lo);
        u64(PARENT_OFFSET + 8, hi);
        return this;
    }

    public long op() {
        return u64(OP_OFFSET);
    }

    public PrepareFlyweight op(final long op) {
        u64(OP_OFFSET, op);
        return this;
    }

    public long commit() {
        return u64(COMMIT_OFFSET);
    }

    public PrepareFlyweight commit(final long commit) {
        u64(COMMIT_OFFSET, commit);
        return this;
    }

    public long timestamp() {
        return u64(TIMESTAMP_OFFSET);
    }

    public PrepareFlyweight timestamp(final long timestampNs) {
        u64(TIMESTAMP_OFFSET, timestampNs);
        return this;
    }

    public long checkpointQuorum() {
        return u64(CHECKPOINT_QUORUM_OFFSET);
    }

    public PrepareFlyweight checkpointQuorum(final long op) {
        u64(CHECKPOINT_QUORUM_OFFSET, op);
        return this;
    }

    public long checkpointIdLo() {
        return u64(CHECKPOINT_ID_OFFSET);
    }

    public long checkpointIdHi() {
        return u64(CHECKPOINT_ID_OFFSET + 8);
    }

    public PrepareFlyweight checkpointId(final long lo, final long hi) {
        u64(CHECKPOINT_ID_OFFSET, lo);
        u64(CHECKPOINT_ID_OFFSET + 8, hi);
        return this;
    }

    public int requestCount() {
        return (int) u32(REQUEST_COUNT_OFFSET);
    }

    public PrepareFlyweight requestCount(final int count) {
        u32(REQUEST_COUNT_OFFSET, count);
        return this;
    }
}
