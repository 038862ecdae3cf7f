package io.vireo.bootstrap.inspect;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotDecoder;
import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.checkpoint.SnapshotStore;
import io.vireo.journal.util.Invariant;

/** Loads snapshots by the store of the running replica, one after the other. */
final class SnapshotFiles implements SnapshotStore.Listener {
    private final BlockingFiles files;
    private Snapshot loaded;
    private SnapshotException failure;

    SnapshotFiles(final BlockingFiles files) {
        this.files = files;
    }

    /** The snapshot, to be closed by the caller, or the typed reason. */
    Snapshot load(final SnapshotDecoder.Expected expected) {
        final SnapshotStore store = new SnapshotStore(files.storage, this);
        loaded = null;
        failure = null;
        store.load(expected);
        files.drive(store::onCompletion, () -> !store.isBusy());
        if (failure != null) {
            throw failure;
        }
        return loaded;
    }

    @Override
    public void onLoaded(final Snapshot snapshot) {
        loaded = snapshot;
    }

    @Override
    public void onLoadFailed(final SnapshotException reason) {
        failure = reason;
    }

    @Override
    public void onPublished(final Snapshot snapshot) {
        Invariant.check(false, "who looks only publishes nothing");
    }

    @Override
    public void onNoSpace(final Snapshot snapshot) {
        Invariant.check(false, "who looks only publishes nothing");
    }

    @Override
    public void onRetained(final int removed) {
        Invariant.check(false, "who looks only removes nothing");
    }
}
