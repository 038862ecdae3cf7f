package io.vireo.node.stream.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

class SparseIndexProps {
    private static final int INTERVAL = 100;
    private static final int ROWS_MAX = 8;
    private static final int LENGTH_MAX = 150;

    private record Batch(long offset, long timestamp, long bytesBefore) {}

    /** Whatever is looked up, the row is at or before it, and not further away than an interval and the batches at its ends. */
    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void shouldLeadCloseToEachBatchWhenItIsThinnedAndCut(@ForAll final long seed) {
        final Random random = new Random(seed);
        final SparseIndex index = new SparseIndex(INTERVAL, ROWS_MAX);
        final List<Batch> batches = new ArrayList<>();
        long offset = 0;
        long timestamp = 5;
        long bytes = 0;
        int begin = 0;
        final int count = random.nextInt(400);
        for (int entry = 0; entry < count; entry++) {
            batches.add(new Batch(offset, timestamp, bytes));
            index.offer(offset, timestamp, entry, bytes);
            offset += 1 + random.nextInt(5);
            timestamp += 1 + random.nextInt(5);
            bytes += 1 + random.nextInt(LENGTH_MAX);
            if (random.nextInt(40) == 0) {
                begin = begin + random.nextInt(entry + 1 - begin);
                index.dropBelow(begin);
            }
        }
        assertTrue(index.count() <= ROWS_MAX);
        // The interval is doubled when the table is full, which it is not before so many bytes.
        long interval = INTERVAL;
        while (interval * ROWS_MAX / 2 < bytes) {
            interval *= 2;
        }
        for (int entry = begin; entry < count; entry++) {
            final Batch batch = batches.get(entry);
            final int row = index.floorOfOffset(batch.offset);
            assertEquals(row, index.floorOfTimestamp(batch.timestamp));
            final int from = row < 0 ? begin : (int) index.entry(row);
            final int to = row + 1 < index.count() ? (int) index.entry(row + 1) : count;
            assertTrue(begin <= from && from <= entry && entry < to, "between the rows");
            final long span = (to == count ? bytes : batches.get(to).bytesBefore) - batches.get(from).bytesBefore;
            assertTrue(span <= interval + 2 * LENGTH_MAX, "rows are close");
        }
        for (int row = 1; row < index.count(); row++) {
            final long gap = batches.get((int) index.entry(row)).bytesBefore
                    - batches.get((int) index.entry(row - 1)).bytesBefore;
            assertTrue(gap >= INTERVAL, "rows are not closer than the interval");
        }
    }
}
