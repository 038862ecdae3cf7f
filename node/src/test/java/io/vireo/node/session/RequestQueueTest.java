package io.vireo.node.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.RequestBatch;
import java.util.ArrayDeque;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RequestQueueTest {
    private final UnsafeBuffer batch = new UnsafeBuffer(new byte[64 * 1024]);
    private final UnsafeBuffer body = new UnsafeBuffer(new byte[64 * 1024]);

    @Test
    void shouldFormBodiesOfWholeBatchesInOrderOfArrivalWhenTheRingWraps() {
        final RequestQueue queue = new RequestQueue(4096, 1000);
        final ArrayDeque<Integer> model = new ArrayDeque<>();
        final Random random = new Random(7);
        int next = 0;
        for (int i = 0; i < 5_000; i++) {
            final int count = 1 + random.nextInt(5);
            final int length = batchOf(next, count, random);
            if (random.nextInt(3) > 0 && queue.offer(batch, 0, length)) {
                for (int r = 0; r < count; r++) {
                    model.add(next++);
                }
            }
            if (random.nextInt(3) == 0) {
                drain(queue, model);
            }
            assertEquals(model.size(), queue.requests());
        }
        while (!queue.isEmpty()) {
            drain(queue, model);
        }
        assertTrue(model.isEmpty());
    }

    @Test
    void shouldRefuseWhenBytesOrRequestsAreExhausted() {
        final RequestQueue few = new RequestQueue(1 << 16, 3);
        assertTrue(few.offer(batch, 0, batchOf(0, 3, new Random(1))));
        assertFalse(few.offer(batch, 0, batchOf(3, 1, new Random(1))));
        final RequestQueue small = new RequestQueue(256, 100);
        assertFalse(small.offer(batch, 0, batchOf(0, 5, new Random(1))));
        assertTrue(small.isEmpty());
    }

    @Test
    void shouldReturnNothingWhenTheFirstBatchDoesNotFit() {
        final RequestQueue queue = new RequestQueue(4096, 100);
        final int length = batchOf(0, 2, new Random(3));
        assertTrue(queue.offer(batch, 0, length));
        assertEquals(0, queue.nextBodyLength(length - 1, 100));
        assertEquals(0, queue.nextBodyLength(length, 1));
        assertEquals(length, queue.nextBodyLength(length, 2));
    }

    private void drain(final RequestQueue queue, final ArrayDeque<Integer> model) {
        final int length = queue.nextBodyLength(2048, 12);
        if (length == 0) {
            assertTrue(queue.isEmpty());
            return;
        }
        final int count = queue.drainInto(body, 16, length);
        assertNull(RequestBatch.invalidReason(body, 16, length));
        assertEquals(count, RequestBatch.count(body, 16));
        int at = RequestBatch.bodies(body, 16);
        for (int i = 0; i < count; i++) {
            final int row = RequestBatch.row(16, i);
            final int id = model.remove();
            assertEquals(id, RequestBatch.request(body, row));
            for (int b = 0; b < RequestBatch.length(body, row); b++) {
                assertEquals((byte) id, body.getByte(at++));
            }
        }
    }

    private int batchOf(final int first, final int count, final Random random) {
        RequestBatch.count(batch, 0, count);
        int at = RequestBatch.bodies(batch, 0);
        for (int i = 0; i < count; i++) {
            final int length = random.nextInt(60);
            RequestBatch.putRow(batch, RequestBatch.row(0, i), 1, 2, 3, first + i, 16, 0, 0, length);
            batch.setMemory(at, length, (byte) (first + i));
            at += length;
        }
        return at;
    }
}
