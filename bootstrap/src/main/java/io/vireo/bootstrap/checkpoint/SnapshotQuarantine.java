package io.vireo.bootstrap.checkpoint;

import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Takes the snapshot of a state that has diverged out of use, and finds out whether that was done: the file gets a name that nothing opens. The rename
 * is what a restart remembers it by: the superblock names the snapshot until another one takes its place, and its file is not there under that
 * name any more, so that the replica cannot open with it. One such file is kept for those who look into it; one that was kept before goes. One
 * activity, of one group; driven by its thread.
 */
public final class SnapshotQuarantine {
    private static final long TOKEN = 3L << 56 | 0xfd_0000_0000L;

    /** Hears the end inside {@link #onCompletion}. */
    @FunctionalInterface
    public interface Listener {
        /** What the named snapshot is kept as, durably; null if it has not diverged as far as this disk knows. */
        void onLookedAt(Quarantined found);
    }

    private enum Stage {
        IDLE,
        LISTING,
        /** What was kept before. */
        DELETING,
        RENAMING,
        SYNCING
    }

    private final Storage storage;
    private final Listener listener;
    private final ArrayDeque<String> doomed = new ArrayDeque<>();
    private Stage stage = Stage.IDLE;
    private long op;
    private SnapshotId id;
    private SnapshotId quorumId;
    private Quarantined found;

    public SnapshotQuarantine(final Storage storage, final Listener listener) {
        this.storage = storage;
        this.listener = listener;
    }

    /** Looks whether this snapshot, which the superblock names, was taken out of use. */
    public void find(final long namedOp, final SnapshotId namedId) {
        begin(namedOp, namedId, null);
    }

    /**
     * Takes this snapshot, which the superblock names, out of use.
     *
     * @param expected what a quorum has at its op; {@link SnapshotId#NONE} where that is not known.
     */
    public void quarantine(final long namedOp, final SnapshotId namedId, final SnapshotId expected) {
        begin(namedOp, namedId, expected);
    }

    private void begin(final long namedOp, final SnapshotId namedId, final SnapshotId expected) {
        Invariant.check(stage == Stage.IDLE, "one snapshot is looked at at a time", namedOp);
        op = namedOp;
        id = namedId;
        quorumId = expected;
        stage = Stage.LISTING;
        storage.list(TOKEN);
    }

    /** A completion of the storage; true if it was for this. */
    public boolean onCompletion(final long token) {
        if (token != TOKEN) {
            return false;
        }
        switch (stage) {
            case LISTING -> onListed(storage.listed());
            case DELETING -> deleteNext();
            case RENAMING -> sync();
            case SYNCING -> end();
            case IDLE -> throw new IllegalStateException("unreachable: nothing is awaited");
        }
        return true;
    }

    private void onListed(final List<String> names) {
        for (final String name : names) {
            final Quarantined kept = SnapshotName.parseQuarantined(name);
            if (kept != null && kept.op() == op && kept.id().equals(id)) {
                found = kept;
            }
            if (kept != null) {
                doomed.add(name);
            }
        }
        final boolean isPublished = names.contains(SnapshotName.published(op, id));
        if (quorumId == null || found != null && !isPublished) {
            doomed.clear();
            end();
            return;
        }
        // Story: it was taken out of use once, and came back from one that has diverged alike. It is under the name
        // that opens again, whatever is kept, and a restart would open with it.
        if (found == null || !quorumId.equals(SnapshotId.NONE)) {
            found = new Quarantined(op, id, quorumId);
        }
        if (!isPublished) {
            // Gone already: nothing opens it, and there is nothing to keep.
            doomed.clear();
        }
        stage = Stage.DELETING;
        deleteNext();
    }

    private void deleteNext() {
        if (!doomed.isEmpty()) {
            storage.delete(doomed.remove(), TOKEN);
        } else if (storage.listed().contains(SnapshotName.published(op, id))) {
            stage = Stage.RENAMING;
            storage.rename(SnapshotName.published(op, id), SnapshotName.quarantined(found), TOKEN);
        } else {
            sync();
        }
    }

    private void sync() {
        stage = Stage.SYNCING;
        storage.syncDirectory(TOKEN);
    }

    private void end() {
        stage = Stage.IDLE;
        listener.onLookedAt(found);
    }
}
