package io.vireo.sim.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.core.TraceSink;
import io.vireo.node.host.HostContext;
import io.vireo.node.host.HostState;
import io.vireo.node.host.ReplicaHost;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.message.RequestFlyweight;
import io.vireo.node.port.MessageBus;
import io.vireo.sim.cluster.DiskFormat;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.CrashOutcome;
import io.vireo.sim.storage.DiskEvent;
import io.vireo.sim.storage.DiskFaults;
import io.vireo.sim.storage.DiskStatistics;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.SimDisk;
import io.vireo.sim.time.EventQueue;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Timestamps of prepares under a wall clock that stands, jumps and goes back: along the log they rise strictly, over restarts and
 * checkpoints too, and none is later than the latest time the clock has shown by more than the number of prepares since.
 */
class TimestampProps {
    private static final int GROUP = 0;
    private static final long CLIENT = 7;
    private static final long START_NS = 1_800_000_000_000_000_000L;
    private static final int BODY_LENGTH = 3_000;
    private static final int RESENDS_MAX = 100;

    /** The only replica of a cluster: it leads, commits and takes checkpoints alone, and never waits for anybody. */
    private static final class Alone implements SimDisk.Watch, MessageBus, TraceSink {
        final TreeMap<Long, Long> timestamps = new TreeMap<>();
        private final ClusterConfig config = new NodeContext()
                .name("alone")
                .clusterId(1, 2)
                .replicaCount(1)
                .groupCount(1)
                .prepareSizeMax(8 << 10)
                .walBytes(48 << 10)
                .segmentBytes(64 << 10)
                .namespacesMax(1)
                .conclude();
        private final EventQueue queue = new EventQueue();
        private final Draws draws = new Draws(1, Stream.CRASH_OUTCOME, 0);
        private final SimDisk disk = new SimDisk(
                queue,
                new DiskFaults(1_000, 1_000, 1_000, 1_000, 0, 0),
                new Draws(1, Stream.DISK, 0),
                new DiskStatistics(),
                new DurableImage());
        private ReplicaHost host;
        private long lives;
        private long wallNs = START_NS;
        private long latestNs = START_NS;
        private long replies;
        private long requests;

        Alone() {
            DiskFormat.format(queue, disk, config, 0, GROUP, new Draws(1, Stream.FORMAT, 0));
            restart();
            ask(RequestBatch.OPERATION_REGISTER, 0);
        }

        void moveClock(final long byNs) {
            wallNs = Math.max(1, wallNs + byNs);
            latestNs = Math.max(latestNs, wallNs);
        }

        void append() {
            ask(LogStateMachine.OPERATION_APPEND, BODY_LENGTH);
        }

        void restart() {
            disk.crash(CrashOutcome.KEEP_ALL, draws);
            disk.attach(this);
            host = new ReplicaHost(new HostContext(
                    config,
                    0,
                    GROUP,
                    disk,
                    this,
                    new Draws(1, Stream.REPLICA, 0),
                    ++lives,
                    segments -> new LogStateMachine(config, GROUP, segments),
                    this));
            host.start(queue.nowNs(), wallNs);
            while (host.state() != HostState.RUNNING || host.view().status() != Status.NORMAL) {
                turn();
            }
        }

        private void ask(final int operation, final int length) {
            final int size = HeaderFlyweight.HEADER_LENGTH + RequestBatch.length(1, length);
            final UnsafeBuffer bytes = new UnsafeBuffer(new byte[size]);
            final RequestFlyweight frame = new RequestFlyweight().wrap(bytes, 0);
            frame.init(Command.REQUEST, config.clusterLo(), config.clusterHi(), size, 0, 0, GROUP);
            final int batch = HeaderFlyweight.HEADER_LENGTH;
            RequestBatch.count(bytes, batch, 1);
            final long session = operation == RequestBatch.OPERATION_REGISTER ? 0 : 1;
            RequestBatch.putRow(
                    bytes, RequestBatch.row(batch, 0), CLIENT, 0, session, requests++, operation, 0, 0, length);
            frame.client(CLIENT, 0).seal(new Checksum());
            // A replica that has just started may answer that it is not ready.
            final int applied = timestamps.size();
            for (int i = 0; i < RESENDS_MAX && timestamps.size() == applied; i++) {
                final long before = replies;
                host.onMessage(bytes, 0, size);
                while (replies == before) {
                    turn();
                }
                pass();
            }
        }

        private void turn() {
            if (host.poll(queue.nowNs(), wallNs) + host.pollFiles(queue.nowNs()) == 0 && !queue.step()) {
                queue.at(queue.nowNs() + config.tickNs(), () -> {});
            }
        }

        /** A tick of time, with what the disk does in it. */
        private void pass() {
            final boolean[] isOver = new boolean[1];
            queue.after(config.tickNs(), () -> isOver[0] = true);
            while (!isOver[0]) {
                queue.step();
                host.poll(queue.nowNs(), wallNs);
                host.pollFiles(queue.nowNs());
            }
        }

        long checkpointOp() {
            return host.view().checkpointOp();
        }

        @Override
        public boolean isAlive() {
            return true;
        }

        @Override
        public void on(final DiskEvent event) {}

        @Override
        public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {}

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
        public void applied(final int group, final PrepareFlyweight prepare) {
            final Long before = timestamps.put(prepare.op(), prepare.timestamp());
            assertTrue(before == null || before == prepare.timestamp(), "an op has one timestamp");
            assertTrue(
                    prepare.timestamp() <= latestNs + prepare.op(),
                    "a timestamp runs ahead of every clock by more than the ops there are");
        }

        @Override
        public void event(final int group, final TraceEvent event, final long view, final long op) {}
    }

    /** Every step moves the clock by so much; of eight, one restarts the replica, the others append. */
    @Property(tries = 60)
    void shouldRiseStrictlyAlongTheLogWhateverTheClockShows(
            @ForAll @Size(min = 12, max = 40)
                    final List<@LongRange(min = -5_000_000_000L, max = 5_000_000_000L) Long> steps) {
        final Alone replica = new Alone();
        int appends = 0;
        for (final long step : steps) {
            replica.moveClock(step % 3 == 0 ? 0 : step);
            if (Math.floorMod(step, 8) == 0) {
                replica.restart();
            } else {
                replica.append();
                appends++;
            }
        }
        assertEquals(appends + 1, replica.timestamps.size());
        assertTrue(appends < 12 || replica.checkpointOp() > 0, "checkpoints are taken");
        long last = 0;
        for (final long timestamp : replica.timestamps.values()) {
            assertTrue(timestamp > last, () -> "timestamps do not rise: " + replica.timestamps);
            last = timestamp;
        }
    }
}
