package io.vireo.node.message;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * COMMIT, primary to all: heartbeat, commit number and number of the leadership round that an answer confirms.
 *
 * <pre>
 *  128  commitChecksum    u128  of the prepare of commitMax
 *  144  commitMax         u64
 *  152  checkpointQuorum  u64   op
 *  160  round             u64   leadership round, from 1
 *  168  checkpointId      u128  of that checkpoint; zero if not known
 * </pre>
 */
public final class CommitFlyweight extends HeaderFlyweight {
    private static final int COMMIT_CHECKSUM = 128;
    private static final int COMMIT_MAX = 144;
    private static final int CHECKPOINT_QUORUM = 152;
    private static final int ROUND = 160;
    private static final int CHECKPOINT_ID = 168;
    public static final int RESERVED_OFFSET = 184;

    @Override
    public CommitFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long commitChecksumLo() {
        return u64(COMMIT_CHECKSUM);
    }

    public long commitChecksumHi() {
        return u64(COMMIT_CHECKSUM + 8);
    }

    public CommitFlyweight commitChecksum(final long lo, final long hi) {
        u64(COMMIT_CHECKSUM, lo);
        u64(COMMIT_CHECKSUM + 8, hi);
        return this;
    }

    public long commitMax() {
        return u64(COMMIT_MAX);
    }

    public CommitFlyweight commitMax(final long value) {
        u64(COMMIT_MAX, value);
        return this;
    }

    public long checkpointQuorum() {
        return u64(CHECKPOINT_QUORUM);
    }

    public CommitFlyweight checkpointQuorum(final long value) {
        u64(CHECKPOINT_QUORUM, value);
        return this;
    }

    public long checkpointIdLo() {
        return u64(CHECKPOINT_ID);
    }

    public long checkpointIdHi() {
        return u64(CHECKPOINT_ID + 8);
    }

    public CommitFlyweight checkpointId(final long lo, final long hi) {
        u64(CHECKPOINT_ID, lo);
        u64(CHECKPOINT_ID + 8, hi);
        return this;
    }

    public long round() {
        return u64(ROUND);
    }

    public CommitFlyweight round(final long value) {
        u64(ROUND, value);
        return this;
    }
}
