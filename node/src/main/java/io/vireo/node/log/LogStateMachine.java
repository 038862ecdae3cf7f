package io.vireo.node.log;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.Placement;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.SegmentStore;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A plain replicated log per namespace: append bytes, get their offset; read from an offset. Offsets are dense and start at 0; a namespace
 * begins to exist with its first entry and stays. Driven by the group's thread. The entries are in segments; there is no other state, so
 * its part of a snapshot is empty. Both formats are little-endian.
 *
 * <pre>
 * append   request: the entry's bytes, none allowed       reply: offset u64
 * read     query:   from u64, maxEntries u32, maxBytes u32 (0 = as many as the answer may take)
 *          answer:  end u64 (offset of the next append), count u32, zero u32, then per entry length u32, bytes
 * </pre>
 *
 * An answer carries the first entry even if that alone exceeds maxBytes, so that a reader always gets on.
 */
public final class LogStateMachine implements StateMachine {
    public static final int OPERATION_APPEND = 16;

    public static final int APPEND_REPLY_LENGTH = 8;
    public static final int QUERY_LENGTH = 16;
    public static final int QUERY_FROM_OFFSET = 0;
    public static final int QUERY_MAX_ENTRIES_OFFSET = 8;
    public static final int QUERY_MAX_BYTES_OFFSET = 12;
    public static final int ANSWER_PREFIX_LENGTH = 16;
    public static final int ANSWER_END_OFFSET = 0;
    public static final int ANSWER_COUNT_OFFSET = 8;

    /** A namespace of a plain log is never dropped, so it has one incarnation. */
    private static final long INCARNATION = 1;

    private final Placement placement;
    private final int group;
    private final int entrySizeMax;
    private final SegmentStore segments;

    public LogStateMachine(final ClusterConfig config, final int group, final SegmentStore segments) {
        this.placement = config.placement();
        this.group = group;
        this.entrySizeMax = config.segmentLimits().entrySizeMax();
        this.segments = segments;
    }

    @Override
    public int replySizeMax() {
        return APPEND_REPLY_LENGTH;
    }

    /** Entries in a namespace, which is the offset of its next one. */
    public long end(final long namespace) {
        return placement.groupOf(namespace) == group ? segments.end(namespace) : 0;
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
        final int refusal = refusal(namespace, operation, length);
        if (refusal != ReplyStatus.OK) {
            return StateMachine.result(refusal, 0);
        }
        final long entry = segments.append(namespace, INCARNATION, body, offset, length);
        reply.putLong(replyOffset, entry, LITTLE_ENDIAN);
        return StateMachine.result(ReplyStatus.OK, APPEND_REPLY_LENGTH);
    }

    private int refusal(final long namespace, final int operation, final int length) {
        if (operation != OPERATION_APPEND) {
            return ReplyStatus.MALFORMED;
        }
        if (placement.groupOf(namespace) != group) {
            return ReplyStatus.UNKNOWN_NAMESPACE;
        }
        return length > entrySizeMax ? ReplyStatus.TOO_LARGE : ReplyStatus.OK;
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
        if (placement.groupOf(namespace) != group) {
            return StateMachine.result(ReplyStatus.UNKNOWN_NAMESPACE, 0);
        }
        if (length != QUERY_LENGTH) {
            return StateMachine.result(ReplyStatus.MALFORMED, 0);
        }
        final int room = limit - ANSWER_PREFIX_LENGTH;
        if (room < 0) {
            return StateMachine.result(ReplyStatus.TOO_LARGE, 0);
        }
        final long from = query.getLong(offset + QUERY_FROM_OFFSET, LITTLE_ENDIAN);
        if (from < 0) {
            return StateMachine.result(ReplyStatus.MALFORMED, 0);
        }
        final int maxEntries = boundOrAll(query.getInt(offset + QUERY_MAX_ENTRIES_OFFSET, LITTLE_ENDIAN));
        final int maxBytes = Math.min(room, boundOrAll(query.getInt(offset + QUERY_MAX_BYTES_OFFSET, LITTLE_ENDIAN)));
        final long end = segments.end(namespace);
        final int at = answerOffset + ANSWER_PREFIX_LENGTH;
        int size = segments.read(namespace, from, maxEntries, maxBytes, answer, at);
        if (size == 0 && from < end) {
            size = segments.read(namespace, from, 1, room, answer, at);
        }
        if (size == SegmentStore.PENDING) {
            return PENDING;
        }
        if (size == SegmentStore.DAMAGED) {
            return StateMachine.result(ReplyStatus.DAMAGED, 0);
        }
        if (size == 0 && from < end) {
            return StateMachine.result(ReplyStatus.TOO_LARGE, 0);
        }
        answer.putLong(answerOffset + ANSWER_END_OFFSET, end, LITTLE_ENDIAN);
        answer.putLong(answerOffset + ANSWER_COUNT_OFFSET, size == 0 ? 0 : segments.lastReadCount(), LITTLE_ENDIAN);
        return StateMachine.result(ReplyStatus.OK, ANSWER_PREFIX_LENGTH + size);
    }

    @Override
    public void snapshot(final SnapshotOutput out) {
        // The entries are in the files that the checkpoint's manifest lists.
    }

    @Override
    public void restore(final SnapshotInput in) {
        in.checkEnd();
    }

    /** A bound as an unsigned number that an int can hold; 0 is no bound. */
    private static int boundOrAll(final int value) {
        return value <= 0 ? Integer.MAX_VALUE : value;
    }
}
