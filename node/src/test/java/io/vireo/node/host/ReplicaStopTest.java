package io.vireo.node.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.open.DataFileFormatter;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.storage.Storage;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.core.TraceSink;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.port.MessageBus;
import io.vireo.node.port.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host over real files that is stopped, and what it leaves for a turn of its own while it runs. */
class ReplicaStopTest {
    private static final int REPLICA = 1;
    private static final int TURNS_MAX = 10_000;
    private static final ClusterConfig CONFIG = new NodeContext()
            .clusterId(1, 2)
            .replicaCount(3)
            .walBytes(1 << 20)
            .prepareSizeMax(16 << 10)
            .conclude();

    @TempDir
    Path directory;

    private final Semaphore wakeups = new Semaphore(0);
    private final Bus bus = new Bus();
    private FileStorage storage;
    private ReplicaHost host;
    private long nowNs = 1;

    /** Counts what is said. */
    private static final class Bus implements MessageBus {
        private int frames;
        private int waiting;

        @Override
        public int waiting(final int replica, final int group) {
            return waiting;
        }

        @Override
        public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {
            frames++;
        }

        @Override
        public void sendToClient(
                final long clientLo,
                final long clientHi,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            frames++;
        }

        @Override
        public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
            frames++;
        }
    }

    private static final class Silent implements TraceSink {
        @Override
        public void transition(
                final int group,
                final Status from,
                final Status to,
                final long view,
                final long logView,
                final String reason) {
            // What it does is seen from the frames.
        }

        @Override
        public void applied(final int group, final PrepareFlyweight prepare) {
            // Nothing is.
        }

        @Override
        public void event(final int group, final TraceEvent event, final long view, final long op) {
            // What it does is seen from the frames.
        }
    }

    @BeforeEach
    void open() throws IOException {
        storage = new FileStorage(Files.createDirectory(directory.resolve("group")), wakeups::release, false);
        format();
        host = new ReplicaHost(new HostContext(
                CONFIG,
                REPLICA,
                0,
                storage,
                bus,
                new SeededRandom(1),
                9,
                segments -> new LogStateMachine(CONFIG, 0, segments),
                new Silent()));
        host.start(nowNs, nowNs);
    }

    private void format() {
        final DataFileFormatter formatter = new DataFileFormatter(storage, CONFIG.identity(REPLICA, 0, 3, 4));
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

    private void runUntilRunning() throws InterruptedException {
        for (int turns = 0; host.state() != HostState.RUNNING; turns++) {
            assertTrue(turns < TURNS_MAX, "it opens");
            if (host.poll(nowNs, nowNs) == 0) {
                assertTrue(wakeups.tryAcquire(20, TimeUnit.SECONDS), "something is under way");
            }
        }
    }

    /** Hours pass, and somebody wants something. */
    private void assertDoesNothing() {
        assertEquals(HostState.STOPPED, host.state());
        assertEquals(Readiness.FAILED, host.readiness());
        final int before = bus.frames;
        for (int i = 0; i < 100; i++) {
            nowNs += 60_000_000_000L;
            host.onMessage(request(), 0, HeaderFlyweight.HEADER_LENGTH);
            assertEquals(0, host.poll(nowNs, nowNs));
            assertEquals(0, host.pollFiles(nowNs));
        }
        assertEquals(before, bus.frames);
        host.stop();
        assertEquals(HostState.STOPPED, host.state());
    }

    private static UnsafeBuffer request() {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
        final ChunkFlyweight wanted = new ChunkFlyweight().wrap(bytes, 0);
        wanted.init(Command.REQUEST_CHUNK, CONFIG.clusterLo(), CONFIG.clusterHi(), bytes.capacity(), 0, 2, 0);
        wanted.checkpoint(1, 0, 0)
                .kind(ChunkFlyweight.SEGMENT)
                .length(4_096)
                .segment(0, 1, 0)
                .number(7)
                .seal(new Checksum());
        return bytes;
    }

    @Test
    @Tag("X18")
    void shouldDoNothingAnyMoreWhenItIsStoppedWhileItOpens() {
        host.stopServing();
        host.stop();
        assertDoesNothing();
    }

    @Test
    @Tag("X18")
    void shouldDoNothingAnyMoreWhenItIsStoppedWhileItRuns() throws InterruptedException {
        runUntilRunning();
        final int before = bus.frames;
        host.onMessage(request(), 0, HeaderFlyweight.HEADER_LENGTH);
        assertEquals(before + 1, bus.frames, "it answers while it runs");
        host.stopServing();
        host.onMessage(request(), 0, HeaderFlyweight.HEADER_LENGTH);
        assertEquals(before + 2, bus.frames, "it says that it stops");
        host.stop();
        assertDoesNothing();
    }

    @Test
    void shouldAnswerWhoHasWaitedForFilesInTheTurnOfFilesOnly() throws InterruptedException {
        runUntilRunning();
        bus.waiting = Integer.MAX_VALUE;
        host.onMessage(request(), 0, HeaderFlyweight.HEADER_LENGTH);
        host.onMessage(request(), 0, HeaderFlyweight.HEADER_LENGTH);
        bus.waiting = 0;
        final int before = bus.frames;
        host.poll(nowNs, nowNs);
        assertEquals(before, bus.frames, "what others wait for is said first");
        for (int pieces = 1; pieces <= 2; pieces++) {
            assertEquals(1, host.pollFiles(nowNs));
            assertEquals(before + pieces, bus.frames, "one at a time");
        }
    }
}
