package io.vireo.node.stream.partition;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.SegmentLimits;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.util.Invariant;
import io.vireo.node.stream.Namespaces;
import io.vireo.node.stream.StreamLimits;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a partition group replicates: messages, which are in the segments, one entry per batch; and in memory the bounds of each partition,
 * a sparse index and the offsets of consumers. Driven by the group's thread. A partition begins to exist with its first batch. Which group
 * has a partition and which incarnation it has is decided elsewhere; here only the order of incarnations counts, see {@link Partitions}.
 *
 * @see PartitionOperation
 * @see PartitionQuery
 */
public final class PartitionMachine implements StateMachine {
    /** Ends of partitions that are known one by one: 1 MiB of a snapshot. Beyond that the older half is forgotten. */
    public static final int ENDED_MAX = 1 << 16;

    private static final int FORMAT = 4;
    private static final int NANOS_PER_MICRO = 1_000;
    private final StreamLimits limits;
    private final Namespaces namespaces;
    private final SegmentStore segments;
    private final int batchLengthMax;
    private final int endedMax;
    private final Partitions partitions;
    private final Poller poller;
    private final BatchCheck check = new BatchCheck();
    private final BatchFlyweight batch = new BatchFlyweight();
    private final UnsafeBuffer header = new UnsafeBuffer(new byte[BatchFlyweight.HEADER_LENGTH]);

    /**
     * @param segmentLimits with segments as long as {@code limits} says.
     * @param segments of the group, with these limits; opened before anything is applied or read.
     */
    public PartitionMachine(final StreamLimits limits, final SegmentLimits segmentLimits, final SegmentStore segments) {
        this(limits, segmentLimits, segments, ENDED_MAX);
    }

    /**
     * As above.
     *
     * @param endedMax instead of {@link #ENDED_MAX}, at least 1 and the same on all replicas: with few, what comes of it comes soon.
     */
    public PartitionMachine(
            final StreamLimits limits,
            final SegmentLimits segmentLimits,
            final SegmentStore segments,
            final int endedMax) {
        Invariant.check(endedMax > 0, "the end of one partition at least is known", endedMax);
        Invariant.check(
                limits.segmentBytes() == segmentLimits.segmentBytes(),
                "a topic's size is limited in segments of their real length",
                limits.segmentBytes(),
                segmentLimits.segmentBytes());
        this.limits = limits;
        this.namespaces = new Namespaces(limits);
        this.segments = segments;
        this.endedMax = endedMax;
        this.batchLengthMax = segmentLimits.entrySizeMax();
        // As many may wait for their drop as may live.
        final int partitionsMax = (int) Math.min(2L * limits.partitionsTotalMax(), Integer.MAX_VALUE);
        // A cold poll reads a whole chunk, so that closer rows spare it no read; see docs/adr/0004.
        final int intervalBytes = segmentLimits.chunkBytes();
        this.partitions = new Partitions(namespaces, partitionsMax, endedMax, intervalBytes);
        this.poller = new Poller(segments);
    }

    @Override
    public int replySizeMax() {
        return PartitionOperation.REPLY_LENGTH_MAX;
    }

    /** Partitions that hold, or held, a message and are not dropped. */
    public int partitionCount() {
        return partitions.count();
    }

    /** Namespaces without a partition whose end is known by itself. */
    public int endedCount() {
        return partitions.endedCount();
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
        if (!namespaces.contains(namespace)) {
            return StateMachine.result(ReplyStatus.UNKNOWN_NAMESPACE, 0);
        }
        if (incarnation <= 0 || !isBody(operation, body, offset, length)) {
            return StateMachine.result(ReplyStatus.MALFORMED, 0);
        }
        if (operation == PartitionOperation.DROP) {
            return drop(namespace, incarnation);
        }
        final int status = partitions.status(namespace, incarnation);
        if (status != PartitionStatus.OK) {
            return StateMachine.result(status, 0);
        }
        final Partition partition = partitions.find(namespace);
        return switch (operation) {
            case PartitionOperation.APPEND ->
                append(timestampNs, namespace, incarnation, partition, body, offset, length, reply, replyOffset);
            case PartitionOperation.STORE_OFFSET -> storeOffset(partition, body, offset);
            case PartitionOperation.DELETE_OFFSET -> deleteOffset(partition, body, offset);
            case PartitionOperation.DELETE_SEGMENTS -> {
                final long wanted = body.getInt(offset, LITTLE_ENDIAN) & 0xffff_ffffL;
                final int forgotten = partition == null ? 0 : (int) Math.min(wanted, partition.sealedSegments());
                yield forget(namespace, partition, forgotten, reply, replyOffset);
            }
            default -> {
                final long age = body.getLong(offset, LITTLE_ENDIAN);
                final long bytesBelow = body.getLong(offset + PartitionOperation.BYTES_BELOW_OFFSET, LITTLE_ENDIAN);
                final long notAfter = body.getLong(offset + PartitionOperation.NOT_AFTER_OFFSET, LITTLE_ENDIAN);
                final long now = timestampNs / NANOS_PER_MICRO;
                final int forgotten =
                        partition == null ? 0 : partition.segmentsToForget(now, age, bytesBelow, notAfter);
                yield forget(namespace, partition, forgotten, reply, replyOffset);
            }
        };
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
        if (!namespaces.contains(namespace)) {
            return StateMachine.result(ReplyStatus.UNKNOWN_NAMESPACE, 0);
        }
        if (ContentsQuery.isValid(query, offset, length)) {
            return ContentsQuery.answer(partitions, query, offset, answer, answerOffset, limit);
        }
        if (!PartitionQuery.isValid(query, offset, length)) {
            return StateMachine.result(ReplyStatus.MALFORMED, 0);
        }
        final int status = partitions.status(namespace, PartitionQuery.incarnation(query, offset));
        if (status == PartitionStatus.INCARNATION_ENDED) {
            return StateMachine.result(status, 0);
        }
        // The messages of an incarnation are not those of the one before it.
        final Partition partition = status == PartitionStatus.OK ? partitions.find(namespace) : null;
        return switch (query.getByte(offset)) {
            case PartitionQuery.POLL -> poller.poll(namespace, partition, query, offset, answer, answerOffset, limit);
            case PartitionQuery.GROUPS -> readGroups(partition, query, offset, answer, answerOffset, limit);
            case PartitionQuery.OFFSET -> readOffset(partition, query, offset, answer, answerOffset, limit);
            default -> readState(partition, answer, answerOffset, limit);
        };
    }

    /** Also the limits that decide what is refused: a replica with others would apply the same ops and have another state. */
    @Override
    public void snapshot(final SnapshotOutput out) {
        out.writeInt(FORMAT);
        out.writeInt(limits.streamsMax());
        out.writeInt(limits.topicsMax());
        out.writeInt(limits.partitionsMax());
        out.writeInt(limits.partitionsTotalMax());
        out.writeInt(batchLengthMax);
        out.writeLong(limits.segmentBytes());
        out.writeInt(endedMax);
        partitions.writeTo(out);
    }

    @Override
    public void restore(final SnapshotInput in) {
        readFrom(in);
        in.checkEnd();
    }

    /** As {@link #restore}, where something else may follow. */
    public void readFrom(final SnapshotInput in) {
        checkSame(in, FORMAT, "the format of the partitions");
        checkSame(in, limits.streamsMax(), "streams_max");
        checkSame(in, limits.topicsMax(), "topics_max");
        checkSame(in, limits.partitionsMax(), "partitions_max");
        checkSame(in, limits.partitionsTotalMax(), "partitions_total_max");
        checkSame(in, batchLengthMax, "the length of the largest batch");
        final long segmentBytes = in.readLong();
        in.check(segmentBytes == limits.segmentBytes(), "segment_bytes is " + limits.segmentBytes(), segmentBytes);
        checkSame(in, endedMax, "the number of ends that are known");
        partitions.readFrom(in);
    }

    /** Whether the bytes are the body of a request of this operation. */
    private boolean isBody(final int operation, final DirectBuffer body, final int offset, final int length) {
        return switch (operation) {
            case PartitionOperation.APPEND -> check.whole(body, offset, length) == BatchFault.NONE;
            case PartitionOperation.STORE_OFFSET ->
                length == PartitionOperation.STORE_OFFSET_LENGTH && ConsumerKind.isValid(body.getByte(offset));
            case PartitionOperation.DELETE_OFFSET ->
                length == PartitionOperation.DELETE_OFFSET_LENGTH && ConsumerKind.isValid(body.getByte(offset));
            case PartitionOperation.DROP -> length == PartitionOperation.DROP_LENGTH;
            case PartitionOperation.DELETE_SEGMENTS -> length == PartitionOperation.DELETE_SEGMENTS_LENGTH;
            case PartitionOperation.RETAIN -> length == PartitionOperation.RETAIN_LENGTH;
            default -> false;
        };
    }

    private long append(
            final long timestampNs,
            final long namespace,
            final long incarnation,
            final Partition former,
            final DirectBuffer body,
            final int offset,
            final int length,
            final MutableDirectBuffer reply,
            final int replyOffset) {
        if (length > batchLengthMax) {
            return StateMachine.result(ReplyStatus.TOO_LARGE, 0);
        }
        if (former == null && !partitions.mayBegin(incarnation)) {
            return StateMachine.result(PartitionStatus.INCARNATION_FORGOTTEN, 0);
        }
        final Partition partition = former == null ? partitions.create(namespace, incarnation) : former;
        if (partition == null) {
            return StateMachine.result(PartitionStatus.TOO_MANY_PARTITIONS, 0);
        }
        final long baseOffset = partition.endOffset();
        final long timestamp = partition.nextTimestamp(timestampNs / NANOS_PER_MICRO);
        header.putBytes(0, body, offset, BatchFlyweight.HEADER_LENGTH);
        BatchFlyweight.stamp(header, 0, baseOffset, timestamp);
        final int count = batch.wrap(header, 0).count();
        final long entry = segments.append(
                namespace,
                incarnation,
                header,
                0,
                BatchFlyweight.HEADER_LENGTH,
                body,
                offset + BatchFlyweight.HEADER_LENGTH,
                length - BatchFlyweight.HEADER_LENGTH);
        Invariant.check(
                entry == partition.endEntry(),
                "segments and partition have as many batches",
                entry,
                partition.endEntry());
        partition.onAppended(timestamp, count, length, segments.lastSegmentBegin(namespace) == entry);
        reply.putLong(replyOffset, baseOffset, LITTLE_ENDIAN);
        reply.putInt(replyOffset + PartitionOperation.REPLY_COUNT_OFFSET, count, LITTLE_ENDIAN);
        return StateMachine.result(PartitionStatus.OK, PartitionOperation.REPLY_LENGTH_MAX);
    }

    private static long storeOffset(final Partition partition, final DirectBuffer body, final int at) {
        final long offset = body.getLong(at + PartitionOperation.STORED_OFFSET, LITTLE_ENDIAN);
        if (partition == null || Long.compareUnsigned(offset, partition.endOffset()) >= 0) {
            return StateMachine.result(PartitionStatus.INVALID_OFFSET, 0);
        }
        final long consumer = body.getLong(at + PartitionOperation.CONSUMER_OFFSET, LITTLE_ENDIAN);
        final boolean isStored = partition.storeOffset(body.getByte(at), consumer, offset);
        return StateMachine.result(isStored ? PartitionStatus.OK : PartitionStatus.TOO_MANY_CONSUMERS, 0);
    }

    private static long deleteOffset(final Partition partition, final DirectBuffer body, final int at) {
        final long consumer = body.getLong(at + PartitionOperation.CONSUMER_OFFSET, LITTLE_ENDIAN);
        final boolean isDeleted = partition != null && partition.deleteOffset(body.getByte(at), consumer);
        return StateMachine.result(isDeleted ? PartitionStatus.OK : PartitionStatus.CONSUMER_OFFSET_NOT_FOUND, 0);
    }

    private long drop(final long namespace, final long incarnation) {
        if (partitions.drop(namespace, incarnation)) {
            segments.drop(namespace);
        }
        return StateMachine.result(PartitionStatus.OK, 0);
    }

    private long forget(
            final long namespace,
            final Partition partition,
            final int count,
            final MutableDirectBuffer reply,
            final int replyOffset) {
        if (count > 0) {
            partition.forgetSegments(count);
            segments.dropBelow(namespace, partition.beginEntry());
            Invariant.check(
                    segments.begin(namespace) == partition.beginEntry(),
                    "segments and partition begin with the same batch",
                    segments.begin(namespace),
                    partition.beginEntry());
        }
        reply.putLong(replyOffset, partition == null ? 0 : partition.beginOffset(), LITTLE_ENDIAN);
        reply.putInt(replyOffset + PartitionOperation.REPLY_COUNT_OFFSET, count, LITTLE_ENDIAN);
        return StateMachine.result(PartitionStatus.OK, PartitionOperation.REPLY_LENGTH_MAX);
    }

    private static long readOffset(
            final Partition partition,
            final DirectBuffer query,
            final int queryOffset,
            final MutableDirectBuffer answer,
            final int at,
            final int limit) {
        if (limit < PartitionQuery.OFFSET_ANSWER_LENGTH) {
            return StateMachine.result(ReplyStatus.TOO_LARGE, 0);
        }
        final long stored = partition == null
                ? ConsumerOffsets.NONE
                : partition.storedOffset(
                        PartitionQuery.consumerKind(query, queryOffset), PartitionQuery.consumer(query, queryOffset));
        if (stored == ConsumerOffsets.NONE) {
            return StateMachine.result(PartitionStatus.CONSUMER_OFFSET_NOT_FOUND, 0);
        }
        answer.putLong(at, partition.endOffset() - 1, LITTLE_ENDIAN);
        answer.putLong(at + PartitionQuery.OFFSET_STORED_OFFSET, stored, LITTLE_ENDIAN);
        return StateMachine.result(PartitionStatus.OK, PartitionQuery.OFFSET_ANSWER_LENGTH);
    }

    private static long readGroups(
            final Partition partition,
            final DirectBuffer query,
            final int queryOffset,
            final MutableDirectBuffer answer,
            final int at,
            final int limit) {
        final ConsumerOffsets groups = partition == null ? null : partition.groups();
        final int first = groups == null ? 0 : groups.firstFrom(PartitionQuery.from(query, queryOffset));
        final int left = groups == null ? 0 : groups.count() - first;
        final int count = Math.min(left, (limit - PartitionQuery.GROUPS_PREFIX_LENGTH) / Long.BYTES);
        if (limit < PartitionQuery.GROUPS_PREFIX_LENGTH || count == 0 && left > 0) {
            return StateMachine.result(ReplyStatus.TOO_LARGE, 0);
        }
        answer.putInt(at, count, LITTLE_ENDIAN);
        answer.putInt(at + PartitionQuery.GROUPS_MORE_OFFSET, count < left ? 1 : 0, LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            answer.putLong(
                    at + PartitionQuery.GROUPS_PREFIX_LENGTH + i * Long.BYTES,
                    groups.consumer(first + i),
                    LITTLE_ENDIAN);
        }
        return StateMachine.result(PartitionStatus.OK, PartitionQuery.GROUPS_PREFIX_LENGTH + count * Long.BYTES);
    }

    private static long readState(
            final Partition partition, final MutableDirectBuffer answer, final int at, final int limit) {
        if (limit < PartitionQuery.STATE_ANSWER_LENGTH) {
            return StateMachine.result(ReplyStatus.TOO_LARGE, 0);
        }
        answer.setMemory(at, PartitionQuery.STATE_ANSWER_LENGTH, (byte) 0);
        if (partition != null) {
            answer.putLong(at, partition.endOffset() - 1, LITTLE_ENDIAN);
            answer.putLong(at + PartitionQuery.STATE_BEGIN_OFFSET, partition.beginOffset(), LITTLE_ENDIAN);
            answer.putLong(at + PartitionQuery.STATE_END_OFFSET, partition.endOffset(), LITTLE_ENDIAN);
            answer.putLong(at + PartitionQuery.STATE_BYTES_OFFSET, partition.bytes(), LITTLE_ENDIAN);
            answer.putLong(at + PartitionQuery.STATE_TIMESTAMP_OFFSET, partition.lastTimestamp(), LITTLE_ENDIAN);
            answer.putInt(at + PartitionQuery.STATE_SEGMENTS_OFFSET, partition.segments(), LITTLE_ENDIAN);
        }
        return StateMachine.result(PartitionStatus.OK, PartitionQuery.STATE_ANSWER_LENGTH);
    }

    private static void checkSame(final SnapshotInput in, final int own, final String what) {
        final int found = in.readInt();
        in.check(found == own, what + " is " + own, found);
    }
}
