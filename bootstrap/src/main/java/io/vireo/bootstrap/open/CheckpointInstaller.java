package io.vireo.bootstrap.open;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;
import io.vireo.bootstrap.checkpoint.SnapshotQuarantine;
import io.vireo.bootstrap.checkpoint.SnapshotStore;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.HeaderSuffix;
import io.vireo.journal.superblock.Superblock;
import io.vireo.journal.superblock.SuperblockException;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.util.Invariant;

/**
 * Opens the superblock of a replica that does not run, and makes it name a checkpoint that came from others: one superblock write, which is
 * the moment at which the new state takes the place of the old one. The journal stays as it is. Driven by the group's thread.
 */
public final class CheckpointInstaller {
    private static final long TOKEN_OPEN = 3L << 56 | 0xfe_0000_0000L;

    /** Hears outcomes inside {@link #onCompletion}. */
    public interface Listener {
        /** The superblock is open, and of snapshots only the one that it names is left. */
        void onReady(VsrState state);

        /** It names the checkpoint. */
        void onInstalled();

        /** It cannot be opened. */
        void onRefused(RecoveryException reason);
    }

    private final ClusterConfig config;
    private final int replica;
    private final int group;
    private final Storage storage;
    private final Listener listener;
    private final Quarantined diverged;
    private Superblock superblock;
    private SnapshotQuarantine quarantine;
    private Quarantined quarantined;
    private SnapshotStore snapshots;

    /** @param diverged the checkpoint of this replica that differs from that of a quorum and is to be taken out of use; null if none does. */
    public CheckpointInstaller(
            final ClusterConfig config,
            final int replica,
            final int group,
            final Storage storage,
            final Quarantined diverged,
            final Listener listener) {
        this.diverged = diverged;
        this.config = config;
        this.replica = replica;
        this.group = group;
        this.storage = storage;
        this.listener = listener;
    }

    /** The checkpoint that the superblock names, if it is known to differ from that of a quorum and was taken out of use; null if not. */
    public Quarantined quarantined() {
        return quarantined;
    }

    /** Opens the superblock, takes what has diverged out of use, and removes the snapshots that it does not name. */
    public void start() {
        storage.open(DataFileLayout.FILE_NAME, TOKEN_OPEN);
    }

    /** A completion of the storage; true if it was for this. */
    public boolean onCompletion(final long token, final long result) {
        if (token == TOKEN_OPEN) {
            if (result == Storage.NOT_FOUND) {
                listener.onRefused(new RecoveryException(
                        RecoveryException.Code.NOT_FORMATTED,
                        "the file \"" + DataFileLayout.FILE_NAME + "\" has vanished",
                        null));
            } else {
                superblock = new Superblock(storage, (int) result, new Outcomes());
                superblock.open(config.identity(replica, group, 0, 0));
            }
            return true;
        }
        if (token >>> 56 == Superblock.TOKEN_OWNER) {
            superblock.onCompletion(token, result);
            return true;
        }
        if (quarantine != null && quarantine.onCompletion(token)) {
            return true;
        }
        if (token >>> 56 == SnapshotStore.TOKEN_OWNER && snapshots != null && snapshots.isBusy()) {
            snapshots.onCompletion(token, result);
            return true;
        }
        return false;
    }

    /**
     * Makes the superblock name this checkpoint, if it names an older one, or one of this op that was taken out of use: the state of others
     * takes the place of one's own there only where that is known to have diverged. Snapshot and files are durable.
     *
     * @param anchor the checkpoint's op, as its snapshot has it.
     */
    public void install(final CheckpointState checkpoint, final SnapshotAnchor anchor) {
        final VsrState former = superblock.state();
        if (checkpoint.op() < former.checkpoint().op() || checkpoint.equals(former.checkpoint())) {
            listener.onInstalled();
        } else {
            Invariant.check(
                    checkpoint.op() > former.checkpoint().op() || quarantined != null,
                    "another state takes the place of one's own at its op only where that was taken out of use",
                    checkpoint.op());
            superblock.write(after(former, checkpoint, anchor));
        }
    }

    /**
     * What the superblock says with the new checkpoint (storage-and-safety, section 6). Pure.
     *
     * <p>If the checkpoint's op is of a later view than the log, the log up to it is that view's, and nothing above it here belongs to it:
     * views do not fall along a chain, so an entry of an earlier view above the checkpoint was never committed. The log becomes the later
     * view's, and ends at the checkpoint; nothing was acknowledged in that view by this replica, so nothing is forgotten. Otherwise the log
     * holds the checkpoint's op or ends below it, and what lies above it stays, because it may have been acknowledged.
     */
    static VsrState after(final VsrState former, final CheckpointState checkpoint, final SnapshotAnchor anchor) {
        final boolean isLaterView = checkpoint.view() > former.logView();
        final long view = Math.max(former.view(), checkpoint.view());
        final long logView = Math.max(former.logView(), checkpoint.view());
        final HeaderSuffix atCheckpoint = HeaderSuffix.copyOf(
                checkpoint.op(), anchor.header().buffer(), anchor.header().offset(), 1);
        final VsrState.Builder next = former.toBuilder()
                .view(view)
                .logView(logView)
                .commitMax(Math.max(former.commitMax(), checkpoint.op()))
                .checkpoint(checkpoint);
        if (isLaterView || former.syncedOp() < checkpoint.op()) {
            next.synced(checkpoint.op(), checkpoint.checksumLo(), checkpoint.checksumHi());
        }
        if (isLaterView) {
            next.startView(atCheckpoint).membership(former.membership().inLaterView());
        }
        if (view == logView) {
            next.doViewChange(null);
        } else if (isLaterView
                || former.doViewChange() == null
                || former.doViewChange().headOp() < checkpoint.op()) {
            next.doViewChange(atCheckpoint);
        }
        return next.build();
    }

    private final class Outcomes implements Superblock.Listener {
        @Override
        public void onSuperblockOpened(final VsrState state) {
            final CheckpointState named = state.checkpoint();
            final SnapshotId id = new SnapshotId(named.snapshotIdLo(), named.snapshotIdHi());
            quarantine = new SnapshotQuarantine(storage, found -> sweep(named, id, found));
            if (diverged == null) {
                quarantine.find(named.op(), id);
            } else {
                // A later one may have become durable while the difference was found out: it came from the same state,
                // and nobody has said yet what the others have there.
                final boolean isThis = named.op() == diverged.op();
                quarantine.quarantine(named.op(), id, isThis ? diverged.quorumId() : SnapshotId.NONE);
            }
        }

        private void sweep(final CheckpointState named, final SnapshotId id, final Quarantined found) {
            quarantined = found;
            // Story: a file of the checkpoint rots, another checkpoint is fetched, a file of that one rots before the
            // replica is open, and so on. Only a replica that is open removes what all of them leave.
            snapshots = new SnapshotStore(storage, new Sweep());
            snapshots.retain(named.op(), id);
        }

        @Override
        public void onSuperblockRefused(final SuperblockException reason) {
            listener.onRefused(new RecoveryException(
                    RecoveryException.Code.SUPERBLOCK,
                    "group " + group + " of replica " + replica + ": " + ReplicaRecovery.refusalText(reason),
                    reason));
        }

        @Override
        public void onSuperblockWritten(final VsrState state) {
            listener.onInstalled();
        }
    }

    /** Of the snapshots nothing is asked here but that they are removed. */
    private final class Sweep implements SnapshotStore.Listener {
        @Override
        public void onRetained(final int removed) {
            listener.onReady(superblock.state());
        }

        @Override
        public void onPublished(final Snapshot snapshot) {
            throw new IllegalStateException("unreachable: nothing is published here");
        }

        @Override
        public void onNoSpace(final Snapshot snapshot) {
            throw new IllegalStateException("unreachable: nothing is published here");
        }

        @Override
        public void onLoaded(final Snapshot snapshot) {
            throw new IllegalStateException("unreachable: nothing is loaded here");
        }

        @Override
        public void onLoadFailed(final SnapshotException reason) {
            throw new IllegalStateException("unreachable: nothing is loaded here");
        }
    }
}
