package io.vireo.node.stream.partition;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import java.util.Arrays;

/** Where the segments of a partition begin, all but the first: what has to be known to forget those before. Oldest first. */
final class SegmentStarts {
    private static final int ENTRY = 0;
    private static final int OFFSET = 1;
    private static final int BYTES = 2;
    private static final int FORMER_TIMESTAMP = 3;
    private static final int STRIDE = 4;

    private long[] rows = new long[STRIDE];
    private int count;

    int count() {
        return count;
    }

    /** Number of its first batch. */
    long entry(final int index) {
        return rows[index * STRIDE + ENTRY];
    }

    /** Of its first message. */
    long offset(final int index) {
        return rows[index * STRIDE + OFFSET];
    }

    /** Bytes of the partition before it. */
    long bytes(final int index) {
        return rows[index * STRIDE + BYTES];
    }

    /** Microseconds; of the last message before it. */
    long formerTimestamp(final int index) {
        return rows[index * STRIDE + FORMER_TIMESTAMP];
    }

    void add(final long entry, final long offset, final long bytes, final long formerTimestamp) {
        if (count * STRIDE == rows.length) {
            rows = Arrays.copyOf(rows, 2 * rows.length);
        }
        final int at = count++ * STRIDE;
        rows[at + ENTRY] = entry;
        rows[at + OFFSET] = offset;
        rows[at + BYTES] = bytes;
        rows[at + FORMER_TIMESTAMP] = formerTimestamp;
    }

    void removeFirst(final int removed) {
        System.arraycopy(rows, removed * STRIDE, rows, 0, (count - removed) * STRIDE);
        count -= removed;
    }

    void writeTo(final SnapshotOutput out) {
        out.writeInt(count);
        for (int i = 0; i < count * STRIDE; i++) {
            out.writeLong(rows[i]);
        }
    }

    /** Reads what {@link #writeTo} has written for this partition, whose bounds are there. */
    void readFrom(final SnapshotInput in, final Partition partition) {
        count = in.readLength(Integer.MAX_VALUE / STRIDE, STRIDE * Long.BYTES, "the number of segments");
        rows = new long[Math.max(1, count) * STRIDE];
        long entry = partition.beginEntry();
        long offset = partition.beginOffset();
        long bytes = partition.beginBytes();
        long timestamp = -1;
        for (int i = 0; i < count; i++) {
            final int at = i * STRIDE;
            entry = Partition.readBetween(in, entry + 1, partition.endEntry() - 1, "first entry of a segment");
            offset = Partition.readBetween(in, offset + 1, partition.endOffset() - 1, "first offset of a segment");
            bytes = Partition.readBetween(in, bytes + 1, partition.endBytes() - 1, "bytes before a segment");
            timestamp = Partition.readBetween(
                    in, timestamp + 1, partition.lastTimestamp() - 1, "last timestamp before a segment");
            rows[at + ENTRY] = entry;
            rows[at + OFFSET] = offset;
            rows[at + BYTES] = bytes;
            rows[at + FORMER_TIMESTAMP] = timestamp;
        }
    }
}
