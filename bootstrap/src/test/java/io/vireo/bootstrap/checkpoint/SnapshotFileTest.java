package io.vireo.bootstrap.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store over real files. */
class SnapshotFileTest implements Storage.Completions, SnapshotStore.Listener {
    @TempDir
    Path directory;

    private final Semaphore wakeups = new Semaphore(0);
    private SnapshotStore store;
    private Snapshot loaded;
    private SnapshotException reason;
    private int removed;

    @Test
    void shouldPublishLoadAndRemoveFiles() throws IOException {
        try (FileStorage storage = new FileStorage(directory, wakeups::release, false);
                Snapshot one = Snapshots.of(7, 1, 900_000, 40, 5);
                Snapshot two = Snapshots.of(8, 2, 3, 40, 300_000)) {
            store = new SnapshotStore(storage, this);
            publish(storage, one);
            publish(storage, one);
            publish(storage, two);
            assertArrayEquals(Snapshots.file(one), Files.readAllBytes(file(one)));
            store.retain(8, two.id());
            await(storage);
            assertEquals(1, removed);
            assertFalse(Files.exists(file(one)));
            store.load(Snapshots.expected(two));
            await(storage);
            assertEquals(two.checkpoint(), loaded.checkpoint());
            assertArrayEquals(
                    Snapshots.section(two, SnapshotSection.STATE), Snapshots.section(loaded, SnapshotSection.STATE));
            loaded.close();
            store.load(Snapshots.expected(one));
            await(storage);
            assertEquals(SnapshotException.Code.MISSING, reason.code());
        }
    }

    private Path file(final Snapshot snapshot) {
        return directory.resolve(SnapshotName.published(snapshot.anchor().op(), snapshot.id()));
    }

    private void publish(final FileStorage storage, final Snapshot snapshot) {
        store.publish(snapshot);
        await(storage);
    }

    private void await(final FileStorage storage) {
        while (store.isBusy()) {
            if (storage.poll(this) == 0) {
                wakeups.acquireUninterruptibly();
            }
        }
    }

    @Override
    public void onCompletion(final long token, final long result) {
        store.onCompletion(token, result);
    }

    @Override
    public void onFailure(final String message) {
        throw new IllegalStateException(message);
    }

    @Override
    public void onPublished(final Snapshot snapshot) {}

    @Override
    public void onNoSpace(final Snapshot snapshot) {
        throw new IllegalStateException("no space");
    }

    @Override
    public void onLoaded(final Snapshot snapshot) {
        loaded = snapshot;
    }

    @Override
    public void onLoadFailed(final SnapshotException failure) {
        reason = failure;
    }

    @Override
    public void onRetained(final int count) {
        removed = count;
    }
}
