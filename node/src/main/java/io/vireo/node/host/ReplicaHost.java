package io.vireo.node.host;

import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.open.RecoveredState;
import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.bootstrap.open.ReplicaRecovery;
import io.vireo.bootstrap.transfer.TransferCounters;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.Superblock;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.core.DivergedException;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.LaterLifeException;
import io.vireo.node.core.ReplicaLoad;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.message.CheckpointFlyweight;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.replica.Replica;
import io.vireo.node.replica.ReplicaParts;
import io.vireo.node.session.ClientSessions;
import io.vireo.node.sync.ScrubCounters;
import io.vireo.node.sync.Scrubber;
import io.vireo.node.sync.StateSync;
import io.vireo.node.sync.SyncServer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One group of one replica: opens its data directory, then joins replica, journal, superblock and bus. Has no thread: a shard agent drives
 * it in production, the simulator drives it through the same methods. Every input of the replica is followed by its effects, before the
 * next input.
 *
 * <p>A broken invariant leaves as an exception from {@link #poll} or {@link #onMessage} and ends the process: nothing here catches it.
 */
public final class ReplicaHost {
    /** Steps of the replica per turn, so that one group does not starve the others of its shard. */
    private static final int STEPS_PER_POLL_MAX = 256;

    private static final long TOKEN_RESET = (long) SyncServer.TOKEN_OWNER << 56;

    private final HostContext context;
    private final EffectQueue effects = new EffectQueue();
    private final Completions completions = new Completions();
    private final Effects executor = new Effects();
    private final UnsafeBuffer readView = new UnsafeBuffer(0, 0);
    private final CheckpointFlyweight checkpointFrame = new CheckpointFlyweight();
    private final ChunkFlyweight chunkFrame = new ChunkFlyweight();
    private final HeaderFlyweight header = new HeaderFlyweight();
    private HostState state = HostState.OPENING;
    private SyncServer server;
    /** Of the replica that runs; null while none does. */
    private Scrubber scrubber;

    private final CatchingUp catchingUp;
    private final ScrubCounters scrubCounters = new ScrubCounters();
    private final TransferCounters transferCounters = new TransferCounters();
    private Synchronization synchronization;
    /** Waits for everything that was submitted in the state before, so that nothing of it is met in the next one. */
    private boolean isResetting;
    /** The opening follows a synchronization that has left files of no use. */
    private boolean isSweepDue;

    /** Tells frames of the replica that runs from those of the ones before it. */
    private long nonce;

    /** The replica wants to end and to begin anew with a checkpoint above this op; -1 if it does not. */
    private long syncAboveOp = -1;

    private final DivergenceRepairs divergences = new DivergenceRepairs();
    /** Found inside a completion, at whose end the replica ends; null if it was not. */
    private DivergedException diverged;

    private RuntimeException failure;
    private ClientSessions sessions;
    private ReplicaRecovery recovery;
    private RecoveredState recovered;
    private Replica replica;
    private PrepareJournal journal;
    private Superblock superblock;
    private long nowNs;
    private long wallNs;
    private long nextTickNs;

    public ReplicaHost(final HostContext context) {
        Invariant.check(context.processNonce() != 0, "the process nonce is not 0");
        this.context = context;
        catchingUp = new CatchingUp(context);
    }

    /** Begins to open the data directory. */
    public void start(final long monotonicNs, final long wallClockNs) {
        nowNs = monotonicNs;
        wallNs = wallClockNs;
        open();
    }

    private void open() {
        // Story: an answer to the replica that ran before a state synchronization comes late. It lacks what the log
        // holds now.
        nonce = nonce == 0 ? context.processNonce() : context.random().nextLong() | 1;
        state = HostState.OPENING;
        final ClusterConfig config = context.cluster();
        recovery = new ReplicaRecovery(
                config,
                context.replica(),
                context.group(),
                context.storage(),
                context.stateMachines(),
                replySizeMax ->
                        sessions = new ClientSessions(config.sessionsMax(), config.sessionWindow(), replySizeMax),
                (stage, found) -> context.trace().opening(context.group(), stage, found));
        recovery.start();
    }

    /**
     * One turn: storage completions, a tick if one is due, what the replica can do, and the flush of its journal, before and after. What nobody waits
     * for like that is left to {@link #pollFiles}.
     *
     * @return how much was done; 0 if nothing.
     */
    public int poll(final long monotonicNs, final long wallClockNs) {
        nowNs = monotonicNs;
        wallNs = wallClockNs;
        if (state == HostState.FAILED || state == HostState.STOPPED) {
            return 0;
        }
        int work = context.storage().poll(completions);
        if (state == HostState.RUNNING) {
            work += run();
        } else if (state == HostState.SYNCING && !isResetting && nowNs >= nextTickNs) {
            nextTickNs = nowNs + context.cluster().tickNs();
            synchronization.onTick(nowNs);
            endSynchronization();
        }
        return work;
    }

    private int run() {
        int work = 0;
        if (nowNs >= nextTickNs) {
            nextTickNs = nowNs + context.cluster().tickNs();
            replica.onTick(nowNs, wallNs);
            drain();
            if (syncAboveOp >= 0) {
                synchronize(null, null, syncAboveOp + 1, true);
                return 1;
            }
            journal.tick(nowNs);
            recovered.checkpoints().tick();
            server.onTick(nowNs);
            work++;
        }
        // Prepares that have arrived are written while the ops below them are applied, instead of after that.
        journal.flush();
        while (work < STEPS_PER_POLL_MAX && replica.work(nowNs, wallNs)) {
            drain();
            work++;
        }
        drain();
        journal.flush();
        return work;
    }

    /**
     * One turn of what others want of files here, and of the scrubber. Story: both read and check megabytes, and clients wait for what
     * {@link #poll} has decided; so it is called when that is on its way.
     *
     * @return how much was done; 0 if nothing.
     */
    public int pollFiles(final long monotonicNs) {
        if (state != HostState.RUNNING) {
            return 0;
        }
        nowNs = monotonicNs;
        return server.poll(nowNs) + scrubber.poll(nowNs);
    }

    /** One frame of this group that has passed {@code MessageCheck}; dropped while the host opens. */
    public void onMessage(final MutableDirectBuffer buffer, final int offset, final int length) {
        if (state == HostState.RUNNING) {
            final Command command = header.wrap(buffer, offset).command();
            if (command == Command.REQUEST_CHECKPOINT) {
                server.onRequestCheckpoint(
                        checkpointFrame.wrap(buffer, offset),
                        superblock.state().checkpoint(),
                        replica.agreement().isAgreed());
            } else if (command == Command.REQUEST_CHUNK) {
                server.onRequestChunk(
                        chunkFrame.wrap(buffer, offset), superblock.state().checkpoint());
            } else if (command != Command.CHUNK || !scrubber.onChunk(chunkFrame.wrap(buffer, offset))) {
                onReplicaMessage(buffer, offset, length);
            }
        } else if (state == HostState.SYNCING) {
            onMessageMeanwhile(buffer, offset);
        }
    }

    /** One frame while no replica runs because a checkpoint is fetched. */
    private void onMessageMeanwhile(final MutableDirectBuffer buffer, final int offset) {
        final Command command = header.wrap(buffer, offset).command();
        if (command == Command.READ) {
            catchingUp.onRead(buffer, offset, synchronization.retryAfterMs());
        } else if (command == Command.REQUEST_CHUNK) {
            catchingUp.onRequestChunk(buffer, offset);
        } else if (!isResetting) {
            synchronization.onMessage(nowNs, buffer, offset);
            endSynchronization();
        }
    }

    /** Monotonic time at which {@link #poll} has to be called again, whatever else happens. */
    public long nextDeadlineNs() {
        // While files are closed nothing ticks: a tick that is due would be due again at once, until a slow disk has
        // answered.
        return state == HostState.RUNNING || state == HostState.SYNCING && !isResetting
                ? nextTickNs
                : nowNs + context.cluster().tickNs();
    }

    public HostState state() {
        return state;
    }

    /** Why the host FAILED: typed, with a message for the operator. */
    public RuntimeException failure() {
        return failure;
    }

    /** Group of the cluster. */
    public int group() {
        return context.group();
    }

    /** How far the present stage of the opening is; see {@link #openingTotal}. */
    public long openingDone() {
        return state == HostState.OPENING ? recovery.progressDone() : 0;
    }

    /** Of how many files (FILES), bytes (JOURNAL) or ops (REPLAY); 0 while not OPENING, and in a stage without such a measure. */
    public long openingTotal() {
        return state == HostState.OPENING ? recovery.progressTotal() : 0;
    }

    /** What was recovered from disk; null while OPENING. */
    public RecoveredState recovered() {
        return recovered;
    }

    /** The journal, for those who audit or report; null while OPENING. */
    public PrepareJournal journal() {
        return journal;
    }

    /** A picture of the replica as it is now; null while OPENING. */
    public ReplicaView view() {
        return replica == null ? null : replica.view();
    }

    /** Whether this group can be counted on, or what it still lacks. */
    public Readiness readiness() {
        final int damaged = scrubber == null ? 0 : scrubber.damagedNow();
        return Readiness.of(state, view(), damaged, context.cluster().pipelineMax());
    }

    /** How full the queues of the replica are now; null while OPENING. */
    public ReplicaLoad load() {
        return replica == null ? null : replica.load();
    }

    /** Checks the files of the replica that runs; null while none does. */
    public Scrubber scrubber() {
        return scrubber;
    }

    /** What was checked since this host began. */
    public ScrubCounters scrubCounters() {
        return scrubCounters;
    }

    /** What became of files that were fetched since this host began. */
    public TransferCounters transferCounters() {
        return transferCounters;
    }

    /** The checkpoint that is fetched; null while none is. */
    public StateSync stateSync() {
        return synchronization == null ? null : synchronization.sync();
    }

    /** The process is about to end: nobody gets bytes of files any more, and who waits for some is told to ask elsewhere; then {@link #stop}. */
    public void stopServing() {
        if (state == HostState.RUNNING) {
            server.stop();
        }
    }

    /**
     * Stops, from any state: first what this group does, a transfer or the protocol, of which no frame, completion or time finds anything any more;
     * then its files. What is in flight in the storage may or may not take place; a transfer finds what it has when it begins anew.
     */
    public void stop() {
        if (state != HostState.FAILED) {
            state = HostState.STOPPED;
        }
        context.storage().close();
    }

    private void onRecovered() {
        recovered = recovery.recovered();
        journal = recovered.journal();
        superblock = recovered.superblock();
        journal.listener(new JournalOutcomes());
        recovery.handOver(new Outcomes());
        server = new SyncServer(
                context.cluster(),
                context.group(),
                context.replica(),
                context.storage(),
                context.bus(),
                recovered.files(),
                context.transferBytesPerSecond(),
                nowNs);
        recovered.checkpoints().start(isSweepDue);
        replica = new ReplicaParts(
                        context.cluster(),
                        context.group(),
                        context.replica(),
                        superblock.state(),
                        recovered.commitMax(),
                        journal,
                        recovered.isHeadCertain(),
                        recovered.applyStep(),
                        recovered.stateMachine(),
                        sessions,
                        recovered.files(),
                        context.random(),
                        effects,
                        context.trace(),
                        nonce)
                .build();
        scrubber = new Scrubber(
                context.cluster(),
                context.group(),
                context.replica(),
                recovered.files(),
                context.bus(),
                context.random(),
                context.scrub(),
                context.trace(),
                scrubCounters);
        scrubber.start(nowNs);
        state = HostState.RUNNING;
        nextTickNs = nowNs + context.cluster().tickNs();
        replica.start(nowNs, wallNs);
        drain();
    }

    /** Ends the replica that runs, if one does, and fetches a checkpoint, unless it is to stop; the state on disk stays what it is until that is complete. */
    private void synchronize(
            final Quarantined checkpoint, final DivergedException stop, final long wantedOp, final boolean canGiveUp) {
        synchronization = new Synchronization(context, checkpoint, stop, wantedOp, canGiveUp, transferCounters);
        state = HostState.SYNCING;
        // What was decided together with the end of this replica is not done any more: like a crash here.
        if (replica != null) {
            divergences.onEnded(replica.agreement().agreedOp());
            replica = null;
            scrubber = null;
            recovered.checkpoints().close();
        }
        syncAboveOp = -1;
        reset();
    }

    /** Waits for the disk and closes all files; {@link #onReset} goes on. */
    private void reset() {
        isResetting = true;
        context.storage().reset(TOKEN_RESET);
    }

    private void onReset() {
        isResetting = false;
        if (synchronization.isEnded()) {
            isSweepDue = synchronization.leavesWaste();
            synchronization = null;
            open();
        } else {
            nextTickNs = nowNs + context.cluster().tickNs();
            synchronization.start(nowNs);
        }
    }

    private void endSynchronization() {
        if (synchronization.failure() != null) {
            fail(synchronization.failure());
        } else if (synchronization.isEnded()) {
            reset();
        }
    }

    private void onReplicaMessage(final MutableDirectBuffer buffer, final int offset, final int length) {
        try {
            replica.onMessage(nowNs, wallNs, buffer, offset, length);
        } catch (final LaterLifeException e) {
            // What it was about to say is not said: the effects are left where they are.
            fail(e);
            return;
        } catch (final DivergedException e) {
            onDiverged(e);
            return;
        }
        drain();
    }

    /** Ends the replica, says nothing of what it was about to say, and puts the state of the others in the place of its own. */
    private void onDiverged(final DivergedException found) {
        final Quarantined checkpoint = found.checkpoint();
        effects.discard();
        diverged = null;
        context.trace().diverged(context.group(), checkpoint);
        context.trace().event(context.group(), TraceEvent.STATE_DIVERGED, view().view(), checkpoint.op());
        synchronize(checkpoint, stopReason(found), checkpoint.op(), false);
    }

    /** Why the replica stops, when what has diverged is out of use; null if it takes over the state of the others. */
    private DivergedException stopReason(final DivergedException found) {
        if (found.isLeading()) {
            // What it has answered in this view came from its state; the others go on with theirs when it is gone.
            return found.because(
                    "it leads and must not go on: the others change the view, and when it is started again it"
                            + " takes over their state");
        }
        if (!divergences.mayRepair(found.checkpoint().op(), replica.agreement().agreedOp())) {
            return found.because("its state was replaced by that of the others at op " + divergences.repairedOp()
                    + " and no checkpoint has agreed since: its machine or its build is at fault");
        }
        return null;
    }

    private void onRefused(final RecoveryException reason) {
        if (reason.isRepairableByCluster() && context.cluster().replicaCount() > 1) {
            context.trace().event(context.group(), TraceEvent.STATE_SYNC_STARTED, 0, 0);
            synchronize(null, null, 1, false);
        } else {
            fail(reason);
        }
    }

    private void fail(final RuntimeException cause) {
        state = HostState.FAILED;
        failure = cause;
    }

    private void drain() {
        if (!effects.isEmpty()) {
            effects.drain(executor);
        }
    }

    /** Hands completions to those who wait for them. */
    private final class Completions implements Storage.Completions {
        @Override
        public void onCompletion(final long token, final long result) {
            if (state == HostState.FAILED) {
                return;
            }
            if (isResetting) {
                if (token == TOKEN_RESET) {
                    onReset();
                }
                return;
            }
            if (state == HostState.SYNCING) {
                synchronization.onCompletion(token, result);
                endSynchronization();
                return;
            }
            if (state == HostState.RUNNING && token >>> 56 == SyncServer.TOKEN_OWNER) {
                server.onCompletion(token, result);
                return;
            }
            recovery.onCompletion(token, result);
            if (diverged != null) {
                onDiverged(diverged);
                return;
            }
            if (state == HostState.OPENING && recovery.isDone()) {
                if (recovery.failure() == null) {
                    onRecovered();
                } else {
                    onRefused(recovery.failure());
                }
            }
        }

        @Override
        public void onFailure(final String message) {
            fail(new StorageFailureException(message));
        }
    }

    private final class Outcomes implements ReplicaRecovery.Running {
        @Override
        public void onSuperblockWritten(final VsrState written) {
            try {
                replica.onSuperblockWritten();
            } catch (final DivergedException e) {
                // Ends when the storage has finished what follows a superblock.
                diverged = e;
                return;
            }
            drain();
        }

        @Override
        public void onCheckpointSaved(final CheckpointState checkpoint) {
            replica.onSnapshotSaved(checkpoint);
            drain();
        }

        @Override
        public void onReadable() {
            replica.onReadable();
        }
    }

    private final class JournalOutcomes implements PrepareJournal.Listener {
        @Override
        public void onPrepareWritten(final long op, final long checksumLo, final long checksumHi) {
            replica.onPrepareWritten(op, checksumLo, checksumHi);
            drain();
        }

        @Override
        public void onPrepareRead(
                final long token,
                final long op,
                final long checksumLo,
                final long checksumHi,
                final DirectBuffer prepare,
                final int offset,
                final int length) {
            readView.wrap(prepare, offset, length);
            replica.onPrepareRead(token, op, readView, 0, length);
            drain();
        }
    }

    private final class Effects implements EffectQueue.Executor {
        @Override
        public void send(final int to, final DirectBuffer buffer, final int offset, final int length) {
            context.bus().send(to, buffer, offset, length);
        }

        @Override
        public void sendToClient(
                final long clientLo,
                final long clientHi,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            context.bus().sendToClient(clientLo, clientHi, buffer, offset, length);
        }

        @Override
        public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
            context.bus().sendToClients(buffer, offset, length);
        }

        @Override
        public void writeSuperblock(final VsrState next) {
            superblock.write(next);
        }

        @Override
        public void synchronizeState(final long aboveOp) {
            syncAboveOp = aboveOp;
        }

        @Override
        public void saveSnapshot(final SnapshotAnchor anchor) {
            recovered.checkpoints().save(anchor);
        }
    }
}
