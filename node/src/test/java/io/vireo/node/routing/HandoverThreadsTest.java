package io.vireo.node.routing;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Shards on threads of their own, each a gateway for sessions that talk to groups of all shards, and asleep whenever there is nothing to do:
 * every request is answered once, with its own bytes, on the thread of its session. A lost wake-up leaves everybody asleep.
 */
@Timeout(60)
class HandoverThreadsTest {
    private static final int SHARDS = 3;
    private static final ShardLayout LAYOUT = new ShardLayout(7, SHARDS);
    private static final int CLIENT = HeaderFlyweight.OWN_FIELDS_OFFSET;
    private static final int NUMBER = HeaderFlyweight.HEADER_LENGTH;
    private static final long LOST_SECONDS = 20;

    private final AtomicInteger unfinished = new AtomicInteger(SHARDS);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Shard[] shards = new Shard[SHARDS];

    @ParameterizedTest
    @CsvSource({"1, 4000", "3, 20000", "200, 60000"})
    void shouldAnswerEveryRequestOnceOnTheThreadOfItsSession(final int inFlightMax, final int requests)
            throws InterruptedException {
        final ShardInbox[] inboxes = new ShardInbox[SHARDS];
        for (int i = 0; i < SHARDS; i++) {
            shards[i] = new Shard(i, inFlightMax, requests);
            inboxes[i] = new ShardInbox(SHARDS, shards[i].sleep::wake);
        }
        for (final Shard shard : shards) {
            shard.router = new ShardRouter(
                    shard.index, LAYOUT, new Placement(100, 7), inboxes, new NoReplicas(), shard::onRequest, shard);
        }
        for (final Shard shard : shards) {
            shard.thread.start();
        }
        for (final Shard shard : shards) {
            shard.thread.join();
        }
        assertNull(failure.get());
        for (final Shard shard : shards) {
            assertEquals(requests, shard.answered);
            assertEquals(0, shard.router.counters().lost());
        }
    }

    private final class Shard implements ClientEdge {
        final int index;
        final int inFlightMax;
        final int requests;
        final Semaphore bed = new Semaphore(0);
        final Sleep sleep = new Sleep(bed::release);
        final Thread thread = new Thread(this::run);
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[4096]);
        /** By number modulo the window: what waits for its answer. */
        final long[] waiting;

        ShardRouter router;
        int sent;
        int answered;

        Shard(final int index, final int inFlightMax, final int requests) {
            this.index = index;
            this.inFlightMax = inFlightMax;
            this.requests = requests;
            this.waiting = new long[inFlightMax];
        }

        void run() {
            try {
                boolean isFinished = false;
                while (unfinished.get() > 0) {
                    if (turn() > 0) {
                        continue;
                    }
                    if (!isFinished && answered == requests) {
                        isFinished = true;
                        if (unfinished.decrementAndGet() == 0) {
                            endAll();
                        }
                        continue;
                    }
                    sleep.begin();
                    if (turn() == 0 && unfinished.get() > 0 && !bed.tryAcquire(LOST_SECONDS, TimeUnit.SECONDS)) {
                        throw new AssertionError("shard " + index + " was not woken for " + LOST_SECONDS + " s");
                    }
                    sleep.end();
                }
            } catch (final InterruptedException | RuntimeException | AssertionError e) {
                failure.compareAndSet(null, e);
                endAll();
            }
        }

        private void endAll() {
            unfinished.set(0);
            for (final Shard shard : shards) {
                shard.bed.release();
            }
        }

        private int turn() {
            int work = router.drainInbox();
            while (sent < requests && waiting[sent % inFlightMax] == 0) {
                final int group = sent * 31 % LAYOUT.groupCount();
                final int length = NUMBER + 8 + sent % 1000;
                frame.putLong(CLIENT, index, LITTLE_ENDIAN);
                frame.putLong(CLIENT + 8, 77, LITTLE_ENDIAN);
                frame.putLong(NUMBER, sent + 1, LITTLE_ENDIAN);
                frame.setMemory(NUMBER + 8, length - NUMBER - 8, (byte) sent);
                waiting[sent % inFlightMax] = sent + 1L;
                final int number = sent++;
                final RouteOutcome outcome = router.submit(group, frame, 0, length);
                if (!outcome.isTaken()) {
                    throw new AssertionError("request " + number + " was not taken: " + outcome);
                }
                work++;
            }
            return work;
        }

        /** The group answers with the request itself. */
        void onRequest(final int group, final MutableDirectBuffer buffer, final int offset, final int length) {
            onMyThread();
            if (LAYOUT.shardOf(group) != index) {
                throw new AssertionError("group " + group + " on shard " + index);
            }
            router.sendToClient(buffer.getLong(offset + CLIENT, LITTLE_ENDIAN), 77, buffer, offset, length);
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
            onMyThread();
            final long number = buffer.getLong(offset + NUMBER, LITTLE_ENDIAN);
            final int slot = (int) ((number - 1) % inFlightMax);
            if (clientLo != index || waiting[slot] != number || length != NUMBER + 8 + (number - 1) % 1000) {
                throw new AssertionError("answer " + number + " for " + clientLo + " on shard " + index
                        + ", waiting is " + waiting[slot] + ", length " + length);
            }
            for (int i = NUMBER + 8; i < length; i++) {
                if (buffer.getByte(offset + i) != (byte) (number - 1)) {
                    throw new AssertionError("answer " + number + " was changed");
                }
            }
            waiting[slot] = 0;
            answered++;
        }

        @Override
        public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
            throw new AssertionError("nothing is announced");
        }

        private void onMyThread() {
            if (Thread.currentThread() != thread) {
                throw new AssertionError("on " + Thread.currentThread());
            }
        }
    }
}
