package io.vireo.bootstrap.checkpoint;

import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.superblock.CheckpointState;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the log says about the op of a checkpoint: the whole header of its prepare, and where its entry ends. Enough to go on from a
 * snapshot with nothing else in hand, and to show one committed header in a view change. The same on all replicas.
 */
public final class SnapshotAnchor {
    private final PrepareFlyweight header =
            new PrepareFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
    private final long endPosition;

    /**
     * @param prepare of the op; its header is copied.
     * @param endPosition logical sector position behind its entry, as the journal says.
     */
    public SnapshotAnchor(final HeaderFlyweight prepare, final long endPosition) {
        header.buffer().putBytes(0, prepare.buffer(), prepare.offset(), HeaderFlyweight.HEADER_LENGTH);
        this.endPosition = endPosition;
    }

    /** The 256 bytes; only to be read. */
    public PrepareFlyweight header() {
        return header;
    }

    public long op() {
        return header.op();
    }

    public long endPosition() {
        return endPosition;
    }

    /** What the superblock is to name. */
    CheckpointState state(final SnapshotId id, final byte[] manifestHash) {
        return new CheckpointState(
                op(),
                header.checksumLo(),
                header.checksumHi(),
                header.view(),
                endPosition,
                header.timestamp(),
                id.lo(),
                id.hi(),
                manifestHash);
    }
}
