package io.vireo.sim.cluster;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.open.RecoveryStage;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.transfer.TransferLimits;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.segment.SegmentDamage;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.journal.wal.RecoveryReport;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.core.TraceSink;
import io.vireo.node.host.HostContext;
import io.vireo.node.host.HostState;
import io.vireo.node.host.ReplicaHost;
import io.vireo.node.message.PrepareOkFlyweight;
import io.vireo.node.message.ReplyFlyweight;
import io.vireo.node.port.MessageBus;
import io.vireo.node.session.ClientSessions;
import io.vireo.node.sync.SyncServer;
import io.vireo.sim.fault.CrashPoint.Trigger;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.CrashOutcome;
import io.vireo.sim.storage.DiskEvent;
import io.vireo.sim.storage.SectorFate;
import io.vireo.sim.storage.SimDisk;
import io.vireo.sim.time.SimClock;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One replica's machine: the disks of its groups, and the process that runs on them while it is up. Drives the same {@link ReplicaHost} as
 * a shard agent does, ends it at the event a crash is aimed at, and starts it again. From the moment of a crash nothing the process still
 * does has an effect.
 */
public final class SimReplica {
    private static final int POLLS_MAX = 10_000;
    private static final long MONOTONIC_STEP_NS = 1L << 40;

    private final ReplicaEnvironment environment;
    private final ClusterConfig config;
    private final int index;
    private final SimDisk[] disks;
    /** What a process finds: its own disks, unless they are elsewhere. */
    private SimDisk[] mounted;

    private final Draws draws;
    private final Draws crashDraws;
    private final SimClock clock;
    private final ReplicaHost[] hosts;
    private final boolean[] isStarted;
    /** By end, replicas first: has sent something for which answers go back to it. */
    private final boolean[] isHeard;

    private final UnsafeBuffer sendView = new UnsafeBuffer(0, 0);
    private final HeaderFlyweight header = new HeaderFlyweight();
    private final PrepareFlyweight prepare = new PrepareFlyweight();
    private final PrepareOkFlyweight prepareOk = new PrepareOkFlyweight();

    private final PausedInputs paused;
    /** Of the process that runs; null if clients talk to the groups themselves. */
    private Front front;

    private boolean isUp;
    private boolean isAlive;
    private boolean isPollDue;
    private long wakeAtNs;
    private int life;

    private Trigger armed;
    private int armedCount;
    private boolean isArmedForRecovery;

    /** A machine with formatted disks, one per group, and nothing running yet. */
    public SimReplica(
            final ReplicaEnvironment environment,
            final ClusterConfig config,
            final long seed,
            final int index,
            final SimDisk[] disks,
            final int clients) {
        this.environment = environment;
        this.config = config;
        this.index = index;
        this.disks = disks;
        mounted = disks;
        draws = new Draws(seed, Stream.REPLICA, index);
        crashDraws = new Draws(seed, Stream.CRASH_OUTCOME, index);
        hosts = new ReplicaHost[disks.length];
        isStarted = new boolean[disks.length];
        isHeard = new boolean[config.replicaCount() + clients];
        paused = new PausedInputs(config.replicaCount());
        clock = new SimClock(new Draws(seed, Stream.CLOCK, index).between(-2_000_000_000L, 2_000_000_000L));
    }

    // Life of the process

    public boolean isUp() {
        return isUp;
    }

    /** A process starts on these disks. */
    public void start() {
        isUp = true;
        isAlive = true;
        life++;
        clock.monotonicStart(life * MONOTONIC_STEP_NS);
        environment.trace().add(1, index, life);
        front = environment.front(new Life());
        for (int i = 0; i < hosts.length; i++) {
            final int group = i;
            mounted[group].attach(new Watch(group));
            hosts[group] = new ReplicaHost(new HostContext(
                    config,
                    index,
                    group,
                    mounted[group],
                    front == null ? new Bus(life, group) : front.bus(group),
                    draws,
                    environment.nonce(),
                    segments -> environment.stateMachine(index, group, segments),
                    new Trace(),
                    environment.scrub(),
                    TransferLimits.BYTES_PER_SECOND));
            hosts[group].start(monotonicNs(), wallNs());
        }
        wakeAtNs = Long.MAX_VALUE;
        poll();
    }

    /** The process ends after so many more of these events; a recovery that is under way counts as well. */
    void arm(final Trigger trigger, final int count, final boolean isForRecovery) {
        armed = trigger;
        armedCount = count;
        isArmedForRecovery = isForRecovery;
    }

    void disarm() {
        armed = null;
    }

    boolean isArmed() {
        return armed != null;
    }

    public boolean isAlive() {
        return isAlive;
    }

    /** Number of this process, or of what has come to the disks of its machine since; rises with each start and each end. */
    int life() {
        return life;
    }

    /** From now on nothing the process does has an effect; its end follows when the code that runs now has returned. */
    public void kill() {
        if (isAlive) {
            isAlive = false;
            final boolean isInRecovery = isRecovering();
            armed = null;
            environment.onKilled(index, isInRecovery);
        }
    }

    /** The process is gone; what it had not synced is the disks' to decide. */
    public void end(final CrashOutcome outcome) {
        environment.trace().add(2, index, outcome.ordinal());
        end(disk -> disk.crash(outcome, crashDraws));
    }

    /** The machine is gone; this rule decides what of the un-synced stays. */
    public void end(final SectorFate fate) {
        end(disk -> disk.crash(fate));
    }

    /** While no process runs: from now on processes find the disks of that machine. */
    void mount(final SimReplica owner) {
        mounted = owner.disks;
    }

    /** The clocks of the machine. */
    SimClock clock() {
        return clock;
    }

    /** The process does nothing until it is resumed; false if none runs, or it is paused already. */
    boolean pause() {
        if (!isAlive || paused.isPaused()) {
            return false;
        }
        paused.pause();
        return true;
    }

    /** The machine stands still and so do its clocks, until it is resumed; false if no process runs, or it is paused already. */
    boolean suspend() {
        if (!pause()) {
            return false;
        }
        clock.suspend(environment.clockNs(index));
        paused.delayPeers();
        return true;
    }

    /** The clocks of the machine go on; frames of other replicas do not arrive before {@link #catchUp}. */
    int wakeUp(final boolean isWallSet) {
        clock.resume(environment.clockNs(index), isWallSet);
        return resume();
    }

    /** What other replicas have sent to a machine that was suspended arrives; returns how many frames. */
    int catchUp() {
        return isAlive ? paused.catchUp(this::onFrame) : 0;
    }

    /** A paused process goes on, with all that has waited for it; returns how many frames that were. */
    int resume() {
        if (!isAlive || !paused.isPaused()) {
            return 0;
        }
        final int frames = paused.resume(this::onFrame);
        environment.counters().pausedFramesLost += paused.takeLost();
        poll();
        return frames;
    }

    private void end(final Consumer<SimDisk> crash) {
        environment.counters().pausedFramesLost += paused.takeLost();
        paused.clear();
        // Whoever is switched off while it stands still has another clock when it is on again.
        clock.resume(environment.clockNs(index), true);
        isUp = false;
        isAlive = false;
        life++;
        if (front != null) {
            front.close();
            front = null;
        }
        for (int group = 0; group < mounted.length; group++) {
            crash.accept(mounted[group]);
            hosts[group] = null;
        }
        java.util.Arrays.fill(isHeard, false);
        environment.auditors().onCrashed(index);
    }

    /** True while a group of the process is still being opened. */
    public boolean isRecovering() {
        for (final ReplicaHost host : hosts) {
            if (host != null && host.state() == HostState.OPENING) {
                return true;
            }
        }
        return false;
    }

    /** How a group stands; null if it is not open. */
    public ReplicaView view(final int group) {
        return hosts[group] == null ? null : hosts[group].view();
    }

    /** Of a group: bytes of files that were fetched and verified, and ops applied; more means that it gets on. */
    long progress(final int group) {
        final ReplicaView view = view(group);
        return hosts[group] == null
                ? 0
                : hosts[group].transferCounters().bytesPulled() + (view == null ? 0 : view.commitMin());
    }

    /** The journal of a group; null if it is not open. */
    public PrepareJournal journal(final int group) {
        return hosts[group] == null ? null : hosts[group].journal();
    }

    public SimDisk disk(final int group) {
        return disks[group];
    }

    // Inputs

    /** A frame that has passed the check of everything that enters. */
    public void onFrame(final int from, final int group, final UnsafeBuffer frame, final int length) {
        if (!isAlive || paused.take(from, group, frame, length)) {
            return;
        }
        if (from >= config.replicaCount()) {
            isHeard[from] = true;
        } else if (front != null) {
            final Command command = header.wrap(frame, 0).command();
            if (command == Command.REQUEST || command == Command.READ) {
                isHeard[from] = true;
            } else if (command == Command.REPLY || command == Command.READ_REPLY || command == Command.CLIENT_VIEW) {
                poll();
                if (isAlive) {
                    front.onAnswer(frame, length);
                }
                poll();
                return;
            }
        }
        pollGroup(group);
        if (isAlive) {
            hosts[group].onMessage(frame, 0, length);
        }
        poll();
    }

    /** A client's connection is gone; the next frame of this end opens another one. */
    void forget(final int end) {
        isHeard[end] = false;
    }

    private void pollSoon() {
        if (!isPollDue) {
            isPollDue = true;
            final int submitted = life;
            environment.queue().after(0, () -> {
                isPollDue = false;
                if (submitted == life) {
                    poll();
                }
            });
        }
    }

    /** A turn of the process: what its disks and its clock have for it. */
    public void poll() {
        if (paused.isPaused()) {
            return;
        }
        int turns = 0;
        int work = 1;
        while (isAlive && work > 0) {
            for (int group = 0; group < hosts.length && isAlive; group++) {
                pollGroup(group);
            }
            work = isAlive && front != null ? front.poll(monotonicNs()) : 0;
            if (++turns > POLLS_MAX) {
                throw new IllegalStateException("a process finds work without end");
            }
        }
        if (isAlive) {
            scheduleWake();
        }
    }

    private void pollGroup(final int group) {
        final ReplicaHost host = hosts[group];
        int polls = 0;
        int work = 1;
        int total = 0;
        while (isAlive && work > 0) {
            work = host.poll(monotonicNs(), wallNs()) + host.pollFiles(monotonicNs());
            total += work;
            if (++polls > POLLS_MAX) {
                throw new IllegalStateException("a host finds work without end");
            }
        }
        if (!isAlive) {
            return;
        }
        if (host.state() == HostState.FAILED) {
            if (environment.onFailed(index, group, host.failure())) {
                return;
            }
            throw new IllegalStateException(
                    "replica " + index + " group " + group + " refused to go on: "
                            + host.failure().getMessage(),
                    host.failure());
        }
        if (total > 0 && host.state() == HostState.RUNNING) {
            environment.auditors().onView(index, host.view());
            environment.auditors().bounds.onTurn(index, host, disks[group]);
        }
    }

    private void scheduleWake() {
        long next = Long.MAX_VALUE;
        for (final ReplicaHost host : hosts) {
            next = Math.min(next, host.nextDeadlineNs());
        }
        if (front != null) {
            final long delayNs = front.delayNs(monotonicNs());
            next = delayNs < next - monotonicNs() ? monotonicNs() + delayNs : next;
        }
        final long atNs = clock.virtualNs(next);
        final long now = environment.clockNs(index);
        if (wakeAtNs <= now || atNs < wakeAtNs) {
            wakeAtNs = Math.max(atNs, now + 1);
            final int submitted = life;
            final long expected = wakeAtNs;
            environment.wakeAt(expected, () -> {
                if (submitted == life && expected == wakeAtNs) {
                    poll();
                }
            });
        }
    }

    private long monotonicNs() {
        return clock.monotonicNs(environment.clockNs(index));
    }

    private long wallNs() {
        return clock.wallNs(environment.clockNs(index));
    }

    private void onTrigger(final Trigger trigger) {
        if (armed == null || !isAlive || isArmedForRecovery && !isRecovering()) {
            return;
        }
        final boolean isHit = armed == trigger
                || isArmedForRecovery
                        && (trigger == Trigger.READ_ISSUED
                                || trigger == Trigger.WRITE_ISSUED
                                || trigger == Trigger.SYNC_ISSUED);
        if (isHit && --armedCount <= 0) {
            kill();
        }
    }

    /** The life of the process that has just begun, for what stands before its groups. */
    private final class Life implements ProcessLife {
        private final int number = life;

        @Override
        public int replica() {
            return index;
        }

        @Override
        public int life() {
            return number;
        }

        @Override
        public boolean isAlive() {
            return isAlive && number == life;
        }

        @Override
        public boolean isOpen(final int group) {
            return hosts[group].state() == HostState.RUNNING;
        }

        @Override
        public ReplicaView view(final int group) {
            return SimReplica.this.view(group);
        }

        @Override
        public void deliver(final int group, final MutableDirectBuffer buffer, final int offset, final int length) {
            if (isAlive()) {
                hosts[group].onMessage(buffer, offset, length);
            }
        }

        @Override
        public MessageBus network(final int group) {
            return new Bus(number, group);
        }

        @Override
        public void sendAsClient(final int replica, final DirectBuffer buffer, final int offset, final int length) {
            if (isAlive()) {
                sendView.wrap(buffer, offset, length);
                header.wrap(sendView, 0);
                environment
                        .trace()
                        .add(
                                14L << 32
                                        | (long) index << 16
                                        | (long) header.command().code() << 8
                                        | replica,
                                header.checksumLo());
                environment.counters().onSent(header.command());
                environment.send(index, replica, buffer, offset, length);
                onTrigger(Trigger.SENT);
            }
        }

        @Override
        public void wake() {
            pollSoon();
        }

        @Override
        public long monotonicNs() {
            return SimReplica.this.monotonicNs();
        }

        @Override
        public long wallNs() {
            return SimReplica.this.wallNs();
        }
    }

    /** What happens at the disks of this process. */
    private final class Watch implements SimDisk.Watch {
        private final int group;
        private final int owner = life;

        Watch(final int group) {
            this.group = group;
        }

        @Override
        public boolean isAlive() {
            return isAlive && owner == life;
        }

        @Override
        public void onRename(final String from, final String to) {
            environment.auditors().snapshots.onRename(index, group, from, to);
        }

        @Override
        public void onDelete(final String name) {
            environment.auditors().snapshots.onDelete(index, group, name);
        }

        @Override
        public void on(final DiskEvent event) {
            if (event == DiskEvent.COMPLETED) {
                pollSoon();
            }
            onTrigger(
                    switch (event) {
                        case READ_ISSUED -> Trigger.READ_ISSUED;
                        case WRITE_ISSUED -> Trigger.WRITE_ISSUED;
                        case WRITE_APPLIED -> Trigger.WRITE_APPLIED;
                        case SYNC_ISSUED -> Trigger.SYNC_ISSUED;
                        case SYNC_DONE -> Trigger.SYNC_DONE;
                        case COMPLETED -> Trigger.COMPLETED;
                    });
        }
    }

    /** Hands frames to the network, and to the auditors on their way. */
    private final class Bus implements MessageBus {
        private final int owner;
        private final int group;

        Bus(final int owner, final int group) {
            this.owner = owner;
            this.group = group;
        }

        /** As if the connection took a frame when it has arrived. */
        @Override
        public int waiting(final int replica, final int ofGroup) {
            final long waiting = environment.underWay(index, replica);
            environment.counters().transfers.crowded += waiting > SyncServer.aheadMax(config) ? 1 : 0;
            return (int) Math.min(waiting, Integer.MAX_VALUE);
        }

        @Override
        public boolean carriesFiles(final int replica, final int ofGroup) {
            return environment.carriesFiles(index, replica);
        }

        @Override
        public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {
            if (!isAlive || owner != life) {
                return;
            }
            audit(replica, buffer, offset, length);
            environment.send(index, replica, buffer, offset, length);
            onTrigger(Trigger.SENT);
            final Command command = header.command();
            if (command == Command.PREPARE_OK) {
                onTrigger(Trigger.SENT_PREPARE_OK);
            } else if (command == Command.DO_VIEW_CHANGE
                    || command == Command.START_VIEW
                    || command == Command.START_VIEW_CHANGE) {
                onTrigger(Trigger.SENT_VIEW_CHANGE);
            }
        }

        @Override
        public void sendToClient(
                final long clientLo,
                final long clientHi,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            if (!isAlive || owner != life) {
                return;
            }
            audit(-1, buffer, offset, length);
            final int end = front == null ? config.replicaCount() + (int) (clientLo >>> 48) : front.replicaOf(clientHi);
            if (header.command() == Command.REPLY) {
                environment.narrate(
                        Note.REPLY,
                        index,
                        header.group(),
                        () -> replyText(front == null, (int) (clientLo >>> 48), end));
            }
            if (end >= 0 && end < isHeard.length && isHeard[end]) {
                environment.send(index, end, buffer, offset, length);
            }
        }

        @Override
        public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
            if (!isAlive || owner != life) {
                return;
            }
            audit(-1, buffer, offset, length);
            for (int end = 0; end < isHeard.length; end++) {
                if (isHeard[end]) {
                    environment.send(index, end, buffer, offset, length);
                }
            }
        }

        private String replyText(final boolean isClient, final int client, final int end) {
            final ReplyFlyweight reply = new ReplyFlyweight().wrap(sendView, 0);
            final int first = reply.row(0);
            return "reply to " + (isClient ? "client " + client : "gateway " + end) + ": " + reply.rowCount()
                    + " from request "
                    + ReplyFlyweight.request(sendView, first) + " "
                    + ReplyStatus.text(ReplyFlyweight.status(sendView, first)) + " op="
                    + ReplyFlyweight.op(sendView, first);
        }

        private void audit(final int to, final DirectBuffer buffer, final int offset, final int length) {
            sendView.wrap(buffer, offset, length);
            header.wrap(sendView, 0);
            final Command command = header.command();
            long op = 0;
            if (command == Command.PREPARE) {
                op = prepare.wrap(sendView, 0).op();
            } else if (command == Command.PREPARE_OK) {
                op = prepareOk.wrap(sendView, 0).op();
            }
            environment
                    .trace()
                    .add(
                            ((long) index << 16 | (long) command.code() << 8 | to & 0xff) << 32 | header.view(),
                            op,
                            header.checksumLo());
            environment.auditors().log.frame(command, index, to, header.group(), header.view(), op);
            environment.counters().onSent(command);
            environment.auditors().namespaces.onFrame(index, group, header);
            environment.auditors().onSend(index, to, header);
        }
    }

    /** Hands what the core reports to the auditors and counters. */
    private final class Trace implements TraceSink {
        private final int owner = life;
        /** By group: the latest view this process has led. */
        private final long[] ledView = new long[hosts.length];

        Trace() {
            java.util.Arrays.fill(ledView, -1);
        }

        @Override
        public void transition(
                final int group,
                final Status from,
                final Status to,
                final long view,
                final long logView,
                final String reason) {
            if (!isAlive || owner != life) {
                return;
            }
            environment.trace().add(3L << 32 | (long) index << 8 | to.ordinal(), view, logView);
            if (!isStarted[group]) {
                isStarted[group] = true;
                final RecoveryReport report = hosts[group].recovered().report();
                environment.counters().onRecovered(report);
                environment.counters().headersAlone += disks[group].image().headersAlone();
                environment.auditors().recovery.onRecovered(index, group, view, hosts[group].journal());
                auditReplay(group);
                environment
                        .auditors()
                        .replay
                        .onOpened(
                                index,
                                group,
                                view,
                                hosts[group].recovered().commitMin(),
                                (ClientSessions) hosts[group].recovered().sessions(),
                                hosts[group].recovered().files()::end);
                environment.auditors().onStarted(index, startView(group, to, view, logView, report));
                environment.onRecovered(index, report);
            }
            environment.counters().onTransition(from, to);
            environment.auditors().onTransition(index, group, from, to, view, logView, reason);
            environment.onTransition(index, from, to, view, logView, reason);
            environment.narrate(
                    Note.TRANSITION,
                    index,
                    group,
                    () -> from + "->" + to + " view=" + view + " logView=" + logView + " " + reason);
            if (from != to && to == Status.VIEW_CHANGE) {
                onTrigger(Trigger.VIEW_ENTERED);
            } else if (from != to && to == Status.NORMAL) {
                environment.onNormal(index, group, view, ledView[group]);
                if (config.primaryOf(group, view) == index) {
                    ledView[group] = view;
                }
            }
        }

        @Override
        public void opening(final int group, final RecoveryStage stage, final String found) {
            if (!isAlive || owner != life) {
                return;
            }
            environment.trace().add(5L << 32 | (long) index << 8 | stage.ordinal(), group, 0);
            environment.counters().onStage(stage);
            environment.auditors().identity.onOpening(index, group, stage);
            environment.narrate(Note.OPENING, index, group, () -> "opening: " + stage + " " + found);
            if (stage == RecoveryStage.SUPERBLOCK) {
                environment.auditors().recovery.onOpening(index, group);
                isStarted[group] = false;
            }
        }

        @Override
        public void applied(final int group, final PrepareFlyweight applied) {
            if (!isAlive || owner != life) {
                return;
            }
            environment.trace().add(4L << 32 | index, applied.op(), applied.checksumLo());
            environment.auditors().onApplied(index, group, applied);
            environment.auditors().replay.onAppliedLive(index, group, applied);
            environment.onApplied(index, group, applied);
        }

        @Override
        public void event(final int group, final TraceEvent event, final long view, final long op) {
            if (!isAlive || owner != life) {
                return;
            }
            environment.counters().onEvent(event);
            environment.auditors().onEvent(index, group, event);
            environment.onEvent(index, group, event, view, op);
            if (event != TraceEvent.PREPARE_FORMED && event != TraceEvent.FRAME_DROPPED) {
                environment.narrate(Note.CORE, index, group, () -> event + " view=" + view + " op=" + op);
            }
        }

        @Override
        public void chunkScrubbed(final int group) {
            if (isAlive && owner == life) {
                environment.counters().scrubbedChunks++;
            }
        }

        @Override
        public void damageFound(final int group, final SegmentDamage damage) {
            if (isAlive && owner == life) {
                environment.counters().scrubFound++;
                environment.trace().add(6L << 32 | index, group, damage.position());
                environment.narrate(Note.CORE, index, group, () -> "damage found: " + damage);
            }
        }

        @Override
        public void damageHealed(final int group, final SegmentDamage damage, final int peer) {
            if (isAlive && owner == life) {
                environment.counters().scrubHealed++;
                environment.trace().add(7L << 32 | index, group, damage.position());
                environment.narrate(Note.CORE, index, group, () -> "damage healed from " + peer + ": " + damage);
                environment.onHealed(index, group);
            }
        }

        @Override
        public void damageRemains(final int group, final SegmentDamage damage, final String reason) {
            if (isAlive && owner == life) {
                environment.counters().scrubUnhealed++;
                environment.narrate(Note.CORE, index, group, () -> "damage remains, " + reason + ": " + damage);
            }
        }

        /**
         * Ops that this replay was the first one to apply. Story: op 141 is committed while a checkpoint at 140 keeps everybody from
         * applying it; the power fails; whoever comes back applies it, and no process ever has before.
         */
        private void auditReplay(final int group) {
            final long applied = hosts[group].recovered().applyStep().appliedOp();
            final PrepareFlyweight replayed = new PrepareFlyweight();
            final long known = environment.auditors().canon.top(group);
            environment.auditors().canon.onReplayed(index, group, Math.min(known, applied));
            for (long op = known + 1; op <= applied; op++) {
                environment
                        .auditors()
                        .onApplied(index, group, hosts[group].journal().header(op, replayed));
            }
        }

        /** The host reports its first transition before it can be asked for its view. */
        private ReplicaView startView(
                final int group,
                final Status status,
                final long view,
                final long logView,
                final RecoveryReport report) {
            final ReplicaView now = hosts[group].view();
            if (now != null) {
                return now;
            }
            final long applied = hosts[group].recovered().applyStep().appliedOp();
            return new ReplicaView(
                    group,
                    index,
                    status,
                    view,
                    logView,
                    config.primaryOf(group, view),
                    report.head(),
                    applied,
                    Math.max(applied, hosts[group].recovered().commitMax()),
                    0,
                    report.checkpointOp(),
                    status != Status.RECOVERING);
        }
    }
}
