package io.vireo.sim.recovery;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.core.TraceSink;
import io.vireo.node.host.HostContext;
import io.vireo.node.host.HostState;
import io.vireo.node.host.ReplicaHost;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.message.DoViewChangeFlyweight;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.message.PrepareOkFlyweight;
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
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One real replica on a simulated disk, a backup of scripted peers: prepares of many sizes, commits, checkpoints, view changes that keep or
 * drop a tail, restarts. The whole history follows from the seed, so the same seed ended at event k of its disk is the prefix of length k
 * of one recorded trace. Keeps what the replica has promised to others until then.
 */
final class ReplicaScript implements SimDisk.Watch, MessageBus, TraceSink {
    private static final int POLLS_MAX = 10_000;
    private static final long WALL_NS = 1_800_000_000_000_000_000L;
    private static final long MICROS = 1_000;

    final ClusterConfig config = new NodeContext()
            .name("recovery")
            .clusterId(1, 2)
            .replicaCount(3)
            .groupCount(1)
            .prepareSizeMax(8 << 10)
            .walBytes(96 << 10)
            .segmentBytes(64 << 10)
            .pipelineMax(4)
            .sessionsMax(4)
            .sessionWindow(4)
            .requestQueueMax(16)
            .namespacesMax(1)
            .conclude();

    final EventQueue queue = new EventQueue();
    final DiskStatistics statistics = new DiskStatistics();
    final SimDisk disk;
    final ScriptedPeers peers;
    /** Highest op acknowledged, by the logView it was acknowledged in. */
    final TreeMap<Long, Long> acknowledged = new TreeMap<>();

    long promisedView;
    long promisedLogView;
    long promisedCheckpoint;
    /** Events of the disk so far. */
    int events;

    int checkpointsTaken;
    int viewsJoined;
    int restarts;
    int truncations;

    private final long seed;
    private final Draws draws;
    private final Draws crashDraws;
    private final MessageCheck check;
    private final int endAt;
    private final List<UnsafeBuffer> inbox = new ArrayList<>();
    private ReplicaHost host;
    private int life;

    /**
     * @param seed of the whole history.
     * @param endAt the machine ends at this event of its disk.
     */
    ReplicaScript(final long seed, final int endAt) {
        this.seed = seed;
        this.endAt = endAt;
        draws = new Draws(seed, Stream.WORKLOAD, 0);
        crashDraws = new Draws(seed, Stream.CRASH_OUTCOME, 1);
        peers = new ScriptedPeers(config, draws);
        check = new MessageCheck(config.clusterLo(), config.clusterHi(), config.prepareSizeMax());
        disk = new SimDisk(
                queue,
                new DiskFaults(10 * MICROS, 40 * MICROS, 100 * MICROS, 200 * MICROS, 32, 8),
                new Draws(seed, Stream.DISK, 0),
                statistics,
                new DurableImage());
        DiskFormat.format(
                queue, disk, config, ScriptedPeers.REPLICA, ScriptedPeers.GROUP, new Draws(seed, Stream.FORMAT, 0));
    }

    /** Plays the history up to its end or to the event at which the machine ends; true if it ended there. */
    boolean run(final int steps) {
        start();
        advance(5_000);
        peers.startView(0);
        inbox.add(peers.startViewFrame(0));
        for (int i = 0; i < steps && isAlive(); i++) {
            step();
        }
        return !isAlive();
    }

    /** Starts a process on the disk and drives it until its group runs, or has given up. */
    HostState startUntilSettled() {
        start();
        while (host.state() == HostState.OPENING && queue.step()) {
            host.poll(queue.nowNs(), WALL_NS + queue.nowNs());
        }
        return host.state();
    }

    /** Why the group has given up. */
    RuntimeException failure() {
        return host.failure();
    }

    private void start() {
        disk.attach(this);
        host = new ReplicaHost(new HostContext(
                config,
                ScriptedPeers.REPLICA,
                ScriptedPeers.GROUP,
                disk,
                this,
                new Draws(seed, Stream.REPLICA, life),
                ++life,
                segments -> new LogStateMachine(config, ScriptedPeers.GROUP, segments),
                this));
        host.start(queue.nowNs(), WALL_NS + queue.nowNs());
    }

    private void step() {
        switch (draws.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> {
                final UnsafeBuffer prepare = peers.prepare();
                if (prepare != null && !draws.chance(1, 10)) {
                    inbox.add(prepare);
                }
            }
            case 8, 9, 10, 11, 12 -> {
                peers.commitMore();
                inbox.add(peers.commitFrame());
            }
            case 13 -> {
                if (view() > peers.view() || draws.chance(1, 4)) {
                    final int before = peers.log().size();
                    peers.startView(view());
                    truncations += peers.log().size() < before ? 1 : 0;
                    inbox.add(peers.startViewFrame(0));
                }
            }
            case 14 -> {
                if (draws.chance(1, 4)) {
                    inbox.add(peers.vote(view(), 1));
                    inbox.add(peers.vote(view(), 2));
                }
            }
            case 15 -> {
                if (draws.chance(1, 3)) {
                    restart();
                }
            }
            case 16 -> inbox.add(peers.startViewFrame(0));
            default -> inbox.add(peers.commitFrame());
        }
        while (!inbox.isEmpty() && isAlive() && draws.chance(7, 8)) {
            deliver(inbox.remove(draws.chance(1, 8) ? draws.nextInt(inbox.size()) : 0));
        }
        advance(draws.chance(1, 12) ? 120_000 : 50 + draws.nextInt(3_000));
    }

    private long view() {
        return host.view() == null ? promisedView : host.view().view();
    }

    private void restart() {
        restarts++;
        final CrashOutcome outcome = CrashOutcome.values()[draws.nextInt(CrashOutcome.values().length)];
        disk.crash(outcome, crashDraws);
        inbox.clear();
        start();
    }

    private void deliver(final UnsafeBuffer frame) {
        final String invalid = check.invalidReason(frame, 0, frame.capacity());
        if (invalid != null) {
            throw new IllegalStateException("the script sends what no peer sends: " + invalid);
        }
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[frame.capacity()]);
        copy.putBytes(0, frame, 0, frame.capacity());
        host.onMessage(copy, 0, copy.capacity());
        poll();
    }

    /** So much virtual time, with everything that happens in it. */
    private void advance(final long micros) {
        final boolean[] isOver = new boolean[1];
        final long end = queue.nowNs() + micros * MICROS;
        for (long at = queue.nowNs() + config.tickNs(); at < end; at += config.tickNs()) {
            queue.at(at, () -> {});
        }
        queue.at(end, () -> isOver[0] = true);
        while (!isOver[0] && isAlive()) {
            queue.step();
            poll();
        }
    }

    private int turn() {
        return host.poll(queue.nowNs(), WALL_NS + queue.nowNs()) + host.pollFiles(queue.nowNs());
    }

    private void poll() {
        for (int i = 0; isAlive() && turn() > 0; i++) {
            if (i > POLLS_MAX) {
                throw new IllegalStateException("a host finds work without end");
            }
        }
        if (isAlive() && host.state() == HostState.FAILED) {
            throw new IllegalStateException("a crash alone keeps the replica from opening", host.failure());
        }
    }

    // Disk

    @Override
    public boolean isAlive() {
        return events < endAt;
    }

    @Override
    public void on(final DiskEvent event) {
        events++;
    }

    // What the replica says

    @Override
    public void send(final int to, final DirectBuffer buffer, final int offset, final int length) {
        if (!isAlive()) {
            return;
        }
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[length]);
        frame.putBytes(0, buffer, offset, length);
        final HeaderFlyweight header = new HeaderFlyweight().wrap(frame, 0);
        if (header.command() == Command.PREPARE_OK) {
            final PrepareOkFlyweight ok = new PrepareOkFlyweight().wrap(frame, 0);
            promise(header.view(), header.view());
            promisedCheckpoint = Math.max(promisedCheckpoint, ok.checkpointOp());
            acknowledged.merge(header.view(), ok.op(), Math::max);
        } else if (header.command() == Command.DO_VIEW_CHANGE) {
            final DoViewChangeFlyweight change = new DoViewChangeFlyweight().wrap(frame, 0);
            promise(header.view(), change.logView());
            promisedCheckpoint = Math.max(promisedCheckpoint, change.checkpointOp());
        } else if (header.command() == Command.START_VIEW_CHANGE) {
            promise(header.view(), 0);
        }
        final UnsafeBuffer answer = peers.answer(to, frame);
        if (answer != null && draws.chance(3, 4)) {
            inbox.add(answer);
        }
    }

    private void promise(final long view, final long logView) {
        promisedView = Math.max(promisedView, view);
        promisedLogView = Math.max(promisedLogView, logView);
    }

    @Override
    public void sendToClient(
            final long clientLo, final long clientHi, final DirectBuffer buffer, final int offset, final int length) {
        // No client is connected to a backup.
    }

    @Override
    public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
        // As above.
    }

    @Override
    public void transition(
            final int group,
            final Status from,
            final Status to,
            final long view,
            final long logView,
            final String reason) {
        viewsJoined += from != to && to == Status.NORMAL ? 1 : 0;
    }

    @Override
    public void applied(final int group, final PrepareFlyweight prepare) {
        if (isAlive() && prepare.op() > peers.commit()) {
            throw new IllegalStateException("op " + prepare.op() + " is applied and not committed");
        }
    }

    @Override
    public void event(final int group, final TraceEvent event, final long view, final long op) {
        if (isAlive()) {
            checkpointsTaken += event == TraceEvent.CHECKPOINT_TAKEN ? 1 : 0;
        }
    }
}
