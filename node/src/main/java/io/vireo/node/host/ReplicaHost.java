package io.vireo.node.host;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.open.RecoveredState;
import io.vireo.bootstrap.open.ReplicaRecovery;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.Superblock;
import io.vireo.journal.superblock.SuperblockException;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.replica.Replica;
import io.vireo.node.replica.ReplicaParts;
import io.vireo.node.session.ClientSessions;
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
    /** The first 8 bits of a storage token name who waits for it. */
    private static final int TOKEN_OWNER_SHIFT = 56;

    private final HostContext context;
    private final EffectQueue effects = new EffectQueue();
    private final Completions completions = new Completions();
    private final Effects executor = new Effects();
    private final UnsafeBuffer readView = new UnsafeBuffer(0, 0);
    private HostState state = HostState.OPENING;
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
    }

    /** Begins to open the data directory. */
    public void start(final long monotonicNs, final long wallClockNs) {
        nowNs = monotonicNs;
        wallNs = wallClockNs;
        final ClusterConfig config = context.cluster();
        sessions = new ClientSessions(
                config.sessionsMax(),
                config.sessionWindow(),
                context.stateMachine().replySizeMax());
        recovery = new ReplicaRecovery(
                config,
                context.replica(),
                context.group(),
                context.storage(),
                context.stateMachine(),
                sessions,
                (stage, found) -> context.trace().opening(context.group(), stage, found));
        recovery.start();
    }

    /**
     * One turn: storage completions, a tick if one is due, what the replica can do, and the flush of its journal, before and after.
     *
     * @return how much was done; 0 if nothing.
     */
    public int poll(final long monotonicNs, final long wallClockNs) {
        nowNs = monotonicNs;
        wallNs = wallClockNs;
        if (state == HostState.FAILED) {
            return 0;
        }
        int work = context.storage().poll(completions);
        if (state == HostState.RUNNING) {
            work += run();
        }
        return work;
    }

    private int run() {
        int work = 0;
        if (nowNs >= nextTickNs) {
            nextTickNs = nowNs + context.cluster().tickNs();
            replica.onTick(nowNs, wallNs);
            drain();
            journal.tick(nowNs);
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

    /** One frame of this group that has passed {@code MessageCheck}; dropped while the host opens. */
    public void onMessage(final MutableDirectBuffer buffer, final int offset, final int length) {
        if (state == HostState.RUNNING) {
            replica.onMessage(nowNs, wallNs, buffer, offset, length);
            drain();
        }
    }

    /** Monotonic time at which {@link #poll} has to be called again, whatever else happens. */
    public long nextDeadlineNs() {
        return state == HostState.RUNNING
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

    /** Stops: nothing more is done. What is in flight in the storage may or may not take place. */
    public void stop() {
        context.storage().close();
    }

    private void onRecovered() {
        recovered = recovery.recovered();
        journal = recovered.journal();
        superblock = recovered.superblock();
        journal.listener(new JournalOutcomes());
        recovery.handOver(new SuperblockOutcomes());
        replica = new ReplicaParts(
                        context.cluster(),
                        context.group(),
                        context.replica(),
                        superblock.state(),
                        recovered.commitMax(),
                        journal,
                        recovered.isHeadCertain(),
                        recovered.applyStep(),
                        context.stateMachine(),
                        sessions,
                        context.random(),
                        effects,
                        context.trace(),
                        context.processNonce())
                .build();
        state = HostState.RUNNING;
        nextTickNs = nowNs + context.cluster().tickNs();
        replica.start(nowNs, wallNs);
        drain();
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
            if (state == HostState.OPENING) {
                recovery.onCompletion(token, result);
                if (recovery.isDone()) {
                    if (recovery.failure() == null) {
                        onRecovered();
                    } else {
                        fail(recovery.failure());
                    }
                }
                return;
            }
            final int owner = (int) (token >>> TOKEN_OWNER_SHIFT);
            if (owner == PrepareJournal.TOKEN_OWNER) {
                journal.onCompletion(token, result);
            } else {
                Invariant.check(owner == Superblock.TOKEN_OWNER, "a completion nobody waits for", token);
                superblock.onCompletion(token, result);
            }
        }

        @Override
        public void onFailure(final String message) {
            fail(new StorageFailureException(message));
        }
    }

    private final class SuperblockOutcomes implements Superblock.Listener {
        @Override
        public void onSuperblockOpened(final VsrState opened) {
            Invariant.check(false, "a superblock is opened once");
        }

        @Override
        public void onSuperblockRefused(final SuperblockException reason) {
            Invariant.check(false, "a superblock is opened once");
        }

        @Override
        public void onSuperblockWritten(final VsrState written) {
            replica.onSuperblockWritten();
            drain();
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
    }
}
