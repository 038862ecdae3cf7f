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
    private final RecoveryProgress progress;
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
            final SessionTable sessions,
            final RecoveryProgress progress) {
        this.config = config;
        this.replica = replica;
        this.group = group;
        this.storage = storage;
        this.stateMachine = stateMachine;
        this.sessions = sessions;
        this.progress = progress;
    }

    public void start() {
        become(RecoveryStage.SUPERBLOCK, "file=" + DataFileLayout.FILE_NAME);
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
                    "there is no file \"" + DataFileLayout.FILE_NAME
                            + "\" in its directory: it was never formatted, or the data directory is not this one; to make it, run"
                            + " 'vireo format' (never for a replica that has taken part before: it would have forgotten its promises)",
                    null);
            return;
        }
        file = (int) result;
        superblock = new Superblock(storage, file, new SuperblockOutcomes());
        superblock.open(config.identity(replica, group, 0, 0));
    }

    private void onSuperblock(final VsrState state) {
        become(
                RecoveryStage.SNAPSHOT,
                "sequence=" + superblock.sequence() + " view=" + state.view() + " logView=" + state.logView()
                        + " commitMax=" + state.commitMax() + " syncedOp=" + state.syncedOp());
        if (state.checkpoint().op() != 0) {
            refuse(
                    RecoveryException.Code.CHECKPOINT,
                    "the superblock names a checkpoint at op "
                            + state.checkpoint().op()
                            + ", which this release cannot read; start the release that wrote it",
                    null);
            return;
        }
        applyStep = new ApplyStep(stateMachine, sessions, state.checkpoint().op());
        become(RecoveryStage.JOURNAL, "checkpoint=" + state.checkpoint().op());
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
            refuse(new RecoveryException(RecoveryException.Code.JOURNAL, damage.getMessage(), damage));
            return;
        }
        commitMax = provenCommit();
        become(RecoveryStage.REPLAY, journalRecovery.report() + " commitMax=" + commitMax);
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
            commit = Math.max(
                    commit, journal.header(head, new PrepareFlyweight()).commit());
        }
        return commit;
    }

    private void finishReplay() {
        if (stage != RecoveryStage.REPLAY || !replay.isDone()) {
            return;
        }
        become(RecoveryStage.JOIN, "applied=" + applyStep.appliedOp() + " of=" + commitMax);
        recovered = new RecoveredState(
                superblock,
                journal,
                journalRecovery.report(),
                journalRecovery.isHeadCertain(),
                applyStep,
                sessions,
                commitMax,
                lastTimestampNs());
    }

    /** Timestamps rise along the log, so the newest header that is known has the latest. */
    private long lastTimestampNs() {
        for (long op = journal.head(); op > journal.checkpointOp(); op--) {
            if (journal.hasHeader(op)) {
                return journal.header(op, new PrepareFlyweight()).timestamp();
            }
        }
        return superblock.state().checkpoint().timestamp();
    }

    private void refuse(final RecoveryException.Code code, final String what, final RuntimeException cause) {
        refuse(new RecoveryException(code, "group " + group + " of replica " + replica + ": " + what, cause));
    }

    private void refuse(final RecoveryException reason) {
        failure = reason;
        become(RecoveryStage.REFUSED, reason.getMessage());
    }

    private void become(final RecoveryStage next, final String found) {
        Invariant.check(
                stage.canBecome(next), "stages of an opening follow one another", stage.ordinal(), next.ordinal());
        stage = next;
        progress.onStage(next, found);
    }

    /** What an operator can do about a superblock that is not opened. */
    private static String advice(final SuperblockException.Code code) {
        return switch (code) {
            case NO_VALID_COPY, ONE_VALID_COPY, FORK, PARENT_SKIPPED, PARENT_NOT_CONNECTED, INVALID_CONTENT ->
                "it is not taken for an empty one, because this replica may have promised what only this file knows; check the device and"
                        + " bring the file back as it was last, or leave the replica out: the others go on without it";
            case OTHER_FORMAT -> "start the release that wrote it";
            case OTHER_IDENTITY ->
                "check the data directory, the replica's number and the cluster file: one of them is not what belongs together";
            case WRONG_SIZE -> "the file was cut or extended after its format; bring it back as it was last";
        };
    }

    private final class SuperblockOutcomes implements Superblock.Listener {
        @Override
        public void onSuperblockOpened(final VsrState state) {
            onSuperblock(state);
        }

        @Override
        public void onSuperblockRefused(final SuperblockException reason) {
            refuse(
                    RecoveryException.Code.SUPERBLOCK,
                    "superblock of the file \"" + DataFileLayout.FILE_NAME + "\" (" + Superblock.COPIES + " copies of "
                            + Superblock.COPY_LENGTH + " bytes from offset 0): " + reason.getMessage()
                            + "; nothing was written; "
                            + advice(reason.code()),
                    reason);
        }

        @Override
        public void onSuperblockWritten(final VsrState state) {
            running.onSuperblockWritten(state);
        }
    }
}
