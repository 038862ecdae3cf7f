package io.vireo.node.stream.partition;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import java.util.Arrays;

/** The last offset that each consumer of a partition, or each group, has stored; sorted by the consumers' numbers. */
final class ConsumerOffsets {
    /** Consumers of one kind that a partition knows, which take a megabyte. */
    static final int CONSUMERS_MAX = 1 << 16;

    /** Answer for a consumer that has stored none. */
    static final long NONE = -1;

    private long[] consumers = new long[1];
    private long[] offsets = new long[1];
    private int count;

    int count() {
        return count;
    }

    /** Ascending. */
    long consumer(final int index) {
        return consumers[index];
    }

    /** Index of the first that is not below. */
    int firstFrom(final long consumer) {
        final int index = Arrays.binarySearch(consumers, 0, count, consumer);
        return index < 0 ? -index - 1 : index;
    }

    /** The stored offset, or {@link #NONE}. */
    long get(final long consumer) {
        final int index = Arrays.binarySearch(consumers, 0, count, consumer);
        return index < 0 ? NONE : offsets[index];
    }

    /** Stores it, forwards or backwards; false if there is no room for another consumer. */
    boolean put(final long consumer, final long offset) {
        int index = Arrays.binarySearch(consumers, 0, count, consumer);
        if (index < 0) {
            if (count == CONSUMERS_MAX) {
                return false;
            }
            index = -index - 1;
            insert(index);
            consumers[index] = consumer;
        }
        offsets[index] = offset;
        return true;
    }

    /** False if there was none. */
    boolean remove(final long consumer) {
        final int index = Arrays.binarySearch(consumers, 0, count, consumer);
        if (index < 0) {
            return false;
        }
        count--;
        System.arraycopy(consumers, index + 1, consumers, index, count - index);
        System.arraycopy(offsets, index + 1, offsets, index, count - index);
        return true;
    }

    void writeTo(final SnapshotOutput out) {
        out.writeInt(count);
        for (int i = 0; i < count; i++) {
            out.writeLong(consumers[i]);
            out.writeLong(offsets[i]);
        }
    }

    /** Reads what {@link #writeTo} has written. An offset at or above the end is refused, never cut: messages would be missing. */
    void readFrom(final SnapshotInput in, final long endOffset) {
        count = in.readLength(CONSUMERS_MAX, 2 * Long.BYTES, "the number of consumers");
        consumers = new long[Math.max(1, count)];
        offsets = new long[Math.max(1, count)];
        for (int i = 0; i < count; i++) {
            consumers[i] = in.readLong();
            in.check(i == 0 || consumers[i] > consumers[i - 1], "consumers are sorted", consumers[i]);
            offsets[i] = in.readLong();
            in.check(
                    offsets[i] >= 0 && offsets[i] < endOffset,
                    "the offset of a consumer is below the end of its partition, " + endOffset,
                    offsets[i]);
        }
    }

    private void insert(final int index) {
        if (count == consumers.length) {
            consumers = Arrays.copyOf(consumers, 2 * count);
            offsets = Arrays.copyOf(offsets, 2 * count);
        }
        System.arraycopy(consumers, index, consumers, index + 1, count - index);
        System.arraycopy(offsets, index, offsets, index + 1, count - index);
        count++;
    }
}
