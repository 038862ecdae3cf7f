package io.vireo.sim.cluster;

import io.vireo.bootstrap.config.Durability;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.wal.RecoveryReport;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.sync.ScrubPace;
import io.vireo.sim.audit.Auditors;
import io.vireo.sim.fault.FaultPlan;
import io.vireo.sim.network.FrameDamage;
import io.vireo.sim.network.SimNetwork;
import io.vireo.sim.network.WireDecoder;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.CrashOutcome;
import io.vireo.sim.storage.DiskCall;
import io.vireo.sim.storage.DiskFaults;
import io.vireo.sim.storage.DiskListener;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.storage.SimDisk;
import io.vireo.sim.time.EventQueue;
import io.vireo.sim.time.TraceHash;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A whole cluster with its clients, disks, network and auditors under one event queue, and the faults of its plan. The simulator steps it;
 * it is one thread's, and shares nothing with another run.
 */
public final class SimCluster implements ReplicaEnvironment {
    private final ClusterOptions options;
    private final EventQueue queue = new EventQueue();
    private final TraceHash trace = new TraceHash();
    private final RunCounters counters = new RunCounters();
    private final RunListener listener;
    private final SimNetwork network;
    private final FaultAtlas atlas;
    private final Auditors auditors;
    private final Scene scene;
    private final MessageCheck check;
    private final SimReplica[] replicas;
    private final Clients clients;
    private final FaultSchedule schedule;
    private final CrashStorm crashes;
    private final FailoverStorm failovers;
    private final Disturbances disturbances;
    private final RareStates rareStates;
    private final ResidualFault residual;
    private final Assault assault;
    private final DiskSwaps diskSwaps;
    private final DiskImages diskImages;
    private final TransferStorm transfers;
    private final DiskReplacement replacement;
    private final ScrubPace scrub;
    private final Draws nonces;
    private final Draws lateDraws;
    private final HeaderFlyweight header = new HeaderFlyweight();
    private boolean isStorm;
    private boolean isStormOver;

    /**
     * @param plan of the faults that strike, see {@link ClusterOptions#plan}.
     * @param scenes makes what the cluster replicates, and its clients.
     * @param listener {@link RunListener#NONE} if nobody follows the run.
     */
    public SimCluster(
            final ClusterOptions options, final FaultPlan plan, final SceneFactory scenes, final RunListener listener) {
        this.options = options;
        this.listener = listener;
        final long chance = options.chance();
        final int groups = options.cluster().groupCount();
        final DurableImage[][] images = new DurableImage[options.replicas()][groups];
        for (final DurableImage[] ofReplica : images) {
            for (int group = 0; group < groups; group++) {
                ofReplica[group] = new DurableImage();
            }
        }
        atlas = new FaultAtlas(images, options.cluster().durability() == Durability.MARKED);
        auditors = new Auditors(options.seed(), queue, options.cluster(), images, atlas);
        scene = scenes.scene(options, auditors, counters);
        network = new SimNetwork(
                queue,
                options.replicas(),
                options.clients(),
                options.network(),
                new Draws(chance, Stream.NETWORK, 0),
                counters.network,
                this::onFrame);
        check = new MessageCheck(
                options.cluster().clusterLo(),
                options.cluster().clusterHi(),
                options.cluster().prepareSizeMax());
        network.damage(
                new FrameDamage(new Draws(chance, Stream.FRAME_DAMAGE, 0), options.replicas(), options.clients()),
                new WireDecoder(check, options.cluster().prepareSizeMax()),
                new WireEnds(this));
        failovers = new FailoverStorm(this);
        final DiskFaultStorm diskFaults = new DiskFaultStorm(this, atlas);
        diskSwaps = new DiskSwaps(this);
        diskImages = new DiskImages(this, atlas);
        transfers = new TransferStorm(this, diskFaults);
        disturbances = new Disturbances(this, diskSwaps, diskImages, transfers);
        final RotStorm rots = new RotStorm(this, atlas);
        replacement = new DiskReplacement(this, atlas);
        crashes = new CrashStorm(this, atlas, new DiskLosses(this, atlas, replacement), rots, replacement);
        schedule = schedule(plan, rots, new Partitions(this), diskFaults);
        rareStates = new RareStates(counters);
        residual = new ResidualFault(this, atlas);
        assault = new Assault(this, atlas);
        scrub = ScrubOptions.of(options.seed());
        nonces = new Draws(chance, Stream.NONCE, 0);
        lateDraws = new Draws(chance, Stream.LATE_FRAMES, 0);
        replicas = new SimReplica[options.replicas()];
        for (int replica = 0; replica < replicas.length; replica++) {
            final SimDisk[] disks = new SimDisk[groups];
            for (int group = 0; group < groups; group++) {
                disks[group] = new SimDisk(
                        queue,
                        options.disk(),
                        new Draws(chance, Stream.DISK, replica * 64 + group),
                        counters.disk,
                        images[replica][group]);
            }
            replicas[replica] = new SimReplica(this, options.cluster(), chance, replica, disks, options.clients());
        }
        clients = scene.clients(this, listener);
        if (listener != RunListener.NONE) {
            follow();
        }
    }

    /** Where kinds are due at once, they strike in this order. */
    private FaultSchedule schedule(
            final FaultPlan plan, final RotStorm rots, final Partitions partitions, final DiskFaultStorm diskFaults) {
        final FaultSchedule kinds = new FaultSchedule(queue);
        kinds.add(plan.crashes(), duringStorm(crashes::arm));
        kinds.add(plan.disturbances(), duringStorm(disturbances::begin));
        kinds.add(plan.partitions(), duringStorm(partitions::begin));
        kinds.add(plan.rots(), duringStorm(rots::strike));
        kinds.add(plan.failovers(), duringStorm(failovers::begin));
        kinds.add(plan.diskFaults(), duringStorm(point -> {
            if (!isHeld(point.replica())) {
                diskFaults.strike(point);
            }
        }));
        kinds.add(plan.syncFailures(), duringStorm(diskFaults::failNextSync));
        return kinds;
    }

    private <T> Consumer<T> duringStorm(final Consumer<T> strike) {
        return point -> {
            if (isStorm) {
                strike.accept(point);
            }
        };
    }

    private void follow() {
        network.listener(listener);
        for (int i = 0; i < replicas.length; i++) {
            for (int j = 0; j < options.cluster().groupCount(); j++) {
                final int replica = i;
                final int group = j;
                replicas[replica].disk(group).listener(new DiskListener() {
                    @Override
                    public void onCall(
                            final long number,
                            final DiskCall call,
                            final int file,
                            final int sector,
                            final int sectors) {
                        listener.onDiskCall(replica, group, number, call, file, sector, sectors);
                    }

                    @Override
                    public void onDone(final long number) {
                        listener.onDiskDone(replica, group, number);
                    }
                });
            }
        }
        listener.onCluster(this);
    }

    // For the simulator

    public ClusterOptions options() {
        return options;
    }

    @Override
    public EventQueue queue() {
        return queue;
    }

    @Override
    public TraceHash trace() {
        return trace;
    }

    @Override
    public RunCounters counters() {
        return counters;
    }

    @Override
    public StateMachine stateMachine(final int replica, final int group, final SegmentStore segments) {
        return scene.stateMachine(replica, group, segments);
    }

    @Override
    public Front front(final ProcessLife process) {
        return scene.front(process);
    }

    @Override
    public ScrubPace scrub() {
        return scrub;
    }

    @Override
    public Auditors auditors() {
        return auditors;
    }

    /** The replicas that still have their superblock. */
    public int[] notLost() {
        return IntStream.range(0, replicas.length)
                .filter(replica -> !atlas.isLost(replica))
                .toArray();
    }

    public SimReplica replica(final int index) {
        return replicas[index];
    }

    /** Formats all disks, starts all processes and clients. */
    public void start() {
        final Draws format = new Draws(options.chance(), Stream.FORMAT, 0);
        for (int replica = 0; replica < replicas.length; replica++) {
            for (int group = 0; group < options.cluster().groupCount(); group++) {
                DiskFormat.format(queue, replicas[replica].disk(group), options.cluster(), replica, group, format);
            }
        }
        isStorm = true;
        disturbances.start();
        for (final SimReplica replica : replicas) {
            replica.start();
        }
        clients.start();
        onProgress();
    }

    /** True if every request of the plan has its outcome, or a fault was to be the last one. */
    public boolean isStormOver() {
        return isStormOver || clients.isDone();
    }

    /** True if every client has all its answers. */
    public boolean areClientsIdle() {
        return clients.isIdle();
    }

    /** What the clients still wait for, for people. */
    public String busyClients() {
        return clients.busy();
    }

    /** True if a replica that has lost its disk is on its way back. */
    public boolean isReplacing() {
        return replacement.isAnyUnderWay();
    }

    /**
     * Ends the storm: nothing new strikes, and whoever can runs; {@link #heal} follows when disks that were lost are replaced. Only these
     * replicas hear each other, and frames between them are lost and delayed as before: that has to be enough for the way back.
     */
    public void calm(final int[] core) {
        isStorm = false;
        failovers.end();
        disturbances.end();
        network.mendAll();
        int members = 0;
        for (final int replica : core) {
            members |= 1 << replica;
        }
        for (int replica = 0; replica < replicas.length; replica++) {
            if ((members >> replica & 1) == 0) {
                crashes.cutOff(replica);
            }
        }
        for (int replica = 0; replica < replicas.length; replica++) {
            if (!crashes.isRetired(replica)) {
                crashes.disarm(replica);
                mendDisks(replica);
                if (!replicas[replica].isUp() && !replacement.isHeld(replica)) {
                    crashes.restart(replica);
                }
            }
        }
    }

    /** Those who are on their way back, by replica. */
    public boolean[] replacing() {
        final boolean[] replacing = new boolean[replicas.length];
        for (int replica = 0; replica < replicas.length; replica++) {
            replacing[replica] = replacement.isUnderWay(replica);
        }
        return replacing;
    }

    /** How far each replica is that is on its way back; more means that it gets on. 0 of one that is not. */
    public long[] returnProgress() {
        final long[] progress = new long[replicas.length];
        for (int replica = 0; replica < replicas.length; replica++) {
            for (int group = 0; group < options.cluster().groupCount() && replacement.isUnderWay(replica); group++) {
                progress[replica] += replicas[replica].progress(group);
            }
        }
        return progress;
    }

    /** The replicas that run and have their disk; others that have lost theirs are given up. */
    public int[] giveUpReplacements() {
        for (int replica = 0; replica < replicas.length; replica++) {
            replacement.abandon(replica);
        }
        return notLost();
    }

    private void mendDisks(final int replica) {
        for (int group = 0; group < options.cluster().groupCount(); group++) {
            replicas[replica].disk(group).faults(healed(options.disk()));
            replicas[replica].disk(group).failNextSync(null);
            replicas[replica].disk(group).giveSpaceBack();
        }
    }

    /**
     * Ends the storm: no new fault in the core, its processes run, its links are whole but for what the options leave; the others are cut off
     * or down for good.
     */
    public void heal(final int[] core, final Draws draws) {
        isStorm = false;
        failovers.end();
        disturbances.end();
        int members = 0;
        for (final int replica : core) {
            members |= 1 << replica;
        }
        network.mendAll();
        network.faults(options.network().healed());
        for (int replica = 0; replica < replicas.length; replica++) {
            crashes.disarm(replica);
            if ((members >> replica & 1) == 0) {
                crashes.retire(replica, draws.chance(1, 2));
            } else {
                mendDisks(replica);
                if (!replicas[replica].isUp()) {
                    crashes.restart(replica);
                }
            }
        }
        residual.begin(core);
        clients.onHeal(core);
        clients.quota(1);
    }

    /** After the heal: replicas of the core of which one may stay outside in each group, see {@link ResidualFault}; none if all must converge. */
    public int[] spared() {
        return residual.ends();
    }

    /** After the heal, again and again: no more may stay broken than the core bears, see {@link ResidualFault}. */
    public void relieve(final int[] core) {
        residual.relieve(core);
    }

    /** The power fails everywhere, and the regime of the run damages the disks; a moment later {@link #heal} may follow. */
    public void assault() {
        isStorm = false;
        diskSwaps.end();
        diskImages.end();
        for (int replica = 0; replica < replicas.length; replica++) {
            crashes.powerOff(replica, CrashOutcome.DROP_ALL);
        }
        queue.after(1, assault::strike);
    }

    /** What was destroyed beyond the limit, for people. */
    public String destroyed() {
        return assault.destroyed();
    }

    /** The state of one group on these replicas; null for one that is not open. */
    public List<ReplicaView> views(final int group, final int[] core) {
        final List<ReplicaView> views = new ArrayList<>(core.length);
        for (final int replica : core) {
            views.add(replicas[replica].view(group));
        }
        return views;
    }

    /** Sums that are kept elsewhere during a run. */
    public void sumUp() {
        counters.sumUp(auditors, atlas, options.cluster().groupCount());
    }

    // For replicas and faults

    SimNetwork network() {
        return network;
    }

    CrashStorm crashes() {
        return crashes;
    }

    /** True if something is being done to the disks of this machine that is off, and nothing else may be. */
    boolean isHeld(final int replica) {
        return diskSwaps.isHeld(replica) || diskImages.isHeld(replica) || replacement.isHeld(replica);
    }

    Clients clients() {
        return clients;
    }

    /** True from the start to the heal or the assault: faults strike. */
    public boolean isStorm() {
        return isStorm;
    }

    /** Some requests more have their outcome: what of the plan is due now. */
    public void onProgress() {
        schedule.onProgress(clients.permille());
    }

    void endStorm() {
        isStormOver = true;
    }

    @Override
    public void onNormal(final int replica, final int group, final long view, final long ledBefore) {
        if (options.cluster().primaryOf(group, view) == replica) {
            rareStates.onLead(ledBefore);
        }
        if (isStorm) {
            failovers.onNormal(replica, group, view);
            network.repeat(replica, options.lateOf16(), lateDraws);
        }
    }

    @Override
    public void onApplied(final int replica, final int group, final PrepareFlyweight applied) {
        failovers.onApplied(replica, group, applied);
        listener.onApplied(replica, group, applied.view(), applied.op());
    }

    @Override
    public long clockNs(final int replica) {
        return queue.nowNs();
    }

    @Override
    public void wakeAt(final long timeNs, final EventQueue.Event event) {
        queue.at(timeNs, event);
    }

    @Override
    public void send(final int from, final int to, final DirectBuffer buffer, final int offset, final int length) {
        if (!residual.isLost(from, to, length) && !transfers.onSend(from, to, buffer, offset, length)) {
            network.send(from, to, buffer, offset, length);
        }
    }

    @Override
    public boolean carriesFiles(final int from, final int to) {
        return transfers.isWay(from, to);
    }

    @Override
    public long underWay(final int from, final int to) {
        return network.underWay(from, to);
    }

    @Override
    public long nonce() {
        return nonces.nextLong() | 1;
    }

    @Override
    public void narrate(final Note note, final int replica, final int group, final Supplier<String> text) {
        listener.onNote(note, replica, group, text);
    }

    @Override
    public void onKilled(final int replica, final boolean isInRecovery) {
        transfers.onKilled(replica);
        crashes.onKilled(replica, isInRecovery);
    }

    @Override
    public boolean onFailed(final int replica, final int group, final RuntimeException reason) {
        return diskSwaps.onRefused(replica, reason) || crashes.onFailed(replica, group, reason);
    }

    @Override
    public void onEvent(final int replica, final int group, final TraceEvent event, final long view, final long op) {
        transfers.onEvent(replica, group, event);
        replacement.onEvent(replica, event);
        if (event == TraceEvent.STATE_SYNC_INSTALLED || event == TraceEvent.CHECKPOINT_TAKEN) {
            onFilesGood(replica, group);
        }
    }

    @Override
    public void onHealed(final int replica, final int group) {
        onFilesGood(replica, group);
    }

    /** Files came to be or were mended; whether there is damage beside that, the disk knows and nobody else. */
    private void onFilesGood(final int replica, final int group) {
        if (!replicas[replica].disk(group).hasDamagedFiles()) {
            atlas.onFilesWhole(replica, group);
        }
    }

    @Override
    public void onRecovered(final int replica, final RecoveryReport report) {
        crashes.onOpened(replica);
        if (isStorm) {
            network.repeat(replica, options.lateOf16(), lateDraws);
        }
    }

    // Events

    private void onFrame(final int from, final int to, final UnsafeBuffer frame, final int length) {
        final String reason = check.invalidReason(frame, 0, length);
        if (reason != null) {
            auditors.damage.onInvalidFrame(from, to, reason);
            return;
        }
        header.wrap(frame, 0);
        trace.add(5L << 48 | (long) from << 8 | to, header.checksumLo());
        if (to < replicas.length) {
            rareStates.onFrame(replicas[to].view(header.group()), header);
            replicas[to].onFrame(from, header.group(), frame, length);
        } else {
            clients.onFrame(to - replicas.length, frame);
        }
    }

    private static DiskFaults healed(final DiskFaults faults) {
        return new DiskFaults(faults.latencyMinNs(), 100_000L, 100_000L, 100_000L, 0, 0);
    }
}
