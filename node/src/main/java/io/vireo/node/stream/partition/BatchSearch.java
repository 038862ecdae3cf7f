package io.vireo.node.stream.partition;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.segment.SegmentStore;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds batches by offset or timestamp: the index says between which two, the headers of those between them the rest. A poll that must
 * wait for the disk is asked again; its search then goes on where it stopped, because what it has read by then may already have made room
 * for what it waits for.
 */
final class BatchSearch {
    /** Result: {@link #entry} is the batch. The other results are those of {@link SegmentStore#read}. */
    static final int FOUND = 0;

    /** So many headers or fewer are read in a row: what is together is fetched together. */
    private static final int SCAN_MAX = 64;

    private static final int LENGTH_PREFIX = 4;
    private static final int STRIDE = LENGTH_PREFIX + BatchFlyweight.HEADER_LENGTH;

    private final SegmentStore segments;
    private final UnsafeBuffer heads = new UnsafeBuffer(new byte[SCAN_MAX * STRIDE]);
    private long entry;

    /** What is looked for: the last batch of a partition with at most this value in this field of its header. */
    private Partition partition;

    private int field;
    private long value;
    /** It is this one or behind it, and before that one. */
    private long low;

    private long high;

    BatchSearch(final SegmentStore segments) {
        this.segments = segments;
    }

    /** Number of the batch that was found. */
    long entry() {
        return entry;
    }

    /** Finds the batch of the message with this offset, which is kept. */
    int byOffset(final long namespace, final Partition in, final long offset) {
        if (isNew(in, BatchFlyweight.BASE_OFFSET_OFFSET, offset)) {
            if (offset >= in.hintOffset()) {
                low = in.hintEntry();
                high = offset == in.hintOffset() ? low + 1 : high;
            }
            if (high > low + 1 && in.index() != null) {
                between(in.index(), in.index().floorOfOffset(offset));
            }
        }
        low = Math.max(low, in.beginEntry());
        final int result = narrow(namespace);
        entry = low;
        return result;
    }

    /** Finds the first batch that has this timestamp or a later one; there is one. */
    int byTimestamp(final long namespace, final Partition in, final long timestamp) {
        if (isNew(in, BatchFlyweight.BASE_TIMESTAMP_OFFSET, timestamp - 1) && in.index() != null) {
            between(in.index(), in.index().floorOfTimestamp(timestamp - 1));
        }
        // The last one that is earlier may be none, or one that is no longer kept.
        low = Math.max(low, in.beginEntry() - 1);
        final int result = narrow(namespace);
        entry = low + 1;
        return result;
    }

    /** False if this goes on with the last search: what it found out holds, since batches only come behind and go in front. */
    private boolean isNew(final Partition in, final int newField, final long newValue) {
        if (partition == in && field == newField && value == newValue) {
            return false;
        }
        partition = in;
        field = newField;
        value = newValue;
        low = -1;
        high = in.endEntry();
        return true;
    }

    private void between(final SparseIndex index, final int row) {
        low = row < 0 ? low : Math.max(low, index.entry(row));
        high = row + 1 < index.count() ? index.entry(row + 1) : high;
    }

    private int narrow(final long namespace) {
        while (high - low > 1) {
            final boolean isScan = high - low <= SCAN_MAX;
            final long first = isScan ? low + 1 : (low + high) >> 1;
            final int wanted = isScan ? (int) (high - first) : 1;
            final int result = segments.readHeads(
                    namespace, first, wanted, BatchFlyweight.HEADER_LENGTH, heads.capacity(), heads, 0);
            if (result <= 0) {
                return result == 0 ? SegmentStore.DAMAGED : result;
            }
            for (int i = 0; i < segments.lastReadCount() && high > first + i; i++) {
                if (heads.getInt(i * STRIDE, LITTLE_ENDIAN) < BatchFlyweight.LENGTH_MIN) {
                    return SegmentStore.DAMAGED;
                }
                if (heads.getLong(i * STRIDE + LENGTH_PREFIX + field, LITTLE_ENDIAN) > value) {
                    high = first + i;
                } else {
                    low = first + i;
                }
            }
        }
        return FOUND;
    }
}
