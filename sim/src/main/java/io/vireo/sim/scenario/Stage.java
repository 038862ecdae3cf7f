package io.vireo.sim.scenario;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.Durability;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.journal.wal.RecoveryReport;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.rejoin.Rejoin;
import io.vireo.sim.audit.Auditors;
import io.vireo.sim.cluster.DiskFormat;
import io.vireo.sim.cluster.Note;
import io.vireo.sim.cluster.ReplicaEnvironment;
import io.vireo.sim.cluster.RunCounters;
import io.vireo.sim.cluster.SimReplica;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.CrashOutcome;
import io.vireo.sim.storage.DamageKind;
import io.vireo.sim.storage.DiskCall;
import io.vireo.sim.storage.DiskFaults;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.storage.SimDisk;
import io.vireo.sim.storage.SyncFailure;
import io.vireo.sim.time.EventQueue;
import io.vireo.sim.time.TraceHash;
import io.vireo.sim.workload.AuditedStateMachine;
import io.vireo.sim.workload.DivergingMachine;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;
import org.agrona.collections.IntArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The cluster of a scenario: real replicas on simulated disks, in which nothing happens by itself. Frames wait until they are delivered,
 * each replica and client has a clock that the script moves, disks complete at once or are held back. What takes place is written down
 * line by line. One thread, one scenario.
 */
final class Stage implements ReplicaEnvironment, ScenarioClient.Wire {
    private static final int DELIVERIES_MAX = 100_000;
    private static final long TIMEOUT_MAX_NS = 30_000_000_000L;
    private static final long CONVERGE_MAX_NS = 60_000_000_000L;

    /** Events that the frames and transitions of the trace show anyway. */
    private static final Set<TraceEvent> UNTOLD = EnumSet.of(
            TraceEvent.PREPARE_FORMED,
            TraceEvent.PREPARE_RESENT,
            TraceEvent.VIEW_CHANGE_ENTERED,
            TraceEvent.VIEW_STARTED_AS_PRIMARY,
            TraceEvent.VIEW_JOINED_AS_BACKUP,
            TraceEvent.HEADERS_REQUESTED,
            TraceEvent.PREPARE_REQUESTED,
            TraceEvent.PREPARE_SERVED,
            TraceEvent.READ_ROUND);

    private final ScenarioOptions options;
    private final ClusterConfig config;
    private final EventQueue queue = new EventQueue();
    private final TraceHash hash = new TraceHash();
    private final RunCounters counters = new RunCounters();
    private final FaultAtlas atlas;
    private final Auditors auditors;
    private final MessageCheck check;
    private final HandNetwork network;
    private final DurableImage[][] images;
    private final SimReplica[] replicas;
    private final ScenarioClient[] clients;
    private final Draws nonces;
    private final Draws rot;
    private final long[] clocksNs;
    private final RecoveryReport[] recovered;
    private final RuntimeException[] failures;
    /** Whose state goes wrong with its next checkpoint. */
    private final boolean[] diverges;
    /** What the replicas did in the present step: names of events and sent commands, by replica. */
    private final List<Set<String>> signals = new ArrayList<>();

    private final List<String> trace = new ArrayList<>();
    private Consumer<String> listener = line -> {};
    private boolean isTracing;

    Stage(final ScenarioOptions options) {
        this.options = options;
        final int count = options.replicas();
        config = options.cluster();
        images = new DurableImage[count][1];
        for (final DurableImage[] ofReplica : images) {
            ofReplica[0] = new DurableImage();
        }
        atlas = new FaultAtlas(images, config.durability() == Durability.MARKED);
        auditors = new Auditors(options.seed(), queue, config, images, atlas);
        check = new MessageCheck(config.clusterLo(), config.clusterHi(), config.prepareSizeMax());
        network = new HandNetwork(count + options.clients());
        nonces = new Draws(options.seed(), Stream.NONCE, 0);
        rot = new Draws(options.seed(), Stream.ROT_PLAN, 0);
        clocksNs = new long[count];
        recovered = new RecoveryReport[count];
        failures = new RuntimeException[count];
        diverges = new boolean[count];
        replicas = new SimReplica[count];
        for (int r = 0; r < count; r++) {
            final SimDisk disk = new SimDisk(
                    queue,
                    new DiskFaults(0, 0, 0, 0, 0, 0),
                    new Draws(options.seed(), Stream.DISK, r),
                    counters.disk,
                    images[r][0]);
            replicas[r] = new SimReplica(this, config, options.seed(), r, new SimDisk[] {disk}, options.clients());
            signals.add(new HashSet<>());
        }
        clients = new ScenarioClient[options.clients()];
        for (int c = 0; c < clients.length; c++) {
            clients[c] = new ScenarioClient(c, config, auditors, new Draws(options.seed(), Stream.CLIENT, c), this);
        }
    }

    /** Formats and starts all replicas and, unless cold, lets them come to rest with a session and a first entry of each client. */
    void open() {
        final Draws format = new Draws(options.seed(), Stream.FORMAT, 0);
        for (int r = 0; r < replicas.length; r++) {
            DiskFormat.format(queue, replicas[r].disk(0), config, r, 0, format);
        }
        isTracing = options.isCold();
        for (final SimReplica replica : replicas) {
            replica.start();
            work();
        }
        if (!options.isCold()) {
            settle(end -> true);
            for (int c = 0; c < clients.length; c++) {
                clients[c].request("hello" + c, 0);
                settle(end -> true);
            }
            converge();
            isTracing = true;
            tellStates();
        }
    }

    // What happened

    List<String> lines() {
        return trace;
    }

    /** Told each line of the trace as it is written. */
    void listener(final Consumer<String> newListener) {
        listener = newListener;
    }

    /** A step begins. */
    void begin(final String step) {
        for (final Set<String> ofReplica : signals) {
            ofReplica.clear();
        }
        tell("> " + step);
    }

    void tellStates() {
        for (int r = 0; r < replicas.length; r++) {
            tell("r" + r + " " + stateText(r));
        }
    }

    private void tell(final String line) {
        if (isTracing) {
            trace.add(line);
            listener.accept(line);
        }
    }

    private void tellLetter(final Letter letter, final String arrow) {
        tell(end(letter.from()) + arrow + end(letter.to()) + " " + letter.text());
    }

    /** Name of an end as scripts have it. */
    String end(final int number) {
        return number < 0 ? "*" : number < replicas.length ? "r" + number : "c" + (number - replicas.length);
    }

    private String stateText(final int r) {
        final ReplicaView view = replicas[r].isUp() ? replicas[r].view(0) : null;
        if (failures[r] != null) {
            return "failed: " + failures[r].getMessage();
        }
        if (view == null) {
            return replicas[r].isUp() ? "opening" : "down";
        }
        final StringBuilder text = new StringBuilder();
        for (final String field : fields(view)) {
            text.append(text.length() == 0 ? "" : " ").append(field);
        }
        return text.toString();
    }

    private List<String> fields(final ReplicaView view) {
        return List.of(
                "status=" + view.status(),
                "view=" + view.view(),
                "logView=" + view.logView(),
                "primary=r" + view.primary(),
                "head=" + view.head(),
                "ackable=" + view.ackableOp(),
                "applied=" + view.commitMin(),
                "commit=" + view.commitMax());
    }

    // Frames

    void deliver(final LinkPattern pattern, final boolean isAll) {
        for (final Letter letter : require(pattern, isAll)) {
            deliver(letter);
        }
    }

    void drop(final LinkPattern pattern, final boolean isAll) {
        for (final Letter letter : isAll ? network.all(pattern::matches) : require(pattern, true)) {
            network.take(letter);
            tellLetter(letter, " -x ");
        }
    }

    /** The same frame once more, behind everything else. */
    void duplicate(final LinkPattern pattern) {
        for (final Letter letter : require(pattern, false)) {
            network.put(letter.copy());
        }
    }

    /** From now on only a step that names these frames delivers them. */
    void delay(final LinkPattern pattern) {
        for (final Letter letter : require(pattern, true)) {
            letter.delay(true);
        }
    }

    /** Flips a bit of a frame on its way. */
    void garble(final LinkPattern pattern) {
        for (final Letter letter : require(pattern, false)) {
            letter.garble();
        }
    }

    /** Delivers in the order of sending, between these ends, until nothing is under way there. */
    void settle(final Predicate<Integer> ends) {
        for (int i = 0; i < DELIVERIES_MAX; i++) {
            final List<Letter> next =
                    network.all(letter -> !letter.isDelayed() && ends.test(letter.from()) && ends.test(letter.to()));
            if (next.isEmpty()) {
                return;
            }
            deliver(next.get(0));
        }
        throw new UnmetException("after " + DELIVERIES_MAX + " frames the network is not quiet");
    }

    void cut(final LinkPattern pattern, final int bytesMax) {
        network.cut(pattern, bytesMax);
    }

    void mend(final LinkPattern pattern) {
        network.mend(pattern);
    }

    void expectMessage(final LinkPattern pattern, final boolean isExpected) {
        final List<Letter> found = network.all(pattern::matches);
        if (found.isEmpty() == isExpected) {
            throw new UnmetException(
                    isExpected
                            ? "expected a frame " + text(pattern) + "; " + underWay(pattern)
                            : "expected no frame " + text(pattern) + ", found " + describe(found));
        }
    }

    private List<Letter> require(final LinkPattern pattern, final boolean isAll) {
        final List<Letter> found = isAll ? network.all(pattern::matches) : network.firstOfEachLink(pattern::matches);
        if (found.isEmpty()) {
            throw new UnmetException("nothing under way is " + text(pattern) + "; " + underWay(pattern));
        }
        return found;
    }

    private String text(final LinkPattern pattern) {
        final String link = end(pattern.from()) + "->" + end(pattern.to());
        if (pattern.command() == null) {
            return link;
        }
        return link + " " + FrameText.text(pattern.command(), pattern.fields());
    }

    private String underWay(final LinkPattern pattern) {
        final LinkPattern link = new LinkPattern(pattern.from(), pattern.to(), null, java.util.Map.of());
        final List<Letter> there = network.all(link::matches);
        return there.isEmpty() ? "that link is empty" : "on that link are " + describe(there);
    }

    private String describe(final List<Letter> letters) {
        final StringBuilder text = new StringBuilder();
        for (final Letter letter : letters) {
            text.append(text.length() == 0 ? "" : "; ")
                    .append(end(letter.from()))
                    .append("->")
                    .append(end(letter.to()))
                    .append(' ')
                    .append(letter.text());
        }
        return text.toString();
    }

    private void deliver(final Letter letter) {
        network.take(letter);
        final boolean isForReplica = letter.to() < replicas.length;
        if (isForReplica && !replicas[letter.to()].isAlive()) {
            tellLetter(letter, " -x ");
            return;
        }
        tellLetter(letter, " => ");
        final UnsafeBuffer frame = new UnsafeBuffer(letter.bytes().clone());
        final String reason = check.invalidReason(frame, 0, frame.capacity());
        if (reason != null) {
            if (!letter.isGarbled()) {
                throw new IllegalStateException("a frame that nobody damaged is refused: " + reason);
            }
            tell(end(letter.to()) + " refuses it: " + reason);
        } else if (isForReplica) {
            replicas[letter.to()].onFrame(letter.from(), 0, frame, frame.capacity());
        } else {
            clients[letter.to() - replicas.length].onFrame(frame);
        }
        work();
    }

    // Time

    /** Moves the clock of an end, tick by tick. */
    void tick(final int end, final long ns) {
        for (long passed = 0; passed < ns; passed += config.tickNs()) {
            tickOnce(end);
        }
    }

    /** Moves all clocks together, and delivers between these ends whatever comes up. */
    void run(final long ns, final Predicate<Integer> ends) {
        for (long passed = 0; passed < ns; passed += config.tickNs()) {
            for (int end = 0; end < replicas.length + clients.length; end++) {
                if (ends.test(end)) {
                    tickOnce(end);
                }
            }
            settle(ends);
        }
    }

    /** Moves the clock of a replica until this is seen of it: the name of a trace event or of a command that it sends. */
    void timeout(final int replica, final String name, final Set<String> signs) {
        final Set<String> seen = signals.get(replica);
        seen.clear();
        for (long passed = 0; passed < TIMEOUT_MAX_NS; passed += config.tickNs()) {
            tickOnce(replica);
            if (seen.stream().anyMatch(signs::contains)) {
                return;
            }
        }
        throw new UnmetException("the timeout " + name + " of r" + replica + " did not strike within "
                + TIMEOUT_MAX_NS / 1_000_000_000L + "s");
    }

    private void tickOnce(final int end) {
        if (end >= replicas.length) {
            clients[end - replicas.length].tick(config.tickNs());
        } else {
            clocksNs[end] += config.tickNs();
            if (replicas[end].isAlive()) {
                replicas[end].poll();
            }
        }
        work();
    }

    /** Everything that can happen without a frame, a clock or a disk that is held back. */
    private void work() {
        while (queue.step()) {
            // Disks complete, and their processes go on.
        }
    }

    // Clients

    void request(final int client, final String text, final int size) {
        if (clients[client].knows(text)) {
            throw new UnmetException(
                    "c" + client + " has asked for " + text + " before; give each request its own text");
        }
        clients[client].request(text, size);
    }

    /** Asks for one append after the other, and delivers all there is after each. */
    void append(final int client, final String text, final int count, final int size) {
        for (int i = 1; i <= count; i++) {
            request(client, text + i, size);
            settle(end -> true);
        }
    }

    void read(final int client, final boolean isLinearizable, final int replica) {
        clients[client].read(isLinearizable, replica);
    }

    void session(final int client) {
        clients[client].open();
    }

    void expectReply(final int client, final String text, final List<String> expected) {
        expect("reply to " + text, clients[client].reply(text), expected);
    }

    void expectRead(final int client, final long number, final List<String> expected) {
        expect("read " + number, clients[client].answer(number), expected);
    }

    @Override
    public void onOutcome(final String what) {
        tell(what);
    }

    // Disks and processes

    void crash(final int r, final CrashSpec spec) {
        if (!replicas[r].isUp()) {
            throw new UnmetException("r" + r + " is down already");
        }
        replicas[r].kill();
        if (spec.fate() == CrashSpec.Fate.PROCESS) {
            replicas[r].end(CrashOutcome.PROCESS_ONLY);
        } else {
            replicas[r].end(spec);
        }
        recovered[r] = null;
        work();
    }

    void restart(final int r) {
        if (replicas[r].isUp()) {
            throw new UnmetException("r" + r + " is up");
        }
        failures[r] = null;
        replicas[r].start();
        work();
    }

    void hold(final int r, final DiskCall call) {
        replicas[r].disk(0).hold(call);
    }

    void releaseAll(final int r) {
        replicas[r].disk(0).release();
        work();
    }

    void release(final int r, final DiskCall call, final int max) {
        requireReleased(r, replicas[r].disk(0).release(call, max));
    }

    void release(final int r, final SectorTarget target) {
        requireReleased(r, replicas[r].disk(0).releaseWrites(target::includes));
    }

    private void requireReleased(final int r, final int count) {
        if (count == 0) {
            throw new UnmetException("the disk of r" + r + " holds nothing of that kind back");
        }
        work();
    }

    void failNextSync(final int r) {
        replicas[r].disk(0).failNextSync(SyncFailure.KEPT);
    }

    /** Damages what is durable; {@code index} of the sector within the target, below 0 for all of them. */
    void corrupt(
            final int r, final SectorTarget target, final int index, final DamageKind kind, final boolean isBeyond) {
        final SimDisk disk = replicas[r].disk(0);
        final IntArrayList sectors = durableSectors(r, target);
        if (sectors.size() <= index) {
            throw new UnmetException("r" + r + " has only " + sectors.size() + " durable sectors of that");
        }
        for (int i = 0; i < sectors.size(); i++) {
            if (index < 0 || index == i) {
                damage(r, disk, sectors.getInt(i), kind, isBeyond);
            }
        }
    }

    /** The durable sectors of a part; there is at least one. */
    private IntArrayList durableSectors(final int r, final SectorTarget target) {
        final IntArrayList written = new IntArrayList();
        replicas[r].disk(0).writtenSectors(written);
        final IntArrayList sectors = new IntArrayList();
        for (int i = 0; i < written.size(); i++) {
            if (target.includes(written.getInt(i), images[r][0])) {
                sectors.addInt(written.getInt(i));
            }
        }
        if (sectors.isEmpty()) {
            throw new UnmetException("r" + r + " has no such durable sector");
        }
        return sectors;
    }

    /** The simulator's rot would spare this part: a correct cluster need not survive it now. */
    void expectSpared(final int r, final SectorTarget target) {
        final IntArrayList sectors = durableSectors(r, target);
        for (int i = 0; i < sectors.size(); i++) {
            if (atlas.admit(r, 0, sectors.getInt(i))) {
                throw new UnmetException("expected that part of r" + r + " to be spared, but it may rot");
            }
        }
    }

    private void damage(
            final int r, final SimDisk disk, final int sector, final DamageKind kind, final boolean isBeyond) {
        if (!atlas.admit(r, 0, sector) && !isBeyond && !images[r][0].isDamaged(images[r][0].opOfSector(sector))) {
            throw new UnmetException("a correct cluster need not survive this damage;"
                    + " end the line with 'beyond' if that is the point");
        }
        if (!disk.damage(disk.dataFile(), sector, kind, rot)) {
            throw new UnmetException("a write to the sector is under way, or it is damaged already");
        }
        atlas.onDamaged(r, 0, sector);
    }

    void wipe(final int r) {
        if (replicas[r].isUp()) {
            throw new UnmetException("r" + r + " is up");
        }
        atlas.onWiped(r);
        replicas[r].disk(0).wipe();
        auditors.onWiped(r);
    }

    /** The empty disk of a replica that is down is prepared for another life of it, as "vireo recover" does. */
    void recover(final int r, final int drawn) {
        prepare(r, drawn, VsrState.wiped(config.clusterLo(), config.clusterHi(), 0, r, Rejoin.nextLife(0, drawn)));
    }

    /** The empty disk of a replica that is down is prepared as that of a new cluster, as "vireo format" does: a mistake of the operator. */
    void format(final int r, final int drawn) {
        prepare(r, drawn, VsrState.root(config.clusterLo(), config.clusterHi(), 0));
        auditors.onFormatted(r);
    }

    private void prepare(final int r, final int drawn, final VsrState first) {
        if (replicas[r].isUp()) {
            throw new UnmetException("r" + r + " is up");
        }
        DiskFormat.format(queue, replicas[r].disk(0), config.identity(r, 0, drawn, drawn), first);
    }

    /** With its next checkpoint the state of a replica is not that of the others any more. */
    void diverge(final int r) {
        diverges[r] = true;
    }

    /** A file of this kind is gone from the disk of a replica that is down; the first by name. */
    void lose(final int r, final String directory) {
        if (replicas[r].isUp()) {
            throw new UnmetException("r" + r + " is up");
        }
        final String name = FileLoss.remove(queue, replicas[r].disk(0), directory);
        if (name == null) {
            throw new UnmetException("r" + r + " has no file in " + directory);
        }
        tell("r" + r + " has lost " + name);
    }

    // Expectations about replicas

    void expectDown(final int r) {
        if (replicas[r].isAlive()) {
            throw new UnmetException("expected r" + r + " to be down, it is " + stateText(r));
        }
    }

    void expectFailed(final int r, final String text) {
        if (failures[r] == null || !String.valueOf(failures[r].getMessage()).contains(text)) {
            throw new UnmetException("expected r" + r + " to have failed with '" + text + "', it is " + stateText(r));
        }
    }

    void expectState(final int r, final List<String> expected) {
        final ReplicaView view = replicas[r].isUp() ? replicas[r].view(0) : null;
        expect("r" + r, stateText(r) + (view == null ? "" : " checkpoint=" + view.checkpointOp()), expected);
    }

    void expectRecovered(final int r, final List<String> expected) {
        expect("what r" + r + " recovered", String.valueOf(recovered[r]), expected);
    }

    void expectEntry(final int r, final long op, final List<String> expected) {
        final PrepareJournal journal = replicas[r].journal(0);
        if (journal == null) {
            throw new UnmetException("r" + r + " is not open");
        }
        String actual = "above the head";
        if (op <= journal.head()) {
            actual = journal.state(op).name();
            actual += journal.hasHeader(op)
                    ? " view=" + journal.header(op, new PrepareFlyweight()).view()
                    : " view=-";
        }
        expect("op " + op + " of r" + r, actual, expected);
    }

    /** What is expected is a subset of the words of what there is. */
    private static void expect(final String what, final String actual, final List<String> expected) {
        if (!List.of(actual.split(" ")).containsAll(expected)) {
            throw new UnmetException("expected " + what + " to be " + String.join(" ", expected) + ", it is " + actual);
        }
    }

    /** Lets everything run that is up and not cut off until A12 has nothing to say, then asks A3. */
    void converge() {
        String pending = pending();
        for (long passed = 0; pending != null; passed += config.tickNs()) {
            if (passed >= CONVERGE_MAX_NS) {
                final int r = up().get(0);
                auditors.liveness.onTimeout(r, 0, replicas[r].view(0), pending);
                return;
            }
            run(config.tickNs(), end -> true);
            pending = pending();
        }
        auditors.durability.onQuiet();
        up().forEach(auditors.divergence::onQuiet);
    }

    private String pending() {
        for (final ScenarioClient client : clients) {
            if (!client.isIdle()) {
                return "a client has no answer";
            }
        }
        final List<ReplicaView> views = new ArrayList<>();
        final List<PrepareJournal> journals = new ArrayList<>();
        for (final int r : up()) {
            views.add(replicas[r].view(0));
            journals.add(replicas[r].journal(0));
        }
        if (views.isEmpty()) {
            throw new UnmetException("no replica is up");
        }
        return auditors.liveness.pending(views, journals);
    }

    private List<Integer> up() {
        final List<Integer> up = new ArrayList<>();
        for (int r = 0; r < replicas.length; r++) {
            if (replicas[r].isAlive()) {
                up.add(r);
            }
        }
        return up;
    }

    // For replicas

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
        // Time is moved by the script, which polls as well.
    }

    @Override
    public long nonce() {
        return nonces.nextLong() | 1;
    }

    @Override
    public StateMachine stateMachine(final int replica, final int group, final SegmentStore segments) {
        final StateMachine log =
                new AuditedStateMachine(new LogStateMachine(config, group, segments), auditors, replica, group);
        return new DivergingMachine(log, auditors.divergence, replica, group, () -> {
            final boolean isDue = diverges[replica];
            diverges[replica] = false;
            return isDue;
        });
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
        final Letter letter = network.send(from, to, buffer, offset, length);
        tellLetter(letter, network.isLost(letter) ? " -x " : " -> ");
        if (from < replicas.length) {
            signals.get(from).add(letter.command().name());
        }
    }

    @Override
    public void narrate(final Note note, final int replica, final int group, final Supplier<String> text) {
        // The trace is written from the events themselves.
    }

    @Override
    public void onTransition(
            final int replica,
            final Status from,
            final Status to,
            final long view,
            final long logView,
            final String reason) {
        tell("r" + replica + " " + from + "->" + to + " view=" + view + " logView=" + logView + " " + reason);
    }

    @Override
    public void onKilled(final int replica, final boolean isInRecovery) {
        // The step that kills it ends it as well.
    }

    @Override
    public void onRecovered(final int replica, final RecoveryReport report) {
        recovered[replica] = report;
        tell("r" + replica + " recovered " + report);
    }

    @Override
    public boolean onFailed(final int replica, final int group, final RuntimeException reason) {
        failures[replica] = reason;
        tell("r" + replica + " failed: " + reason.getMessage());
        replicas[replica].kill();
        queue.after(0, () -> replicas[replica].end(CrashOutcome.PROCESS_ONLY));
        return true;
    }

    @Override
    public void onApplied(final int replica, final int group, final PrepareFlyweight prepare) {
        tell("r" + replica + " applied op=" + prepare.op() + " of view=" + prepare.view());
    }

    @Override
    public void onEvent(final int replica, final int group, final TraceEvent event, final long view, final long op) {
        signals.get(replica).add(event.name());
        if (event == TraceEvent.FRAME_DROPPED) {
            tell("r" + replica + " ignores " + Command.ofCode((int) op) + " view=" + view);
        } else if (!UNTOLD.contains(event)) {
            final String last = switch (event) {
                case REQUEST_REFUSED -> ReplyStatus.text((int) op);
                case DUPLICATE_REQUEST -> "request=" + op;
                default -> "op=" + op;
            };
            tell("r" + replica + " " + event + " view=" + view + " " + last);
        }
    }
}
