package io.vireo.node.stream.partition;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.segment.SegmentStore;
import org.agrona.concurrent.UnsafeBuffer;

/** Finds batches by offset or timestamp: the index says between which two, the headers of those between them the rest. */
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

    BatchSearch(final SegmentStore segments) {
        this.segments = segments;
    }

    /** Number of the batch that was found. */
    long entry() {
        return entry;
    }

    /** Finds the batch of the message with this offset, which is kept. */
    int byOffset(final long namespace, final Partition partition, final long offset) {
        if (offset == partition.hintOffset() && partition.hintEntry() >= partition.beginEntry()) {
            entry = partition.hintEntry();
            return FOUND;
        }
        long low = partition.beginEntry();
        long high = partition.endEntry();
        final SparseIndex index = partition.index();
        if (index != null) {
            final int row = index.floorOfOffset(offset);
            low = row < 0 ? low : index.entry(row);
            high = row + 1 < index.count() ? index.entry(row + 1) : high;
        }
        if (offset > partition.hintOffset()) {
            low = Math.max(low, partition.hintEntry());
        }
        return last(namespace, BatchFlyweight.BASE_OFFSET_OFFSET, offset, low, high);
    }

    /** Finds the first batch that has this timestamp or a later one; there is one. */
    int byTimestamp(final long namespace, final Partition partition, final long timestamp) {
        // The last one that is earlier may be none, or one that is no longer kept.
        long low = partition.beginEntry() - 1;
        long high = partition.endEntry();
        final SparseIndex index = partition.index();
        if (index != null) {
            final int row = index.floorOfTimestamp(timestamp - 1);
            low = row < 0 ? low : index.entry(row);
            high = row + 1 < index.count() ? index.entry(row + 1) : high;
        }
        final int result = last(namespace, BatchFlyweight.BASE_TIMESTAMP_OFFSET, timestamp - 1, low, high);
        entry++;
        return result;
    }

    /** The last batch from {@code from} on and before {@code to} whose field is at most {@code value}; the first one's is. */
    private int last(final long namespace, final int field, final long value, final long from, final long to) {
        long low = from;
        long high = to;
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
        entry = low;
        return FOUND;
    }
}
