package io.vireo.node.message;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * REQUEST_CHECKPOINT, replica to replica: who has a checkpoint at or above this op? CHECKPOINT, answer to that and to a request for
 * what a checkpoint has replaced: the sender has this one durably, with all its files.
 *
 * <pre>
 *  128  op          u64
 *  136  snapshotId  u128  zero in a request
 *  152  agreed      u8    1: a replication quorum has this very checkpoint, as the sender knows; 0: it does not know, or is older; zero in a request
 *  153  zero
 *  208  mac         u256  of the header, by the key of the connection; 0 where the cluster has no secret
 * </pre>
 */
public final class CheckpointFlyweight extends HeaderFlyweight {
    private static final int OP = 128;
    private static final int SNAPSHOT_ID = 136;
    /** One byte. */
    public static final int AGREED = 152;
    /** From here to the MAC, and from behind it to the end. */
    public static final int RESERVED_OFFSET = 153;

    /** Where it is in all frames about files. */
    public static final int MAC = ChunkFlyweight.MAC;

    @Override
    public CheckpointFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public long op() {
        return u64(OP);
    }

    public CheckpointFlyweight op(final long value) {
        u64(OP, value);
        return this;
    }

    public long snapshotIdLo() {
        return u64(SNAPSHOT_ID);
    }

    public long snapshotIdHi() {
        return u64(SNAPSHOT_ID + 8);
    }

    public CheckpointFlyweight snapshotId(final long lo, final long hi) {
        u64(SNAPSHOT_ID, lo);
        u64(SNAPSHOT_ID + 8, hi);
        return this;
    }

    /** True if the sender knows that a replication quorum has this very checkpoint. */
    public boolean isAgreed() {
        return buffer().getByte(offset() + AGREED) != 0;
    }

    public CheckpointFlyweight isAgreed(final boolean value) {
        buffer().putByte(offset() + AGREED, (byte) (value ? 1 : 0));
        return this;
    }
}
