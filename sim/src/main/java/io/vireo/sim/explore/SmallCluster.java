package io.vireo.sim.explore;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.Durability;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.journal.wal.RecoveryReport;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.message.MessageCheck;
import io.vireo.sim.audit.Auditors;
import io.vireo.sim.audit.Violation;
import io.vireo.sim.cluster.DiskFormat;
import io.vireo.sim.cluster.Note;
import io.vireo.sim.cluster.ReplicaEnvironment;
import io.vireo.sim.cluster.RunCounters;
import io.vireo.sim.cluster.SimReplica;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.scenario.ScenarioClient;
import io.vireo.sim.storage.DiskCall;
import io.vireo.sim.storage.DiskFaults;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.storage.SectorFate;
import io.vireo.sim.storage.SimDisk;
import io.vireo.sim.time.EventQueue;
import io.vireo.sim.time.TraceHash;
import io.vireo.sim.workload.AuditedStateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/**
 * The cluster of a search, in one state of one schedule: real replicas on simulated disks, to which only that happens which the schedule
 * says. What a replica does depends on what happened at that replica alone: each has its own clock and generators, and what needs no frame
 * follows at once. So events at different replicas commute, and the history of an end stands for its whole state. One thread.
 */
final class SmallCluster implements ReplicaEnvironment, ScenarioClient.Wire {
    private static final int FRAMES_MAX = 100_000;
    private static final long PATIENCE_MAX_NS = 5_000_000_000L;
    private static final long CONVERGE_MAX_NS = 60_000_000_000L;

    private final Scope scope;
    private final ClusterConfig config;
    private final EventQueue queue = new EventQueue();
    private final TraceHash hash = new TraceHash();
    private final RunCounters counters = new RunCounters();
    private final DurableImage[][] images;
    private final FaultAtlas atlas;
    private final Auditors auditors;
    private final MessageCheck check;
    private final SimReplica[] replicas;
    private final ScenarioClient client;
    /** End of the client. */
    private final int clientEnd;

    private final Draws[] nonces;
    private final long[] clocksNs;
    private final Links links;
    private final Budget budget;
    private final Choices choices;
    private final History history;
    private final FactFinder facts;
    private Narration narration = Narration.SILENT;
    private long lastView = Long.MAX_VALUE;
    /** The replica whose process starts. */
    private int starting;

    /** Frames, transitions and events of the present step. */
    private int effects;

    private boolean isIgnored;

    /** Frames of the present step, lost ones included. */
    private final List<Frame> sent = new ArrayList<>();

    /** @param config of the scope; checked once, used by every state of a search. */
    SmallCluster(final Scope scope, final ClusterConfig config) {
        this.scope = scope;
        this.config = config;
        clientEnd = scope.replicas();
        images = new DurableImage[clientEnd][1];
        for (final DurableImage[] ofReplica : images) {
            ofReplica[0] = new DurableImage();
        }
        atlas = new FaultAtlas(images, config.durability() == Durability.MARKED);
        auditors = new Auditors(Scope.SEED, queue, config, images, atlas);
        check = new MessageCheck(config.clusterLo(), config.clusterHi(), config.prepareSizeMax());
        replicas = new SimReplica[clientEnd];
        nonces = new Draws[clientEnd];
        clocksNs = new long[clientEnd];
        for (int r = 0; r < clientEnd; r++) {
            nonces[r] = new Draws(Scope.SEED, Stream.NONCE, r);
            final SimDisk disk = new SimDisk(
                    queue,
                    new DiskFaults(0, 0, 0, 0, 0, 0),
                    new Draws(Scope.SEED, Stream.DISK, r),
                    counters.disk,
                    images[r][0]);
            replicas[r] = new SimReplica(this, config, Scope.SEED, r, new SimDisk[] {disk}, 1);
        }
        client = new ScenarioClient(0, config, auditors, new Draws(Scope.SEED, Stream.CLIENT, 0), this);
        links = new Links(clientEnd + 1, scope.isReordering());
        budget = new Budget(scope);
        choices = new Choices(replicas, client, atlas, links, budget);
        history = new History(clientEnd + 1);
        facts = new FactFinder(replicas, client, history, this::isBeyondViews);
    }

    /** To the state in which a search begins: the first view has started, the client has a session and an entry, nothing is under way. */
    void open() {
        final Draws format = new Draws(Scope.SEED, Stream.FORMAT, 0);
        for (int r = 0; r < clientEnd; r++) {
            DiskFormat.format(queue, replicas[r].disk(0), config, r, 0, format);
        }
        for (int r = 0; r < clientEnd; r++) {
            start(r);
        }
        converge();
        client.request("hello", 0);
        converge();
        if (auditors.log.violation() == null && pending() != null) {
            throw new IllegalStateException("the cluster did not come to rest before the search: " + pending());
        }
        lastView = replicas[0].view(0).view() + scope.views() - 1;
        for (int r = 0; r < clientEnd; r++) {
            holdDisk(r);
        }
    }

    /** Told what happens from now on. */
    void narration(final Narration newNarration) {
        narration = newNarration;
    }

    // The search

    List<Choice> choices() {
        return choices.list();
    }

    /** True if a replica has gone to a view beyond the scope. */
    boolean isBeyondViews() {
        for (int r = 0; r < clientEnd; r++) {
            if (isBeyondViews(r)) {
                return true;
            }
        }
        return false;
    }

    private boolean isBeyondViews(final int r) {
        final ReplicaView view = replicas[r].isUp() ? replicas[r].view(0) : null;
        return images[r][0].superblock().view() > lastView || view != null && view.view() > lastView;
    }

    /** The first violation, or null. */
    Violation violation() {
        return auditors.log.violation();
    }

    History history() {
        return history;
    }

    /** What the end at which the last choice happened has sent, in order, before anything of it was lost. */
    List<Frame> sent() {
        return sent;
    }

    /** What can be known of an end by its past alone. */
    EndTable.Facts facts(final int end) {
        return facts.facts(end);
    }

    void fingerprint(final Fingerprint fingerprint) {
        fingerprint.reset();
        history.addTo(fingerprint);
        links.addTo(fingerprint);
        budget.addTo(fingerprint);
        fingerprint.conclude();
    }

    /** Lets one thing happen, and all that follows from it without a frame or a choice. */
    void apply(final Choice choice) {
        budget.spend(choice.kind());
        effects = 0;
        isIgnored = false;
        sent.clear();
        final int end = choice.end();
        switch (choice.kind()) {
            case DELIVER -> deliver(links.take(choice));
            case DROP -> narration.onFrame(" -x ", links.take(choice));
            case REQUEST -> client.request("x" + (budget.nextRequest() - 1), 0);
            case DISK -> {
                replicas[end].disk(0).release(DiskCall.WRITE, Integer.MAX_VALUE);
                replicas[end].disk(0).release(DiskCall.SYNC, Integer.MAX_VALUE);
                work();
            }
            case TIMEOUT -> waitFor(end);
            case CRASH, CRASH_KEPT -> crash(end, choice.kind() == Choice.Kind.CRASH_KEPT);
            case RESTART -> restart(end);
            case RESTART_DAMAGED -> {
                damage(end, (int) choice.lo(), choice);
                restart(end);
            }
        }
        // A frame that the guard has ignored, and that nothing followed from, left the replica as it was.
        final boolean isForgotten = choice.kind() == Choice.Kind.DROP || isIgnored && effects == 0;
        if (!isForgotten) {
            history.add(choice);
        }
    }

    private void deliver(final Frame frame) {
        narration.onFrame(" => ", frame);
        final String reason = check.invalidReason(frame.bytes, 0, frame.bytes.capacity());
        if (reason != null) {
            throw new IllegalStateException("a frame that nobody damaged is refused: " + reason);
        }
        if (frame.to == clientEnd) {
            client.onFrame(frame.bytes);
        } else {
            replicas[frame.to].onFrame(frame.from, 0, frame.bytes, frame.bytes.capacity());
            work();
        }
    }

    /** Time passes at one end until it has done something, at most for so long as nobody waits. */
    private void waitFor(final int end) {
        for (long passed = 0; passed < PATIENCE_MAX_NS && effects == 0; passed += config.tickNs()) {
            tick(end);
        }
    }

    private void tick(final int end) {
        if (end == clientEnd) {
            client.tick(config.tickNs());
        } else {
            clocksNs[end] += config.tickNs();
            if (replicas[end].isAlive()) {
                replicas[end].poll();
            }
            work();
        }
    }

    private void crash(final int r, final boolean isKept) {
        replicas[r].kill();
        replicas[r].end(new SectorFate() {
            @Override
            public boolean survives(final int sector, final int index, final int count, final byte[] bytes) {
                return isKept;
            }

            @Override
            public boolean survivesElsewhere() {
                return isKept;
            }
        });
        if (!scope.isReordering()) {
            links.reset(r);
        }
        work();
    }

    private void restart(final int r) {
        start(r);
        holdDisk(r);
    }

    private void damage(final int r, final int sector, final Choice choice) {
        final SimDisk disk = replicas[r].disk(0);
        final Draws draws = new Draws(Scope.SEED, Stream.ROT_PLAN, sector);
        if (!disk.damage(disk.dataFile(), sector, choice.damage(), draws)) {
            throw new IllegalStateException("a sector of a machine that is down can be damaged once");
        }
        atlas.onDamaged(r, 0, sector);
    }

    private void start(final int r) {
        starting = r;
        replicas[r].start();
        work();
    }

    private void holdDisk(final int r) {
        if (scope.isDiskStepwise()) {
            replicas[r].disk(0).hold(DiskCall.WRITE);
            replicas[r].disk(0).hold(DiskCall.SYNC);
        }
    }

    /** Everything that can happen without a frame, a clock or a disk that is held back. */
    private void work() {
        while (queue.step()) {
            // Disks complete, and their processes go on.
        }
    }

    // The end of faults

    /** Everybody comes up, and time passes everywhere, until all is well; reports to A12 if that takes longer than a minute. */
    void heal() {
        for (int r = 0; r < clientEnd; r++) {
            if (!replicas[r].isUp()) {
                start(r);
            }
            replicas[r].disk(0).release();
            work();
        }
        converge();
        final String pending = pending();
        if (violation() != null) {
            return;
        }
        if (pending == null) {
            auditors.durability.onQuiet();
            return;
        }
        final int[] core = new int[clientEnd];
        final List<ReplicaView> views = new ArrayList<>();
        for (int r = 0; r < clientEnd; r++) {
            core[r] = r;
            views.add(replicas[r].view(0));
        }
        if (auditors.liveness.excuse(0, core, views) == null) {
            auditors.liveness.onTimeout(0, 0, views.get(0), pending);
        }
    }

    private void converge() {
        settle();
        for (long passed = 0; passed < CONVERGE_MAX_NS && pending() != null && violation() == null; ) {
            for (int end = 0; end <= clientEnd; end++) {
                tick(end);
            }
            settle();
            passed += config.tickNs();
        }
    }

    private void settle() {
        for (int i = 0; i < FRAMES_MAX; i++) {
            final Frame frame = links.any();
            if (frame == null) {
                return;
            }
            deliver(frame);
        }
        throw new IllegalStateException("after " + FRAMES_MAX + " frames the network is not quiet");
    }

    /** What keeps the cluster from being at rest, or null. */
    private String pending() {
        if (!client.isIdle()) {
            return "the client has no answer";
        }
        final List<ReplicaView> views = new ArrayList<>();
        final List<PrepareJournal> journals = new ArrayList<>();
        for (final SimReplica replica : replicas) {
            views.add(replica.view(0));
            journals.add(replica.journal(0));
        }
        return auditors.liveness.pending(views, journals);
    }

    // For people and tests

    /** How a replica stands, in words. */
    String stateText(final int r) {
        final ReplicaView view = replicas[r].isUp() ? replicas[r].view(0) : null;
        if (view == null) {
            return replicas[r].isUp() ? "opening" : "down";
        }
        return "status=" + view.status() + " view=" + view.view() + " logView=" + view.logView() + " head="
                + view.head() + " ackable=" + view.ackableOp() + " applied=" + view.commitMin() + " commit="
                + view.commitMax();
    }

    SimReplica replica(final int r) {
        return replicas[r];
    }

    Links links() {
        return links;
    }

    // For replicas and the client

    @Override
    public EventQueue queue() {
        return queue;
    }

    @Override
    public long clockNs(final int replica) {
        return clocksNs[replica];
    }

    @Override
    public void wakeAt(final long timeNs, final EventQueue.Event event) {
        // Time passes when the schedule says so, and then the replica is polled as well.
    }

    @Override
    public long nonce() {
        return nonces[starting].nextLong() | 1;
    }

    @Override
    public StateMachine stateMachine(final int replica, final int group, final SegmentStore segments) {
        return new AuditedStateMachine(new LogStateMachine(config, group, segments), auditors, replica, group);
    }

    @Override
    public Auditors auditors() {
        return auditors;
    }

    @Override
    public TraceHash trace() {
        return hash;
    }

    @Override
    public RunCounters counters() {
        return counters;
    }

    @Override
    public void send(final int from, final int to, final DirectBuffer buffer, final int offset, final int length) {
        effects++;
        final Frame frame = new Frame(from, to, buffer, offset, length);
        final boolean isLost = !scope.isReordering() && to < clientEnd && !replicas[to].isAlive();
        narration.onFrame(isLost ? " -x " : " -> ", frame);
        sent.add(frame);
        if (!isLost) {
            links.put(frame);
        }
    }

    @Override
    public void narrate(final Note note, final int replica, final int group, final Supplier<String> text) {
        // What follows tells it.
    }

    @Override
    public void onOutcome(final String what) {
        effects++;
        narration.onLine(what);
    }

    @Override
    public void onKilled(final int replica, final boolean isInRecovery) {
        // The step that kills it ends it as well.
    }

    @Override
    public void onRecovered(final int replica, final RecoveryReport report) {
        effects++;
        narration.onLine("r" + replica + " recovered " + report);
    }

    @Override
    public void onTransition(
            final int replica,
            final Status from,
            final Status to,
            final long view,
            final long logView,
            final String reason) {
        effects++;
        narration.onLine(
                "r" + replica + " " + from + "->" + to + " view=" + view + " logView=" + logView + " " + reason);
    }

    @Override
    public void onApplied(final int replica, final int group, final PrepareFlyweight prepare) {
        effects++;
        narration.onLine("r" + replica + " applied op=" + prepare.op() + " of view=" + prepare.view());
    }

    @Override
    public void onEvent(final int replica, final int group, final TraceEvent event, final long view, final long op) {
        if (event == TraceEvent.FRAME_DROPPED) {
            isIgnored = true;
            narration.onLine("r" + replica + " ignores it");
        } else {
            effects++;
        }
    }
}
