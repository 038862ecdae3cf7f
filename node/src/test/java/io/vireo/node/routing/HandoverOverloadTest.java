package io.vireo.node.routing;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.Placement;
import io.vireo.bootstrap.config.ShardLayout;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.port.ClientEdge;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two shards ask a slow third one for more than it does, on threads: requests are refused, no answer is lost, and what one asks the other
 * goes on.
 */
@Timeout(60)
class HandoverOverloadTest {
    private static final int SHARDS = 3;
    private static final int SLOW = 2;
    private static final int CLIENT = HeaderFlyweight.OWN_FIELDS_OFFSET;
    private static final int LENGTH = HeaderFlyweight.HEADER_LENGTH;
    private static final int PER_TURN = 64;
    private static final int TURNS = 1_600;
    /** Of those who ask, for each time that the slow one takes 256 frames: it is asked for twice what it does. */
    private static final int TURNS_PER_DRAIN = 8;

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicInteger asking = new AtomicInteger(SHARDS - 1);
    private final Semaphore pace = new Semaphore(0);
    private final Shard[] shards = new Shard[SHARDS];

    @Test
    void shouldRefuseRequestsAndLoseNoAnswerWhenAShardIsTooSlow() throws InterruptedException {
        final ShardInbox[] inboxes = new ShardInbox[SHARDS];
        for (int i = 0; i < SHARDS; i++) {
            inboxes[i] = new ShardInbox(SHARDS, () -> {});
            shards[i] = new Shard(i);
        }
        for (final Shard shard : shards) {
            shard.router = new ShardRouter(
                    shard.index,
                    new ShardLayout(SHARDS, SHARDS),
                    new Placement(100, SHARDS),
                    inboxes,
                    new NoReplicas(),
                    shard::onRequest,
                    shard);
        }
        for (final Shard shard : shards) {
            shard.thread.start();
        }
        for (final Shard shard : shards) {
            shard.thread.join();
        }
        assertNull(failure.get());
        for (int i = 0; i < SLOW; i++) {
            // What was left in the inboxes when the threads ended.
            shards[SLOW].drainAll();
            shards[1 - i].drainAll();
            shards[i].drainAll();
        }
        for (final Shard shard : shards) {
            assertEquals(0, shard.router.counters().lost(), "answers of shard " + shard.index);
        }
        for (int i = 0; i < SLOW; i++) {
            assertEquals(shards[i].taken, shards[i].answered, "shard " + i);
            assertTrue(shards[i].refusedBySlow > 0, "shard " + i + " was never refused");
        }
        assertTrue(shards[0].takenByOther > 0, "the other shard was out of reach too");
    }

    private final class Shard implements ClientEdge {
        final int index;
        final Thread thread = new Thread(this::run);
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[LENGTH]);
        ShardRouter router;
        int taken;
        int takenByOther;
        int refusedBySlow;
        int answered;

        Shard(final int index) {
            this.index = index;
            frame.putLong(CLIENT, index, LITTLE_ENDIAN);
        }

        private void run() {
            try {
                if (index == SLOW) {
                    while (asking.get() > 0) {
                        if (pace.tryAcquire(1, TimeUnit.SECONDS)) {
                            router.drainInbox();
                        }
                    }
                    return;
                }
                for (int turn = 1; turn <= TURNS && failure.get() == null; turn++) {
                    for (int i = 0; i < PER_TURN; i++) {
                        ask(SLOW);
                        if (index == 0) {
                            ask(1);
                        }
                    }
                    drainAll();
                    if (turn % TURNS_PER_DRAIN == 0) {
                        pace.release();
                    }
                }
            } catch (final InterruptedException e) {
                failure.compareAndSet(null, e);
            } catch (final RuntimeException | AssertionError e) {
                failure.compareAndSet(null, e);
            } finally {
                asking.decrementAndGet();
            }
        }

        private void ask(final int group) {
            final RouteOutcome outcome = router.submit(group, frame, 0, LENGTH);
            if (outcome == RouteOutcome.QUEUED) {
                taken++;
                takenByOther += group == SLOW ? 0 : 1;
            } else {
                assertEquals(RouteOutcome.BUSY, outcome);
                refusedBySlow += group == SLOW ? 1 : 0;
            }
        }

        void drainAll() {
            while (router.drainInbox() > 0) {
                // Until there is nothing left.
            }
        }

        private void onRequest(final int group, final MutableDirectBuffer buffer, final int offset, final int length) {
            final long client = buffer.getLong(offset + CLIENT, LITTLE_ENDIAN);
            router.sendToClient(client, 0, buffer, offset, length);
        }

        @Override
        public boolean isClientHere(final long clientLo, final long clientHi) {
            return clientLo == index;
        }

        @Override
        public void sendToClient(
                final long clientLo,
                final long clientHi,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            assertEquals(index, clientLo);
            answered++;
        }

        @Override
        public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
            throw new AssertionError("nothing is announced");
        }
    }
}
