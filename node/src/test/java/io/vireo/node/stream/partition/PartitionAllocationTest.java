package io.vireo.node.stream.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Polls and offsets leave no garbage; what an append may leave is the segments' own, see their test. */
class PartitionAllocationTest {
    private static final long NAMESPACE = 1;
    /** Less than a chunk: one that is full is in memory only until it is on the disk. */
    private static final int BATCHES = 8;

    private static final int WARM_UP = 5_000;
    private static final int MEASURED = 10_000;
    private static final int LIMIT = 20_000;

    private final UnsafeBuffer query = new UnsafeBuffer(new byte[PartitionQuery.POLL_LENGTH]);
    private final UnsafeBuffer answer = new UnsafeBuffer(new byte[LIMIT]);
    private final UnsafeBuffer body = new UnsafeBuffer(new byte[PartitionOperation.STORE_OFFSET_LENGTH]);
    private final UnsafeBuffer reply = new UnsafeBuffer(new byte[PartitionOperation.REPLY_LENGTH_MAX]);

    @TempDir
    private Path directory;

    @Test
    void shouldAllocateNothingPerPollAndStoredOffsetWhenMessagesAreInMemory() throws IOException {
        try (PartitionHost host = new PartitionHost(directory)) {
            for (int i = 0; i < BATCHES; i++) {
                final Message message = new Message(0, 0, i, 0, i, Message.list(new byte[200]), List.of());
                final byte[] batch = Message.batch(List.of(message, message, message));
                host.apply(i, NAMESPACE, 1, PartitionOperation.APPEND, batch);
            }
            final PartitionMachine machine = host.machine();
            for (int i = 0; i < WARM_UP; i++) {
                turn(machine, i);
            }
            final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < MEASURED; i++) {
                turn(machine, i);
            }
            final long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < MEASURED, "allocated " + allocated + " bytes in " + MEASURED + " turns");
        }
    }

    /** One poll of each kind, whole batches and cut ones, and the offset that an auto-commit stores. */
    private void turn(final PartitionMachine machine, final int number) {
        for (int strategy = PartitionQuery.STRATEGY_OFFSET; strategy <= PartitionQuery.STRATEGY_NEXT; strategy++) {
            final int value = strategy == PartitionQuery.STRATEGY_TIMESTAMP ? number % BATCHES : number % (3 * BATCHES);
            final int length = PartitionQuery.putPoll(query, 0, 1, ConsumerKind.CONSUMER, 1, strategy, value, 7);
            assertEquals(0, machine.read(NAMESPACE, query, 0, length, answer, 0, LIMIT) >>> 32);
        }
        final int length =
                PartitionOperation.putStoreOffset(body, 0, ConsumerKind.CONSUMER, 1, number % (3 * BATCHES - 1));
        assertEquals(0, machine.apply(1, 1, NAMESPACE, 1, PartitionOperation.STORE_OFFSET, body, 0, length, reply, 0));
    }
}
