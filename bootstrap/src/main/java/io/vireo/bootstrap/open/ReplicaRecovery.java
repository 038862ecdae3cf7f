package io.vireo.bootstrap.open;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.Durability;
import io.vireo.bootstrap.replay.ApplyStep;
import io.vireo.bootstrap.replay.HashChainReplay;
import io.vireo.bootstrap.replay.SessionTable;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.Superblock;
import io.vireo.journal.superblock.SuperblockException;
import io.vireo.journal.superblock.SuperblockIdentity;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.wal.JournalContext;
import io.vireo.journal.wal.JournalDamageException;
import io.vireo.journal.wal.JournalRecovery;
import io.vireo.journal.wal.PrepareJournal;

/**
 * Opens the data directory of one group, stage by stage: superblock, journal, replay. Incremental, because it may be crashed at any of its
 * own I/Os: it submits, consumes completions on the thread of its group, and ends with a {@link RecoveredState} or a typed reason. Opening
 * changes nothing on disk but superblock copies that were damaged or old.
 */
public final class ReplicaRecovery {
    private static final int TOKEN_OWNER_SHIFT = 56;
    private static final long TOKEN_OPEN = (long) JournalRecovery.TOKEN_OWNER << TOKEN_OWNER_SHIFT | 0xff_0000_0000L;

    private final ClusterConfig config;
    private final int replica;
    private final int group;
    private final Storage storage;
    private final StateMachine stateMachine;
    private final SessionTable sessions;
    private RecoveryStage stage = RecoveryStage.NEW;
    private int file;
    private Superblock superblock;
    private JournalRecovery journalRecovery;
    private HashChainReplay replay;
    private ApplyStep applyStep;
    private PrepareJournal journal;
    private long commitMax;
    private RecoveredState recovered;
    private RecoveryException failure;
    private Superblock.Listener running;

    public ReplicaRecovery(
            final ClusterConfig config,
            final int replica,
            final int group,
            final Storage storage,
            final StateMachine stateMachine,
            final SessionTable sessions) {
        this.config = config;
        this.replica = replica;
        this.group = group;
        this.storage = storage;
        this.stateMachine = stateMachine;
        this.sessions = sessions;
    }

    public void start() {
        become(RecoveryStage.SUPERBLOCK);
        storage.open(DataFileLayout.FILE_NAME, TOKEN_OPEN);
    }

    public RecoveryStage stage() {
        return stage;
    }

    /** True when {@link #recovered} or {@link #failure} is there. */
    public boolean isDone() {
        return stage == RecoveryStage.JOIN || stage == RecoveryStage.REFUSED;
    }

    /** Why the directory was not opened, or null. */
    public RecoveryException failure() {
        return failure;
    }

    /** The replica as its disk left it. */
    public RecoveredState recovered() {
        Invariant.check(recovered != null, "the replica is not recovered");
        return recovered;
    }

    /** From now on outcomes of the superblock go to the running replica. */
    public void handOver(final Superblock.Listener listener) {
        running = listener;
    }

    /** A completion of the storage. */
    public void onCompletion(final long token, final long result) {
        if (token == TOKEN_OPEN) {
            onOpened(result);
        } else if (token >>> TOKEN_OWNER_SHIFT == Superblock.TOKEN_OWNER) {
            superblock.onCompletion(token, result);
        } else if (token >>> TOKEN_OWNER_SHIFT == PrepareJournal.TOKEN_OWNER) {
            journal.onCompletion(token, result);
            finishReplay();
        } else {
            journalRecovery.onCompletion(token, result);
            if (journalRecovery.isDone()) {
                onJournal();
            }
        }
    }

    private void onOpened(final long result) {
        if (result == Storage.NOT_FOUND) {
            refuse(
                    RecoveryException.Code.NOT_FORMATTED,
                    "there is no data file: the replica was never formatted, or its directory is not this one; run 'vireo format'",
                    null);
            return;
        }
        file = (int) result;
        superblock = new Superblock(storage, file, new SuperblockOutcomes());
        superblock.open(new SuperblockIdentity(
                config.clusterLo(),
                config.clusterHi(),
                replica,
                group,
                0,
                0,
                config.walBytes(),
                config.prepareSizeMax(),
                config.segmentBytes(),
                config.replicaCount(),
                config.groupCount()));
    }

    private void onSuperblock(final VsrState state) {
        become(RecoveryStage.SNAPSHOT);
        if (state.checkpoint().op() != 0) {
            refuse(
                    RecoveryException.Code.CHECKPOINT,
                    "the superblock names a checkpoint at op " + state.checkpoint().op()
                            + ", which this release cannot read; start the release that wrote it",
                    null);
            return;
        }
        applyStep = new ApplyStep(stateMachine, sessions, state.checkpoint().op());
        become(RecoveryStage.JOURNAL);
        final JournalContext context = JournalContext.of(
                storage,
                file,
                superblock.identity(),
                config.durability() == Durability.MARKED,
                JournalContext.STAGING_ENTRIES_DEFAULT);
        journalRecovery = new JournalRecovery(context, state);
        journalRecovery.start();
    }

    private void onJournal() {
        try {
            journal = journalRecovery.journal();
        } catch (final JournalDamageException damage) {
            refuse(RecoveryException.Code.JOURNAL, damage.getMessage(), damage);
            return;
        }
        become(RecoveryStage.REPLAY);
        commitMax = provenCommit();
        replay = new HashChainReplay(journal, applyStep, commitMax);
        journal.listener(replay);
        replay.start();
        finishReplay();
    }

    /**
     * The commit number that superblock and newest header prove. The superblock's is as old as the last view change; a prepare says what
     * its primary had committed when it was formed, and that is an ancestor of it by the hash chain.
     */
    private long provenCommit() {
        final long head = journal.head();
        long commit = superblock.state().commitMax();
        if (head > journal.checkpointOp() && journal.hasHeader(head)) {
            commit = Math.max(commit, journal.header(head, new PrepareFlyweight()).commit());
        }
        return commit;
    }

    private void finishReplay() {
        if (stage != RecoveryStage.REPLAY || !replay.isDone()) {
            return;
        }
        become(RecoveryStage.JOIN);
        final long head = journal.head();
        final long lastTimestampNs = head > journal.checkpointOp() && journal.hasHeader(head)
                ? journal.header(head, new PrepareFlyweight()).timestamp()
                : superblock.state().checkpoint().timestamp();
        recovered = new RecoveredState(
                superblock,
                journal,
                journalRecovery.report(),
                journalRecovery.isHeadCertain(),
                applyStep,
                sessions,
                commitMax,
                lastTimestampNs);
    }

    private void refuse(final RecoveryException.Code code, final String what, final RuntimeException cause) {
        failure = new RecoveryException(code, "replica " + replica + ", group " + group + ": " + what, cause);
        become(RecoveryStage.REFUSED);
    }

    private void become(final RecoveryStage next) {
        Invariant.check(stage.canBecome(next), "stages of an opening follow one another");
        stage = next;
    }

    private final class SuperblockOutcomes implements Superblock.Listener {
        @Override
        public void onSuperblockOpened(final VsrState state) {
            onSuperblock(state);
        }

        @Override
        public void onSuperblockRefused(final SuperblockException reason) {
            refuse(RecoveryException.Code.SUPERBLOCK, reason.getMessage(), reason);
        }

        @Override
        public void onSuperblockWritten(final VsrState state) {
            running.onSuperblockWritten(state);
        }
    }
}
