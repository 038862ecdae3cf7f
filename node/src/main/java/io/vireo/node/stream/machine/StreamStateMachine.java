package io.vireo.node.stream.machine;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.util.Invariant;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The state machine of one group of a streaming cluster: metadata in group 0, partitions in the others, both where there is one group. What
 * a request is about follows from its operation, and of a query from the byte that it begins with; both are of one range. The two
 * parts share nothing: drops go from one to the other through the log, also inside one group.
 *
 * <pre>
 * in a snapshot   metadata: length u64, bytes   partitions: length u64, bytes      0 bytes of a part that the group does not host
 * </pre>
 *
 * <p>A group that comes to host partitions later goes on from its checkpoint: in an empty part of partitions there were none.
 */
public final class StreamStateMachine implements StateMachine {
    /** Largest reply of any part. Checkpoints keep replies at this size, so it does not depend on the parts that a group has. */
    public static final int REPLY_SIZE_MAX = 24;

    private final StateMachine metadata;
    private final StateMachine partitions;
    /** True once the partitions may be other than those of a new machine. */
    private boolean isPartitionsUsed;

    /**
     * @param metadata null if the group hosts none.
     * @param partitions null if the group hosts none.
     */
    public StreamStateMachine(final StateMachine metadata, final StateMachine partitions) {
        this.metadata = metadata == null ? AbsentMachine.INSTANCE : metadata;
        this.partitions = partitions == null ? AbsentMachine.INSTANCE : partitions;
        checkFits(this.metadata);
        checkFits(this.partitions);
    }

    @Override
    public int replySizeMax() {
        return REPLY_SIZE_MAX;
    }

    @Override
    public long apply(
            final long op,
            final long timestampNs,
            final long namespace,
            final long incarnation,
            final int operation,
            final DirectBuffer body,
            final int offset,
            final int length,
            final MutableDirectBuffer reply,
            final int replyOffset) {
        isPartitionsUsed |= !MetadataOperation.isOfMetadata(operation);
        return part(operation)
                .apply(op, timestampNs, namespace, incarnation, operation, body, offset, length, reply, replyOffset);
    }

    @Override
    public long read(
            final long namespace,
            final DirectBuffer query,
            final int offset,
            final int length,
            final MutableDirectBuffer answer,
            final int answerOffset,
            final int limit) {
        if (length == 0) {
            return StateMachine.result(ReplyStatus.MALFORMED, 0);
        }
        return part(query.getByte(offset) & 0xff).read(namespace, query, offset, length, answer, answerOffset, limit);
    }

    @Override
    public void snapshot(final SnapshotOutput out) {
        out.writePart(metadata::snapshot);
        out.writePart(partitions::snapshot);
    }

    @Override
    public void restore(final SnapshotInput in) {
        metadata.restore(in.readPart("the metadata"));
        final SnapshotInput part = in.readPart("the partitions");
        if (part.remaining() > 0) {
            isPartitionsUsed = true;
            partitions.restore(part);
        } else {
            in.check(!isPartitionsUsed, "a group that has had partitions has them in its snapshot", 0);
        }
        in.checkEnd();
    }

    private static void checkFits(final StateMachine part) {
        Invariant.check(
                part.replySizeMax() <= REPLY_SIZE_MAX, "replies of each part fit", part.replySizeMax(), REPLY_SIZE_MAX);
    }

    private StateMachine part(final int code) {
        return MetadataOperation.isOfMetadata(code) ? metadata : partitions;
    }
}
