package io.vireo.node.stream.partition;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import java.util.Arrays;

/**
 * Where some of the batches of a partition are, so that a search looks at few of the others: a batch has a row if at least
 * {@link #intervalBytes} lie between it and the one that had a row last. A table that is full keeps every second row and doubles the
 * interval. Both are pure functions of the batches, and so is the table, which is part of the snapshot: to derive it from the segments a
 * restart would have to read all of them, to write it there costs 24 bytes per chunk of the segments; see docs/adr/0004.
 */
final class SparseIndex {
    /** Rows of one partition, which take 384 KiB. */
    static final int ROWS_MAX = 1 << 14;

    private static final int OFFSET = 0;
    private static final int TIMESTAMP = 1;
    private static final int ENTRY = 2;
    private static final int STRIDE = 3;
    private static final int ROWS_MIN = 4;
    private static final int SHIFT_MAX = 40;

    private final long intervalBytes;
    private final int rowsMax;
    private long[] rows = new long[ROWS_MIN * STRIDE];
    private int count;
    /** The interval is doubled so many times. */
    private int shift;
    /** Bytes of the partition before the batch that had a row last. */
    private long indexedTo;

    /** @param rowsMax even. */
    SparseIndex(final long intervalBytes, final int rowsMax) {
        this.intervalBytes = intervalBytes;
        this.rowsMax = rowsMax;
    }

    int count() {
        return count;
    }

    long entry(final int row) {
        return rows[row * STRIDE + ENTRY];
    }

    /** Last row whose batch begins at or before this offset, or -1. */
    int floorOfOffset(final long offset) {
        return floor(OFFSET, offset);
    }

    /** Last row whose batch has this timestamp or an earlier one, or -1. */
    int floorOfTimestamp(final long timestamp) {
        return floor(TIMESTAMP, timestamp);
    }

    /** Whether a batch with so many bytes of the partition before it would get a row. */
    boolean wants(final long bytesBefore) {
        return bytesBefore - indexedTo >= intervalBytes << shift;
    }

    /** Adds a row for a batch behind all others, if it is to have one. */
    void offer(final long offset, final long timestamp, final long entry, final long bytesBefore) {
        if (!wants(bytesBefore)) {
            return;
        }
        if (count == rowsMax) {
            thin();
        }
        if (count * STRIDE == rows.length) {
            rows = Arrays.copyOf(rows, Math.min(2 * count, rowsMax) * STRIDE);
        }
        final int at = count++ * STRIDE;
        rows[at + OFFSET] = offset;
        rows[at + TIMESTAMP] = timestamp;
        rows[at + ENTRY] = entry;
        indexedTo = bytesBefore;
    }

    /** Forgets batches before this entry. */
    void dropBelow(final long entry) {
        int removed = 0;
        while (removed < count && entry(removed) < entry) {
            removed++;
        }
        System.arraycopy(rows, removed * STRIDE, rows, 0, (count - removed) * STRIDE);
        count -= removed;
    }

    void writeTo(final SnapshotOutput out) {
        out.writeInt(shift);
        out.writeLong(indexedTo);
        out.writeInt(count);
        for (int i = 0; i < count * STRIDE; i++) {
            out.writeLong(rows[i]);
        }
    }

    /** Reads what {@link #writeTo} has written for this partition, all of whose other fields are there. */
    void readFrom(final SnapshotInput in, final Partition partition) {
        shift = in.readLength(SHIFT_MAX, 0, "how often an interval of the index is doubled");
        indexedTo = in.readLong();
        in.check(indexedTo >= 0 && indexedTo < partition.endBytes(), "a batch of the partition is indexed", indexedTo);
        count = in.readLength(rowsMax, STRIDE * Long.BYTES, "the number of rows of an index");
        rows = new long[Math.max(ROWS_MIN, count) * STRIDE];
        long offset = partition.beginOffset() - 1;
        long timestamp = -1;
        long entry = partition.beginEntry() - 1;
        for (int i = 0; i < count; i++) {
            final int at = i * STRIDE;
            rows[at + OFFSET] = Partition.readBetween(in, offset + 1, partition.endOffset() - 1, "offset of a row");
            rows[at + TIMESTAMP] =
                    Partition.readBetween(in, timestamp + 1, partition.lastTimestamp(), "timestamp of a row");
            rows[at + ENTRY] = Partition.readBetween(in, entry + 1, partition.endEntry() - 1, "entry of a row");
            offset = rows[at + OFFSET];
            timestamp = rows[at + TIMESTAMP];
            entry = rows[at + ENTRY];
        }
    }

    private void thin() {
        count /= 2;
        for (int i = 0; i < count; i++) {
            System.arraycopy(rows, (2 * i + 1) * STRIDE, rows, i * STRIDE, STRIDE);
        }
        shift++;
    }

    private int floor(final int column, final long value) {
        int low = -1;
        int high = count;
        while (high - low > 1) {
            final int middle = (low + high) >> 1;
            if (rows[middle * STRIDE + column] <= value) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
