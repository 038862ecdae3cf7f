package io.vireo.node.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.open.DataFileFormatter;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.storage.Storage;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.core.TraceSink;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.message.RequestFlyweight;
import io.vireo.node.port.MessageBus;
import io.vireo.node.port.SeededRandom;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole turns of a primary and of a backup over real files, frames in and frames out: what a turn allocates on the thread that drives it.
 * A third replica is down, so that all work of the two goes through one quorum.
 */
class TurnAllocationTest {
    private static final int GROUP = 0;
    private static final long CLIENT = 7L << 48;
    private static final int REQUESTS_PER_FRAME = 4;
    private static final int BODY_LENGTH = 200;
    private static final int FRAMES = 400;
    private static final int WARM_UP = 100;
    /**
     * Frames with any allocation at all. The journal takes a chunk of memory every 256 headers until a checkpoint gives one back, a segment
     * notes every 64 KiB written, and the virtual machine allocates now and then when it links or compiles.
     */
    private static final int ALLOCATING_MAX = (FRAMES - WARM_UP) / 10;

    private static final long MILLIS = 1_000_000;

    private final ClusterConfig config = new NodeContext()
            .name("turns")
            .clusterId(1, 2)
            .replicaCount(3)
            .groupCount(1)
            .walBytes(16 << 20)
            .prepareSizeMax(16 << 10)
            .segmentBytes(4 << 20)
            .namespacesMax(1)
            .conclude();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Semaphore wakeups = new Semaphore(0);
    private final Checksum checksum = new Checksum();
    private final Member[] members = new Member[2];
    private long nowNs = 1;
    private long allocated;

    @TempDir
    Path directory;

    /** One replica with its files, and the frames that wait for it. */
    private final class Member implements MessageBus, TraceSink {
        private final FileStorage storage;
        private final ReplicaHost host;
        /** Memory for all frames that can wait at once, reused in turn. */
        private final UnsafeBuffer[] inbox = new UnsafeBuffer[64];

        private final int[] lengths = new int[inbox.length];
        private int first;
        private int end;
        private long replies;
        private long formed;

        Member(final int replica) throws IOException {
            final Path files = Files.createDirectory(directory.resolve("replica-" + replica));
            storage = new FileStorage(files, wakeups::release, false);
            for (int i = 0; i < inbox.length; i++) {
                inbox[i] = new UnsafeBuffer(new byte[config.prepareSizeMax()]);
            }
            format(replica);
            host = new ReplicaHost(new HostContext(
                    config,
                    replica,
                    GROUP,
                    storage,
                    this,
                    new SeededRandom(replica + 1),
                    replica + 1,
                    segments -> new LogStateMachine(config, GROUP, segments),
                    this));
        }

        private void format(final int replica) {
            final DataFileFormatter formatter = new DataFileFormatter(storage, config.identity(replica, GROUP, 3, 4));
            formatter.start();
            final Storage.Completions sink = new Storage.Completions() {
                @Override
                public void onCompletion(final long token, final long result) {
                    formatter.onCompletion(token, result);
                }

                @Override
                public void onFailure(final String message) {
                    throw new IllegalStateException(message);
                }
            };
            while (!formatter.isDone()) {
                if (storage.poll(sink) == 0) {
                    wakeups.acquireUninterruptibly();
                }
            }
        }

        /** Takes what has come, and does what follows from it; true if there was anything. */
        boolean turn() {
            final long before = threads.getCurrentThreadAllocatedBytes();
            boolean isAny = false;
            while (first != end) {
                final int slot = first++ & inbox.length - 1;
                host.onMessage(inbox[slot], 0, lengths[slot]);
                isAny = true;
            }
            isAny |= host.poll(nowNs, nowNs) + host.pollFiles(nowNs) > 0;
            allocated += threads.getCurrentThreadAllocatedBytes() - before;
            return isAny;
        }

        void receive(final DirectBuffer buffer, final int offset, final int length) {
            assertTrue(end - first < inbox.length, "more frames wait than the test has memory for");
            final int slot = end++ & inbox.length - 1;
            inbox[slot].putBytes(0, buffer, offset, length);
            lengths[slot] = length;
        }

        @Override
        public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {
            if (replica < members.length) {
                members[replica].receive(buffer, offset, length);
            }
        }

        @Override
        public void sendToClient(
                final long clientLo,
                final long clientHi,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            replies++;
        }

        @Override
        public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {}

        @Override
        public void transition(
                final int group,
                final Status from,
                final Status to,
                final long view,
                final long logView,
                final String reason) {}

        @Override
        public void applied(final int group, final PrepareFlyweight prepare) {}

        @Override
        public void event(final int group, final TraceEvent event, final long view, final long op) {
            formed += event == TraceEvent.PREPARE_FORMED ? 1 : 0;
        }
    }

    @AfterEach
    void stop() {
        for (final Member member : members) {
            if (member != null) {
                member.host.stop();
            }
        }
    }

    @Test
    @Tag("I11")
    void shouldAllocateNothingPerTurnWhenBatchesArePreparedStoredAndApplied() throws IOException {
        for (int i = 0; i < members.length; i++) {
            members[i] = new Member(i);
            members[i].host.start(nowNs, nowNs);
        }
        final Member primary = members[1];
        while (!isLed(primary)) {
            turns();
        }
        answer(primary, request(0, 1, RequestBatch.OPERATION_REGISTER, 0));
        final UnsafeBuffer[] requests = new UnsafeBuffer[FRAMES];
        for (int i = 0; i < FRAMES; i++) {
            final int number = 1 + i * REQUESTS_PER_FRAME;
            requests[i] = request(number, REQUESTS_PER_FRAME, LogStateMachine.OPERATION_APPEND, BODY_LENGTH);
        }
        int allocating = 0;
        final long formedBefore = primary.formed;
        for (int i = 0; i < FRAMES; i++) {
            allocated = 0;
            answer(primary, requests[i]);
            allocating += i >= WARM_UP && allocated > 0 ? 1 : 0;
        }
        assertEquals(FRAMES, primary.formed - formedBefore, "every frame is a prepare of its own");
        // The backup hears of a commit with the next prepare.
        for (final Member member : members) {
            assertTrue(member.host.view().commitMin() >= FRAMES, "both replicas apply: " + member.host.view());
        }
        assertTrue(
                allocating <= ALLOCATING_MAX,
                "of " + (FRAMES - WARM_UP) + " frames, so many took memory: " + allocating);
    }

    private boolean isLed(final Member primary) {
        return primary.host.view() != null
                && primary.host.view().status() == Status.NORMAL
                && primary.host.view().primary() == 1
                && members[0].host.view() != null
                && members[0].host.view().status() == Status.NORMAL;
    }

    /** Sends one frame of requests to the primary and drives both replicas until it is answered. */
    private void answer(final Member primary, final UnsafeBuffer request) {
        final long before = primary.replies;
        primary.receive(request, 0, request.capacity());
        while (primary.replies == before) {
            turns();
        }
    }

    /** A turn of both; where neither has anything to do, the disk ends something, or a millisecond of the replicas' time passes. */
    private void turns() {
        boolean isAny = false;
        for (final Member member : members) {
            isAny |= member.turn();
        }
        if (!isAny && !awaitDisk()) {
            nowNs += MILLIS;
        }
    }

    private boolean awaitDisk() {
        try {
            return wakeups.tryAcquire(1, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private UnsafeBuffer request(final int first, final int count, final int operation, final int bodyLength) {
        final int size = HeaderFlyweight.HEADER_LENGTH + RequestBatch.length(count, count * bodyLength);
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[size]);
        final RequestFlyweight frame = new RequestFlyweight().wrap(bytes, 0);
        frame.init(Command.REQUEST, config.clusterLo(), config.clusterHi(), size, 0, 0, GROUP);
        final int batch = HeaderFlyweight.HEADER_LENGTH;
        RequestBatch.count(bytes, batch, count);
        for (int i = 0; i < count; i++) {
            final long session = operation == RequestBatch.OPERATION_REGISTER ? 0 : 1;
            final int row = RequestBatch.row(batch, i);
            RequestBatch.putRow(bytes, row, CLIENT, 0, session, first + i, operation, 0, 0, bodyLength);
        }
        frame.client(CLIENT, 0).seal(checksum);
        return bytes;
    }
}
