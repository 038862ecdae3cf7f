package io.vireo.node.routing;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.vireo.bootstrap.config.Placement;
import io.vireo.bootstrap.config.ShardLayout;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.port.ClientEdge;
import java.lang.management.ManagementFactory;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A request that is handed over and its answer cost no memory once the envelopes are there. */
class HandoverAllocationTest {
    private static final int CLIENT = HeaderFlyweight.OWN_FIELDS_OFFSET;
    private static final int LENGTH = 4096;
    private static final int WARM_UP = 20_000;
    private static final int ROUNDS = 20_000;
    private static final int LARGE = 1 << 20;
    /** More than what is kept of large buffers. */
    private static final int BURST = 12;

    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[LENGTH]);
    private final ShardRouter[] routers = new ShardRouter[2];
    private long answers;

    @Test
    void shouldAllocateNothingPerRequestWhenTrafficIsSteady() {
        final ShardInbox[] inboxes = {new ShardInbox(2, () -> {}), new ShardInbox(2, () -> {})};
        for (int shard = 0; shard < 2; shard++) {
            final Edge edge = new Edge(shard);
            routers[shard] = new ShardRouter(
                    shard,
                    new ShardLayout(2, 2),
                    new Placement(100, 2),
                    inboxes,
                    new NoReplicas(),
                    (group, buffer, offset, length) -> routers[group].sendToClient(7, 8, buffer, offset, length),
                    edge);
        }
        frame.putLong(CLIENT, 7, LITTLE_ENDIAN);
        frame.putLong(CLIENT + Long.BYTES, 8, LITTLE_ENDIAN);
        // Large frames fill what is kept of large buffers, which must not cost the small ones theirs.
        final UnsafeBuffer large = new UnsafeBuffer(new byte[LARGE]);
        large.putBytes(CLIENT, frame, CLIENT, 2 * Long.BYTES);
        for (int i = 0; i < BURST; i++) {
            assertEquals(RouteOutcome.QUEUED, routers[0].submit(1, large, 0, LARGE));
        }
        routers[1].drainInbox();
        routers[0].drainInbox();
        assertEquals(BURST, answers);
        rounds(WARM_UP);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long thread = Thread.currentThread().getId();
        final long before = threads.getThreadAllocatedBytes(thread);
        rounds(ROUNDS);
        final long allocated = threads.getThreadAllocatedBytes(thread) - before;
        assertEquals(BURST + WARM_UP + ROUNDS, answers);
        assertEquals(0, allocated / ROUNDS, "bytes per request, " + allocated + " in all");
    }

    private void rounds(final int count) {
        for (int i = 0; i < count; i++) {
            routers[0].submit(1, frame, 0, LENGTH);
            routers[1].drainInbox();
            routers[0].drainInbox();
        }
    }

    /** The client is on shard 0. */
    private final class Edge implements ClientEdge {
        private final int shard;

        Edge(final int shard) {
            this.shard = shard;
        }

        @Override
        public boolean isClientHere(final long clientLo, final long clientHi) {
            return shard == 0;
        }

        @Override
        public void sendToClient(
                final long clientLo,
                final long clientHi,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            assertEquals(0, shard);
            answers++;
        }

        @Override
        public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
            throw new AssertionError("nothing is announced");
        }
    }
}
