package io.vireo.bootstrap.open;

import io.vireo.bootstrap.checkpoint.CheckpointPolicy;
import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.bootstrap.checkpoint.SnapshotDecoder;
import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotSection;
import io.vireo.bootstrap.checkpoint.SnapshotStore;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.Durability;
import io.vireo.bootstrap.replay.ApplyStep;
import io.vireo.bootstrap.replay.HashChainReplay;
import io.vireo.bootstrap.replay.SessionTable;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.bootstrap.replay.StateMachineFactory;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestCodec;
import io.vireo.journal.segment.ManifestException;
import io.vireo.journal.segment.SegmentDamage;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.Superblock;
import io.vireo.journal.superblock.SuperblockException;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.util.Invariant;
import io.vireo.journal.wal.JournalContext;
import io.vireo.journal.wal.JournalDamageException;
import io.vireo.journal.wal.JournalPicture;
import io.vireo.journal.wal.JournalRecovery;
import io.vireo.journal.wal.PrepareJournal;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Opens the data directory of one group, stage by stage: superblock, snapshot, files, journal, replay. Incremental, because it may be crashed at any of its
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
    private final RecoveryProgress progress;
    private final SegmentStore segments;
    private final ManifestCodec codec;
    private final SnapshotStore snapshots;
    private final StateMachine stateMachine;
    private final SessionTable sessions;
    private Manifest manifest = Manifest.EMPTY;
    /** Of the checkpoint that was opened; null if that is the root. */
    private SnapshotAnchor anchor;

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
    private Running running;
    private CheckpointSaver saver;

    /** Who hears outcomes once the replica runs. */
    public interface Running {
        /** The superblock asked for last is durable. */
        void onSuperblockWritten(VsrState written);

        /** Snapshot and files of a checkpoint are durable. */
        void onCheckpointSaved(CheckpointState checkpoint);

        /** A read of the state machine that was pending may have an answer. */
        void onReadable();
    }

    /**
     * @param stateMachines makes the state machine of this opening.
     * @param sessionTables makes its session table, given the size of the largest reply.
     */
    public ReplicaRecovery(
            final ClusterConfig config,
            final int replica,
            final int group,
            final Storage storage,
            final StateMachineFactory stateMachines,
            final IntFunction<? extends SessionTable> sessionTables,
            final RecoveryProgress progress) {
        this.config = config;
        this.replica = replica;
        this.group = group;
        this.storage = storage;
        this.progress = progress;
        segments = new SegmentStore(storage, config.segmentLimits(), new SegmentOutcomes());
        codec = new ManifestCodec(config.segmentLimits());
        snapshots = new SnapshotStore(storage, new SnapshotOutcomes());
        stateMachine = stateMachines.create(segments);
        sessions = sessionTables.apply(stateMachine.replySizeMax());
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

    /** From now on outcomes go to the running replica. */
    public void handOver(final Running listener) {
        running = listener;
    }

    /** A completion of the storage, also of the running replica. */
    public void onCompletion(final long token, final long result) {
        final long owner = token >>> TOKEN_OWNER_SHIFT;
        if (token == TOKEN_OPEN) {
            onOpened(result);
        } else if (owner == Superblock.TOKEN_OWNER) {
            superblock.onCompletion(token, result);
        } else if (owner == SnapshotStore.TOKEN_OWNER) {
            snapshots.onCompletion(token, result);
        } else if (SegmentStore.owns(token)) {
            segments.onCompletion(token, result);
            if (stage == RecoveryStage.REPLAY) {
                replay.resume();
                finishReplay();
            }
        } else if (owner == PrepareJournal.TOKEN_OWNER) {
            journal.onCompletion(token, result);
            finishReplay();
        } else {
            Invariant.check(owner == JournalRecovery.TOKEN_OWNER, "a completion nobody waits for", token);
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
                            + " 'vireo format' for a replica of a new cluster, and 'vireo recover' for one that has taken part before: it has forgotten its"
                            + " promises, and the others must know",
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
        final CheckpointState checkpoint = state.checkpoint();
        if (checkpoint.op() == 0) {
            openFiles("checkpoint=0");
        } else {
            snapshots.load(new SnapshotDecoder.Expected(
                    config.clusterLo(),
                    config.clusterHi(),
                    group,
                    checkpoint.op(),
                    new SnapshotId(checkpoint.snapshotIdLo(), checkpoint.snapshotIdHi())));
        }
    }

    private void onSnapshot(final Snapshot loaded) {
        final CheckpointState checkpoint = superblock.state().checkpoint();
        try (loaded) {
            if (!loaded.checkpoint().equals(checkpoint)) {
                refuseSnapshot(
                        "the superblock names " + checkpoint + ", the snapshot is of " + loaded.checkpoint(), null);
                return;
            }
            sessions.restore(loaded.section(SnapshotSection.SESSIONS));
            manifest = decode(loaded.section(SnapshotSection.MANIFEST));
            stateMachine.restore(loaded.section(SnapshotSection.STATE));
            anchor = loaded.anchor();
        } catch (final SnapshotException invalid) {
            refuseSnapshot(invalid.text(), invalid);
            return;
        } catch (final ManifestException invalid) {
            refuseSnapshot(
                    "manifest in the snapshot of op " + checkpoint.op() + ", every checksum of which holds: "
                            + invalid.getMessage(),
                    invalid);
            return;
        }
        openFiles("checkpoint=" + checkpoint.op() + " files=" + manifest.count() + " bytes=" + manifest.bytes());
    }

    private Manifest decode(final SnapshotInput section) {
        final int length = (int) Math.min(section.remaining(), Integer.MAX_VALUE);
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[length]);
        section.readBytes(bytes, 0, length);
        section.checkEnd();
        return codec.decode(bytes, 0, length);
    }

    private void refuseSnapshot(final String what, final RuntimeException cause) {
        refuse(RecoveryException.Code.SNAPSHOT, what + "; nothing was written; " + others(), cause);
    }

    private void openFiles(final String found) {
        become(RecoveryStage.FILES, found);
        segments.open(manifest);
    }

    private void onFiles() {
        final VsrState state = superblock.state();
        applyStep = new ApplyStep(stateMachine, sessions, state.checkpoint().op());
        become(RecoveryStage.JOURNAL, "files=" + manifest.count());
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
        if (anchor != null) {
            journal.checkpointHeader(anchor.header().buffer(), anchor.header().offset());
        }
        commitMax = provenCommit();
        become(RecoveryStage.REPLAY, journalRecovery.report() + " commitMax=" + commitMax);
        replay = new HashChainReplay(
                journal,
                applyStep,
                segments,
                new CheckpointPolicy(config.walBytes(), config.prepareSizeMax()),
                commitMax);
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
        if (journal.hasHeader(head)) {
            commit = Math.max(
                    commit, journal.header(head, new PrepareFlyweight()).commit());
        }
        return commit;
    }

    private void finishReplay() {
        if (stage != RecoveryStage.REPLAY || !replay.isDone()) {
            return;
        }
        become(RecoveryStage.JOIN, "applied=" + applyStep.appliedOp() + " of=" + commitMax + stopped());
        saver = new CheckpointSaver(
                segments,
                codec,
                snapshots,
                sessions,
                stateMachine,
                superblock.state().checkpoint(),
                manifest,
                checkpoint -> running.onCheckpointSaved(checkpoint));
        recovered = new RecoveredState(
                superblock,
                journal,
                journalRecovery.report(),
                journalRecovery.isHeadCertain(),
                applyStep,
                stateMachine,
                sessions,
                segments,
                saver,
                commitMax,
                lastTimestampNs());
    }

    /** Why the replay ended before the last committed op; repair by consensus goes on from there. */
    private String stopped() {
        final long op = replay.stoppedOp();
        if (op == 0) {
            return "";
        }
        final JournalPicture.Op unclean = journalRecovery.picture().op(op);
        return " stopped=" + op + " state=" + journal.state(op) + " file=" + DataFileLayout.FILE_NAME
                + (unclean == null
                        ? " reason=\"it was intact when it was scanned\""
                        : " where=\"" + unclean.where() + "\" reason=\"" + unclean.contents() + "\"");
    }

    /** What the journal's recovery found; null before it has. */
    public JournalPicture journalPicture() {
        return journalRecovery == null || !journalRecovery.isDone() ? null : journalRecovery.picture();
    }

    /** How far the present stage is; see {@link #progressTotal}. */
    public long progressDone() {
        return switch (stage) {
            case FILES -> segments.lookedAt();
            case JOURNAL -> journalRecovery.scannedBytes();
            case REPLAY -> replay == null ? 0 : applyStep.appliedOp() - journal.checkpointOp();
            default -> 0;
        };
    }

    /** Of how many files (FILES), bytes of the ring (JOURNAL) or ops (REPLAY); 0 where the stage has no such measure. */
    public long progressTotal() {
        return switch (stage) {
            case FILES -> manifest.count();
            case JOURNAL -> config.walBytes();
            case REPLAY -> replay == null ? 0 : replay.lastOp() - journal.checkpointOp();
            default -> 0;
        };
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

    /** Who has what this replica lacks. */
    private String others() {
        return config.replicaCount() == 1
                ? "a cluster of one replica has no other copy: check the device and restore this directory from a backup"
                        + " (\"vireo verify\" lists all that is damaged)"
                : "a running replica fetches the checkpoint from the others; if it cannot, check that they run";
    }

    /** Why a superblock is not opened, and what an operator can do; without group and replica, which may not be known. */
    public static String refusalText(final SuperblockException reason) {
        return "superblock of the file \"" + DataFileLayout.FILE_NAME + "\" (" + Superblock.COPIES + " copies of "
                + Superblock.COPY_LENGTH + " bytes from offset 0): " + reason.getMessage() + "; nothing was written; "
                + advice(reason.code());
    }

    /** What an operator can do about a superblock that is not opened. */
    private static String advice(final SuperblockException.Code code) {
        return switch (code) {
            case NO_VALID_COPY, ONE_VALID_COPY, FORK, PARENT_SKIPPED, PARENT_NOT_CONNECTED, INVALID_CONTENT ->
                "it is not taken for an empty one, because this replica may have promised what only this file knows; check the device and"
                        + " bring the file back as it was last, or, where there are other replicas, leave this one out: they go on without it";
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
            refuse(RecoveryException.Code.SUPERBLOCK, refusalText(reason), reason);
        }

        @Override
        public void onSuperblockWritten(final VsrState state) {
            if (saver.isNamedBy(state.checkpoint())) {
                saver.onDurable();
            }
            running.onSuperblockWritten(state);
        }
    }

    private final class SnapshotOutcomes implements SnapshotStore.Listener {
        @Override
        public void onLoaded(final Snapshot snapshot) {
            onSnapshot(snapshot);
        }

        @Override
        public void onLoadFailed(final SnapshotException reason) {
            refuseSnapshot(reason.text(), reason);
        }

        @Override
        public void onPublished(final Snapshot snapshot) {
            saver.onPublished();
        }

        @Override
        public void onNoSpace(final Snapshot snapshot) {
            saver.onNoSpace();
        }

        @Override
        public void onRetained(final int removed) {
            saver.onRetained();
        }
    }

    private final class SegmentOutcomes implements SegmentStore.Listener {
        @Override
        public void onOpened() {
            onFiles();
        }

        @Override
        public void onDamaged(final List<SegmentDamage> damages) {
            refuse(
                    RecoveryException.Code.FILES,
                    damages.size() + " of " + manifest.count() + " files of the checkpoint are not what they were:\n  "
                            + damages.stream().map(SegmentDamage::message).collect(Collectors.joining("\n  "))
                            + "\n  nothing was written; " + others(),
                    null);
        }

        @Override
        public void onSynced() {
            saver.onFilesSynced();
        }

        @Override
        public void onReadable() {
            if (running != null) {
                running.onReadable();
            }
        }

        @Override
        public void onForgotten(final int files) {
            // Nothing waits for it.
        }
    }
}
