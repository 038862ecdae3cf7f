package io.vireo.node.stream.partition;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.SegmentStore;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Answers polls: whole batches go from the segments into the answer, those at its ends are cut. */
final class Poller {
    /** Not an offset but the beginning of the batch that was found. */
    private static final long BEGIN_OF_BATCH = -1;
    /** Result of {@link #add}: there is no room for another message. */
    private static final int FULL = 0;

    private static final int LENGTH_PREFIX = 4;

    private final SegmentStore segments;
    private final BatchSearch search;
    private final BatchCheck check = new BatchCheck();
    private final BatchFlyweight batch = new BatchFlyweight();
    private final FrameCursor frames = new FrameCursor();
    /** Grows to the largest batch that ever had to be cut, which fits a prepare. */
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[0]);

    /** Of the batch that was added last: the base offset of the whole, how many messages were taken, and which is the next. */
    private long addedBase;

    private int addedCount;
    private long nextOffset;
    private boolean isBatchDone;

    Poller(final SegmentStore segments) {
        this.segments = segments;
        search = new BatchSearch(segments);
    }

    /**
     * Answers a valid query; {@code partition} is null for one without messages.
     *
     * @return as {@link StateMachine#read} does.
     */
    long poll(
            final long namespace,
            final Partition partition,
            final DirectBuffer query,
            final int queryOffset,
            final MutableDirectBuffer answer,
            final int answerOffset,
            final int limit) {
        if (limit < PartitionQuery.POLL_PREFIX_LENGTH) {
            return StateMachine.result(ReplyStatus.TOO_LARGE, 0);
        }
        final long count = PartitionQuery.count(query, queryOffset);
        if (partition == null || count == 0) {
            return answer(partition, 0, 0, answer, answerOffset);
        }
        final long from;
        final int state;
        if (PartitionQuery.strategy(query, queryOffset) == PartitionQuery.STRATEGY_TIMESTAMP) {
            final long timestamp = PartitionQuery.value(query, queryOffset);
            if (Long.compareUnsigned(timestamp, partition.lastTimestamp()) > 0) {
                return answer(partition, 0, 0, answer, answerOffset);
            }
            from = BEGIN_OF_BATCH;
            state = search.byTimestamp(namespace, partition, timestamp);
        } else {
            from = from(partition, query, queryOffset, count);
            if (from == partition.endOffset()) {
                return answer(partition, 0, 0, answer, answerOffset);
            }
            state = search.byOffset(namespace, partition, from);
        }
        return state == BatchSearch.FOUND
                ? copy(namespace, partition, from, count, answer, answerOffset, limit)
                : failure(state);
    }

    /** Offset of the first message wanted, at least that of the first one kept; the end if there is none. */
    private static long from(
            final Partition partition, final DirectBuffer query, final int queryOffset, final long count) {
        final long begin = partition.beginOffset();
        final long end = partition.endOffset();
        final long value = PartitionQuery.value(query, queryOffset);
        return switch (PartitionQuery.strategy(query, queryOffset)) {
            case PartitionQuery.STRATEGY_OFFSET -> Long.compareUnsigned(value, end) >= 0 ? end : Math.max(begin, value);
            case PartitionQuery.STRATEGY_LAST -> Math.max(begin, end - count);
            case PartitionQuery.STRATEGY_NEXT ->
                Math.max(
                        begin,
                        1
                                + partition.storedOffset(
                                        PartitionQuery.consumerKind(query, queryOffset),
                                        PartitionQuery.consumer(query, queryOffset)));
            default -> begin;
        };
    }

    private long copy(
            final long namespace,
            final Partition partition,
            final long from,
            final long count,
            final MutableDirectBuffer answer,
            final int answerOffset,
            final int limit) {
        final int end = answerOffset + limit;
        int position = answerOffset + PartitionQuery.POLL_PREFIX_LENGTH;
        long entry = search.entry();
        long left = count;
        nextOffset = from;
        while (left > 0 && entry < partition.endEntry()) {
            final int added = add(namespace, entry, left, answer, position, end - position);
            if (added <= 0) {
                if (left == count) {
                    return failure(added);
                }
                break;
            }
            position += added;
            left -= addedCount;
            if (!isBatchDone) {
                break;
            }
            entry++;
        }
        partition.hint(entry, isBatchDone ? nextOffset : addedBase);
        final int length = position - answerOffset - PartitionQuery.POLL_PREFIX_LENGTH;
        return answer(partition, (int) (count - left), length, answer, answerOffset);
    }

    /** Adds messages of one batch from {@link #nextOffset} on; bytes added, or {@link #FULL}, pending or damaged. */
    private int add(
            final long namespace,
            final long entry,
            final long left,
            final MutableDirectBuffer answer,
            final int position,
            final int room) {
        if (room < LENGTH_PREFIX + BatchFlyweight.LENGTH_MIN) {
            return FULL;
        }
        DirectBuffer source = answer;
        int at = position + LENGTH_PREFIX;
        int size = segments.read(namespace, entry, 1, room, answer, position);
        if (size == 0) {
            size = readScratch(namespace, entry);
            source = scratch;
            at = LENGTH_PREFIX;
        }
        if (size <= 0) {
            return size == 0 ? SegmentStore.DAMAGED : size;
        }
        if (!check.isIntact(source, at, size - LENGTH_PREFIX)) {
            // It was a batch when it was applied.
            return SegmentStore.DAMAGED;
        }
        batch.wrap(source, at);
        final int count = batch.count();
        addedBase = batch.baseOffset();
        final long skipped = nextOffset == BEGIN_OF_BATCH ? 0 : nextOffset - addedBase;
        if (skipped < 0 || skipped >= count) {
            return SegmentStore.DAMAGED;
        }
        final int wanted = (int) Math.min(count - skipped, left);
        if (wanted == count && source == answer) {
            addedCount = count;
        } else {
            if (skipped > 0 && source == answer) {
                // The frames move, and to read them again might have to wait for the disk.
                reserveScratch(size);
                scratch.putBytes(0, answer, position, size);
                source = scratch;
                at = LENGTH_PREFIX;
            }
            size = cut(source, at, size - LENGTH_PREFIX, (int) skipped, wanted, answer, position, room);
            if (size <= 0) {
                return size;
            }
        }
        nextOffset = addedBase + skipped + addedCount;
        isBatchDone = skipped + addedCount == count;
        return size;
    }

    /**
     * Leaves of an intact batch so many messages behind so many others, or as many as there is room for. The batch is where it is to be,
     * or in the scratch buffer.
     */
    private int cut(
            final DirectBuffer source,
            final int at,
            final int length,
            final int skipped,
            final int wanted,
            final MutableDirectBuffer answer,
            final int position,
            final int room) {
        batch.wrap(source, at);
        final long baseTimestamp = batch.baseTimestamp();
        final long originTimestamp = batch.originTimestamp();
        frames.wrap(source, at, length);
        int begin = at + BatchFlyweight.HEADER_LENGTH;
        while (frames.passed() < skipped) {
            if (!frames.next()) {
                return SegmentStore.DAMAGED;
            }
            begin = frames.offset() + frames.length();
        }
        final int framesMax = room - LENGTH_PREFIX - BatchFlyweight.HEADER_LENGTH;
        int framesLength = 0;
        int taken = 0;
        while (taken < wanted) {
            if (!frames.next()) {
                return SegmentStore.DAMAGED;
            }
            final int longer = frames.offset() + frames.length() - begin;
            if (longer > framesMax) {
                break;
            }
            framesLength = longer;
            taken++;
        }
        if (taken == 0) {
            return FULL;
        }
        final int target = position + LENGTH_PREFIX;
        if (source != answer) {
            answer.putBytes(target + BatchFlyweight.HEADER_LENGTH, source, begin, framesLength);
        }
        final int cutLength = BatchFlyweight.HEADER_LENGTH + framesLength;
        answer.putInt(position, cutLength, LITTLE_ENDIAN);
        batch.putHeader(answer, target, addedBase + skipped, baseTimestamp, originTimestamp, cutLength, taken);
        addedCount = taken;
        return LENGTH_PREFIX + cutLength;
    }

    /** Reads a batch with its length into the scratch buffer; bytes read, or pending or damaged. */
    private int readScratch(final long namespace, final long entry) {
        reserveScratch(LENGTH_PREFIX);
        final int result = segments.readHeads(namespace, entry, 1, 0, LENGTH_PREFIX, scratch, 0);
        if (result <= 0) {
            return result;
        }
        final int length = LENGTH_PREFIX + scratch.getInt(0, LITTLE_ENDIAN);
        reserveScratch(length);
        return segments.read(namespace, entry, 1, length, scratch, 0);
    }

    private void reserveScratch(final int length) {
        if (length > scratch.capacity()) {
            scratch.wrap(new byte[length]);
        }
    }

    private static long answer(
            final Partition partition,
            final int count,
            final int length,
            final MutableDirectBuffer answer,
            final int at) {
        answer.putLong(at, partition == null ? 0 : partition.endOffset() - 1, LITTLE_ENDIAN);
        answer.putLong(
                at + PartitionQuery.POLL_BEGIN_OFFSET, partition == null ? 0 : partition.beginOffset(), LITTLE_ENDIAN);
        answer.putLong(at + PartitionQuery.POLL_COUNT_OFFSET, count, LITTLE_ENDIAN);
        return StateMachine.result(ReplyStatus.OK, PartitionQuery.POLL_PREFIX_LENGTH + length);
    }

    private static long failure(final int state) {
        return switch (state) {
            case FULL -> StateMachine.result(ReplyStatus.TOO_LARGE, 0);
            case SegmentStore.PENDING -> StateMachine.PENDING;
            default -> StateMachine.result(ReplyStatus.DAMAGED, 0);
        };
    }
}
