package io.vireo.sim.cluster;

import io.vireo.bootstrap.config.Durability;
import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.wal.RecoveryReport;
import io.vireo.node.client.Outcome;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.host.StorageFailureException;
import io.vireo.node.message.MessageCheck;
import io.vireo.sim.audit.Auditors;
import io.vireo.sim.fault.CrashPoint;
import io.vireo.sim.fault.DiskFaultPoint;
import io.vireo.sim.fault.FailoverPoint;
import io.vireo.sim.fault.FaultPlan;
import io.vireo.sim.fault.PartitionPoint;
import io.vireo.sim.fault.RotPoint;
import io.vireo.sim.fault.SyncFailurePoint;
import io.vireo.sim.network.FrameDamage;
import io.vireo.sim.network.SimNetwork;
import io.vireo.sim.network.WireDecoder;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.CrashOutcome;
import io.vireo.sim.storage.DamageKind;
import io.vireo.sim.storage.DiskCall;
import io.vireo.sim.storage.DiskFaults;
import io.vireo.sim.storage.DiskListener;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.FaultAtlas;
import io.vireo.sim.storage.SimDisk;
import io.vireo.sim.time.EventQueue;
import io.vireo.sim.time.TraceHash;
import io.vireo.sim.workload.Application;
import io.vireo.sim.workload.SimClient;
import io.vireo.sim.workload.StrayFrames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.agrona.DirectBuffer;
import org.agrona.collections.IntArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A whole cluster with its clients, disks, network and auditors under one event queue, and the faults of its plan. The simulator steps it;
 * it is one thread's, and shares nothing with another run.
 */
public final class SimCluster implements ReplicaEnvironment {
    /** A crash that is still waiting for its event strikes at the latest after this time. */
    private static final long ARMED_MAX_NS = 2_000_000_000L;

    private static final int HEAD_SECTORS = 8;
    private static final int ROT_TRIES = 8;

    private final ClusterOptions options;
    private final EventQueue queue = new EventQueue();
    private final TraceHash trace = new TraceHash();
    private final RunCounters counters = new RunCounters();
    private final RunListener listener;
    private final SimNetwork network;
    private final FaultAtlas atlas;
    private final Auditors auditors;
    private final Application application;
    private final MessageCheck check;
    private final SimReplica[] replicas;
    private final SimClient[] clients;
    private final FaultPlan plan;
    private final FailoverStorm failovers;
    private final Disturbances disturbances;
    private final DiskLosses losses;
    private final DiskFaultStorm diskFaults;
    private final RareStates rareStates;
    private final ResidualFault residual;
    private final Assault assault;
    private final Draws crashDraws;
    private final Draws rotDraws;
    private final Draws nonces;
    private final Draws lateDraws;
    private final HeaderFlyweight header = new HeaderFlyweight();
    private final CrashPoint[] pending;
    private final CrashOutcome[] outcome;
    private final int[] recoveryCount;
    private int nextCrash;
    private int nextPartition;
    private int nextRot;
    private int nextFailover;
    private int nextSyncFailure;
    private int nextDiskFault;
    private int outcomes;
    private boolean isStorm;
    private boolean isStormOver;
    private int permanentlyDown;

    /**
     * @param plan of the faults that strike, see {@link ClusterOptions#plan}.
     * @param applications makes what the cluster replicates.
     * @param listener {@link RunListener#NONE} if nobody follows the run.
     */
    public SimCluster(
            final ClusterOptions options,
            final FaultPlan plan,
            final ApplicationFactory applications,
            final RunListener listener) {
        this.options = options;
        this.plan = plan;
        this.listener = listener;
        final long seed = options.seed();
        final int groups = options.cluster().groupCount();
        final DurableImage[][] images = new DurableImage[options.replicas()][groups];
        for (final DurableImage[] ofReplica : images) {
            for (int group = 0; group < groups; group++) {
                ofReplica[group] = new DurableImage();
            }
        }
        atlas = new FaultAtlas(images, options.cluster().durability() == Durability.MARKED);
        auditors = new Auditors(seed, queue, options.cluster(), images, atlas);
        application = applications.create(options, auditors, counters);
        network = new SimNetwork(
                queue,
                options.replicas(),
                options.clients(),
                options.network(),
                new Draws(seed, Stream.NETWORK, 0),
                counters.network,
                this::onFrame);
        check = new MessageCheck(
                options.cluster().clusterLo(),
                options.cluster().clusterHi(),
                options.cluster().prepareSizeMax());
        network.damage(
                new FrameDamage(new Draws(seed, Stream.FRAME_DAMAGE, 0), options.replicas(), options.clients()),
                new WireDecoder(check, options.cluster().prepareSizeMax()),
                new WireEnds(this));
        failovers = new FailoverStorm(this);
        disturbances = new Disturbances(this, plan.disturbances());
        losses = new DiskLosses(this, atlas);
        diskFaults = new DiskFaultStorm(this, atlas);
        rareStates = new RareStates(counters);
        residual = new ResidualFault(this);
        assault = new Assault(this, atlas);
        crashDraws = new Draws(seed, Stream.CRASH_PLAN, 1);
        rotDraws = new Draws(seed, Stream.ROT_PLAN, 1);
        nonces = new Draws(seed, Stream.NONCE, 0);
        lateDraws = new Draws(seed, Stream.LATE_FRAMES, 0);
        pending = new CrashPoint[options.replicas()];
        outcome = new CrashOutcome[options.replicas()];
        recoveryCount = new int[options.replicas()];
        replicas = new SimReplica[options.replicas()];
        for (int replica = 0; replica < replicas.length; replica++) {
            final SimDisk[] disks = new SimDisk[groups];
            for (int group = 0; group < groups; group++) {
                disks[group] = new SimDisk(
                        queue,
                        options.disk(),
                        new Draws(seed, Stream.DISK, replica * 64 + group),
                        counters.disk,
                        images[replica][group]);
            }
            replicas[replica] = new SimReplica(this, options.cluster(), seed, replica, disks, options.clients());
        }
        clients = new SimClient[options.clients()];
        for (int client = 0; client < clients.length; client++) {
            final int quota =
                    options.requests() / clients.length + (client < options.requests() % clients.length ? 1 : 0);
            clients[client] = new SimClient(
                    client,
                    options.cluster(),
                    queue,
                    network,
                    auditors,
                    new Draws(seed, Stream.CLIENT, client),
                    new Draws(seed, Stream.WORKLOAD, client),
                    this::onOutcome,
                    quota,
                    options.inFlight(),
                    application,
                    options.readOf16(),
                    options.namespaces(),
                    new StrayFrames(
                            network,
                            options.replicas() + client,
                            options.replicas(),
                            options.clientFaults(),
                            new Draws(seed, Stream.STRAY_FRAMES, client),
                            counters.clients));
        }
        if (listener != RunListener.NONE) {
            follow();
        }
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
        return application.stateMachine(replica, group, segments);
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
        final Draws format = new Draws(options.seed(), Stream.FORMAT, 0);
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
        for (final SimClient client : clients) {
            client.start();
        }
        onProgress();
    }

    /** True if every request of the plan has its outcome, or a fault was to be the last one. */
    public boolean isStormOver() {
        return isStormOver || outcomes >= options.requests();
    }

    /** True if every client has all its answers. */
    public boolean areClientsIdle() {
        for (final SimClient client : clients) {
            if (!client.isIdle()) {
                return false;
            }
        }
        return true;
    }

    /** What the clients still wait for, for people. */
    public String busyClients() {
        final StringBuilder text = new StringBuilder();
        for (final SimClient client : clients) {
            if (!client.isIdle()) {
                text.append(client).append("; ");
            }
        }
        return text.toString();
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
            pending[replica] = null;
            recoveryCount[replica] = 0;
            replicas[replica].disarm();
            if ((members >> replica & 1) == 0) {
                cutOff(replica, draws.chance(1, 2));
            } else {
                for (int group = 0; group < options.cluster().groupCount(); group++) {
                    replicas[replica].disk(group).faults(healed(options.disk()));
                    replicas[replica].disk(group).failNextSync(null);
                    replicas[replica].disk(group).giveSpaceBack();
                }
                if (!replicas[replica].isUp()) {
                    restart(replica);
                }
            }
        }
        residual.begin(core);
        for (final SimClient client : clients) {
            client.quota(1);
        }
    }

    /** After the heal: replicas of the core of which one may stay outside in each group, see {@link ResidualFault}; none if all must converge. */
    public int[] spared() {
        return residual.ends();
    }

    /** The power fails everywhere, and the regime of the run damages the disks; a moment later {@link #heal} may follow. */
    public void assault() {
        isStorm = false;
        for (int replica = 0; replica < replicas.length; replica++) {
            pending[replica] = null;
            outcome[replica] = CrashOutcome.DROP_ALL;
            replicas[replica].kill();
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
        counters.rotAdmitted = atlas.admitted();
        counters.rotRejected = atlas.rejected();
        counters.reads = auditors.reads.reads();
        counters.linearizableReads = auditors.reads.linearizable();
        counters.comparedOps = auditors.canon.compared();
        counters.comparedCheckpoints = auditors.checkpoints.compared();
        counters.checkedCheckpoints = auditors.snapshots.checked();
        counters.auditedFrames = auditors.writeAhead.checked();
        counters.comparedOpenings = auditors.replay.opened();
        counters.comparedStates = auditors.replay.compared();
        counters.comparedBodies = auditors.damage.bodies();
        counters.comparedChunks = auditors.damage.chunks();
        counters.boundedTurns = auditors.bounds.checked();
        counters.definiteFailures = auditors.honesty.refusals();
        for (int group = 0; group < options.cluster().groupCount(); group++) {
            counters.committedOps += auditors.canon.top(group);
        }
    }

    // For replicas and faults

    SimNetwork network() {
        return network;
    }

    /** Ends this client, unless it is the last one; its appends have no outcome any more. */
    boolean killClient(final int client) {
        final long others = Arrays.stream(clients)
                .filter(other -> other != clients[client] && !other.isDead())
                .count();
        if (clients[client].isDead() || others == 0) {
            return false;
        }
        outcomes += clients[client].die();
        onProgress();
        return true;
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
        if (!residual.isLost(from, to, length)) {
            network.send(from, to, buffer, offset, length);
        }
    }

    @Override
    public long nonce() {
        return nonces.nextLong() | 1;
    }

    @Override
    public void narrate(final Note note, final int replica, final int group, final Supplier<String> text) {
        listener.onNote(note, replica, group, text);
    }

    /** The process of a replica has reached the event its crash was aimed at. */
    @Override
    public void onKilled(final int replica, final boolean isInRecovery) {
        final CrashPoint point = pending[replica];
        pending[replica] = null;
        counters.crashes++;
        counters.recoveryCrashes += isInRecovery ? 1 : 0;
        if (point != null) {
            outcome[replica] = point.outcome();
            recoveryCount[replica] = point.recoveryCount();
        }
        final long downNs = point == null ? crashDraws.logUniform(1_000_000L, 1_000_000_000L) : point.downNs();
        narrate(
                Note.CRASH,
                replica,
                0,
                () -> "crash " + (isInRecovery ? "in recovery " : "")
                        + (point == null ? "" : point.trigger() + " " + point.outcome()));
        queue.after(0, () -> {
            replicas[replica].end(outcome[replica]);
            if (isStorm) {
                losses.onCrashed(replica);
            }
            if (isStorm && options.rots() > 0 && rotDraws.chance(1, 2)) {
                rot(RotPoint.atHead(rotDraws, replica));
            }
            queue.after(downNs, () -> {
                if (!replicas[replica].isUp() && (permanentlyDown >> replica & 1) == 0) {
                    restart(replica);
                    if (isStorm && recoveryCount[replica] > 0) {
                        replicas[replica].arm(CrashPoint.Trigger.NOW, recoveryCount[replica], true);
                        recoveryCount[replica] = 0;
                    }
                }
            });
        });
    }

    /** A process that ends by itself: after a failed sync, or because its superblock is gone; nothing else excuses it. */
    @Override
    public boolean onFailed(final int replica, final int group, final RuntimeException reason) {
        if (reason instanceof StorageFailureException) {
            narrate(Note.CRASH, replica, group, () -> "ends: " + reason.getMessage());
            outcome[replica] = crashDraws.chance(1, 2) ? CrashOutcome.PROCESS_ONLY : CrashOutcome.SUBSET;
            pending[replica] = null;
            replicas[replica].kill();
            return true;
        }
        final boolean isWithoutSuperblock = reason instanceof RecoveryException refusal
                && refusal.code() == RecoveryException.Code.SUPERBLOCK
                && atlas.isLost(replica);
        final boolean isRefusal = reason instanceof RecoveryException refusal
                && (isWithoutSuperblock || losses.isOfWipe(replica, refusal) || counters.beyondF > 0);
        if (isRefusal) {
            narrate(Note.CRASH, replica, group, () -> "refuses to open: " + reason.getMessage());
            counters.refusals++;
            counters.refusalsWithoutSuperblock += isWithoutSuperblock ? 1 : 0;
            pending[replica] = null;
            cutOff(replica, true);
        }
        return isRefusal;
    }

    @Override
    public void onEvent(final int replica, final int group, final TraceEvent event, final long view, final long op) {
        if ((event == TraceEvent.STATE_SYNC_INSTALLED || event == TraceEvent.CHECKPOINT_TAKEN)
                && !replicas[replica].disk(group).hasDamagedFiles()) {
            atlas.onFilesWhole(replica, group);
        }
    }

    /** A restarted process has opened its data. */
    @Override
    public void onRecovered(final int replica, final RecoveryReport report) {
        if (pending[replica] == null) {
            replicas[replica].disarm();
        }
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
            clients[to - replicas.length].onFrame(frame);
        }
    }

    private void onOutcome(final int client, final Outcome result) {
        trace.add(6L << 32 | client, result.ordinal());
        outcomes++;
        listener.onOutcome(client, result);
        switch (result) {
            case OK -> counters.outcomesOk++;
            case UNKNOWN -> counters.outcomesUnknown++;
            case NOT_APPLIED -> counters.outcomesNotApplied++;
        }
        if (isStorm) {
            onProgress();
        }
    }

    // Faults

    /** Some requests more have their outcome: what of the plan is due now. */
    private void onProgress() {
        final int permille = (int) (outcomes * 1_000L / options.requests());
        while (nextCrash < plan.crashes().size()
                && plan.crashes().get(nextCrash).permille() <= permille) {
            final CrashPoint point = plan.crashes().get(nextCrash++);
            queue.after(0, () -> arm(point));
        }
        disturbances.onProgress(permille);
        while (nextPartition < plan.partitions().size()
                && plan.partitions().get(nextPartition).permille() <= permille) {
            final PartitionPoint point = plan.partitions().get(nextPartition++);
            queue.after(0, () -> partition(point));
        }
        while (nextRot < plan.rots().size() && plan.rots().get(nextRot).permille() <= permille) {
            final RotPoint point = plan.rots().get(nextRot++);
            queue.after(0, () -> rot(point));
        }
        while (nextFailover < plan.failovers().size()
                && plan.failovers().get(nextFailover).permille() <= permille) {
            final FailoverPoint point = plan.failovers().get(nextFailover++);
            queue.after(0, () -> {
                if (isStorm) {
                    failovers.begin(point);
                }
            });
        }
        while (nextDiskFault < plan.diskFaults().size()
                && plan.diskFaults().get(nextDiskFault).permille() <= permille) {
            final DiskFaultPoint point = plan.diskFaults().get(nextDiskFault++);
            queue.after(0, () -> {
                if (isStorm) {
                    diskFaults.strike(point);
                }
            });
        }
        while (nextSyncFailure < plan.syncFailures().size()
                && plan.syncFailures().get(nextSyncFailure).permille() <= permille) {
            final SyncFailurePoint point = plan.syncFailures().get(nextSyncFailure++);
            queue.after(0, () -> {
                if (isStorm && replicas[point.replica()].isAlive()) {
                    narrate(Note.FAULT, point.replica(), point.group(), () -> "the next sync fails: " + point.kind());
                    replicas[point.replica()].disk(point.group()).failNextSync(point.kind());
                }
            });
        }
    }

    private void arm(final CrashPoint point) {
        if (!isStorm) {
            return;
        }
        if (point.victim() == CrashPoint.Victim.ALL) {
            for (int replica = 0; replica < replicas.length; replica++) {
                if (replicas[replica].isUp()) {
                    strike(replica, point);
                }
            }
            return;
        }
        final int replica = victim(point.victim());
        if (!replicas[replica].isUp() || pending[replica] != null) {
            return;
        }
        if (point.trigger() == CrashPoint.Trigger.NOW) {
            strike(replica, point);
            return;
        }
        pending[replica] = point;
        replicas[replica].arm(point.trigger(), point.count(), false);
        queue.after(ARMED_MAX_NS, () -> {
            if (isStorm && point.equals(pending[replica])) {
                strike(replica, point);
            }
        });
    }

    private void strike(final int replica, final CrashPoint point) {
        pending[replica] = point;
        replicas[replica].kill();
    }

    private int victim(final CrashPoint.Victim victim) {
        final int any = crashDraws.nextInt(replicas.length);
        if (victim == CrashPoint.Victim.ANY) {
            return any;
        }
        for (int i = 0; i < replicas.length; i++) {
            final int replica = (any + i) % replicas.length;
            final ReplicaView view = replicas[replica].view(0);
            if (view != null
                    && view.status() == Status.NORMAL
                    && (view.primary() == replica) == (victim == CrashPoint.Victim.PRIMARY)) {
                return replica;
            }
        }
        return any;
    }

    private void partition(final PartitionPoint point) {
        if (!isStorm) {
            return;
        }
        counters.partitions++;
        cut(point, true);
        final int first = Integer.numberOfTrailingZeros(point.members());
        narrate(Note.FAULT, first, 0, () -> "partition " + point);
        queue.after(point.durationNs(), () -> {
            if (isStorm) {
                cut(point, false);
                narrate(Note.FAULT, first, 0, () -> "end of the partition " + point);
            }
        });
    }

    private void cut(final PartitionPoint point, final boolean cut) {
        for (int from = 0; from < replicas.length; from++) {
            for (int to = 0; to < replicas.length; to++) {
                if (from != to && point.isCut(from, to)) {
                    network.cut(from, to, cut);
                }
            }
        }
    }

    private void rot(final RotPoint point) {
        if (!isStorm) {
            return;
        }
        final int group = (int) (point.place() % options.cluster().groupCount());
        final SimDisk disk = replicas[point.replica()].disk(group);
        final IntArrayList sectors = new IntArrayList();
        disk.writtenSectors(sectors);
        final IntArrayList candidates = new IntArrayList();
        for (int i = 0; i < sectors.size(); i++) {
            final int sector = sectors.getInt(i);
            final boolean isOfTarget = switch (point.target()) {
                case SUPERBLOCK -> DurableImage.isSuperblock(sector);
                case MARK -> DurableImage.isMark(sector);
                case HEAD, HEAD_BURST -> sector >= DurableImage.RING_START && i >= sectors.size() - HEAD_SECTORS;
                case ANY_OF_RING -> sector >= DurableImage.RING_START;
            };
            if (isOfTarget) {
                candidates.addInt(sector);
            }
        }
        for (int i = 0; i < ROT_TRIES && !candidates.isEmpty(); i++) {
            final int sector = candidates.getInt((int) ((point.place() / 7 + i * 31L) % candidates.size()));
            if (!disk.image().isSectorDamaged(sector) && atlas.admit(point.replica(), group, sector)) {
                if (disk.damage(disk.dataFile(), sector, point.kind(), rotDraws)) {
                    onRotten(point, group, sector, point.kind().toString());
                    if (point.kind() == DamageKind.STALE && point.isAstray()) {
                        misdirect(point, group, sector, candidates);
                    }
                }
                if (point.target() != RotPoint.Target.HEAD_BURST) {
                    return;
                }
            }
        }
    }

    /** The write that never landed in one sector landed in another one of the same zone. */
    private void misdirect(final RotPoint point, final int group, final int sector, final IntArrayList candidates) {
        final SimDisk disk = replicas[point.replica()].disk(group);
        final int to = candidates.getInt((int) ((point.place() / 11) % candidates.size()));
        if (to != sector
                && !disk.image().isSectorDamaged(to)
                && atlas.admit(point.replica(), group, to)
                && disk.misdirect(disk.dataFile(), sector, to)) {
            onRotten(point, group, to, "bytes of sector " + sector);
        }
    }

    private void onRotten(final RotPoint point, final int group, final int sector, final String how) {
        atlas.onDamaged(point.replica(), group, sector);
        trace.add(7L << 32 | point.replica(), sector);
        narrate(
                Note.FAULT,
                point.replica(),
                group,
                () -> "rot " + how + " sector " + sector + " op "
                        + replicas[point.replica()].disk(group).image().opOfSector(sector));
    }

    private void restart(final int replica) {
        counters.restarts++;
        narrate(Note.RESTART, replica, 0, () -> "restart");
        replicas[replica].start();
    }

    private void cutOff(final int replica, final boolean isDown) {
        permanentlyDown |= 1 << replica;
        for (int other = 0; other < replicas.length; other++) {
            if (other != replica) {
                network.cut(replica, other, true);
                network.cut(other, replica, true);
            }
        }
        if (isDown && replicas[replica].isAlive()) {
            outcome[replica] = CrashOutcome.DROP_ALL;
            replicas[replica].kill();
        }
    }

    private static DiskFaults healed(final DiskFaults faults) {
        return new DiskFaults(faults.latencyMinNs(), 100_000L, 100_000L, 100_000L, 0, 0);
    }

    /** One column per replica, as it stands: status, role, view and commit. */
    public String columns(final int group) {
        final StringBuilder text = new StringBuilder();
        for (final SimReplica replica : replicas) {
            final ReplicaView view = replica.isUp() ? replica.view(group) : null;
            final String column;
            if (view == null) {
                column = replica.isUp() ? "^ opening" : "# down";
            } else {
                final char status = switch (view.status()) {
                    case JOINING -> 'j';
                    case NORMAL -> '.';
                    case VIEW_CHANGE -> 'v';
                    case RECOVERING_HEAD -> 'h';
                };
                final boolean isPrimary = view.primary() == view.replica();
                column = "" + status + (isPrimary ? '/' : '\\') + " V" + view.view() + " " + view.commitMin() + "/"
                        + view.commitMax() + "/" + view.head();
            }
            text.append(String.format("%-24s", column));
        }
        return text.toString();
    }
}
