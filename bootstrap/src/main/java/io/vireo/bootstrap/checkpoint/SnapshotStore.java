package io.vireo.bootstrap.checkpoint;

import io.vireo.bootstrap.checkpoint.SnapshotException.Code;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import java.util.ArrayDeque;
import org.agrona.MutableDirectBuffer;

/**
 * The snapshot files of one group: publishes them, loads them, removes those that nothing names any more. Driven by the group's thread, one
 * activity and one I/O at a time, so that the WAL beside it never waits for more than a block; outcomes leave by the {@link Listener}. It
 * never decides which snapshot counts: the superblock does.
 *
 * <p>A published name always stands for a whole file, at every moment and after every crash: the bytes get it by a rename only when a sync
 * covers all of them. And a superblock may name the snapshot only after {@link Listener#onPublished}, when the name itself is durable. What
 * a crash leaves under a staging name is overwritten by the next attempt or removed by {@link #retain}.
 */
public final class SnapshotStore {
    /** Top 8 bits of every storage token of the snapshots. */
    public static final int TOKEN_OWNER = 5;

    /** Receives outcomes inside {@link #onCompletion}; may begin the next activity. */
    public interface Listener {
        /** File and name are durable. The snapshot given to {@link #publish} is its owner's again. */
        void onPublished(Snapshot snapshot);

        /** There is no space for a file; nothing was written. The snapshot is its owner's again, to be published later. */
        void onNoSpace(Snapshot snapshot);

        /** It is what was asked for, checked to its last byte; the listener closes it. */
        void onLoaded(Snapshot snapshot);

        /** It cannot be had from this disk; the reason names file, offset and checksums. Nothing was written. */
        void onLoadFailed(SnapshotException reason);

        /** All others are gone, durably. */
        void onRetained(int removed);
    }

    private enum Stage {
        IDLE,
        /** An empty file under the staging name. */
        CREATING,
        /** One that a crash has left under that name goes first. */
        CLEARING,
        WRITING,
        SYNCING,
        RENAMING,
        PUBLISHING,
        OPENING,
        READING,
        LISTING,
        DELETING,
        /** The directory sync behind deletions. */
        FORGETTING;

        boolean isLegalAfter(final Stage former) {
            return switch (this) {
                case IDLE -> former != IDLE;
                case CREATING -> former == IDLE || former == CLEARING;
                case CLEARING -> former == CREATING;
                case WRITING -> former == CREATING;
                case SYNCING -> former == WRITING;
                case RENAMING -> former == SYNCING;
                case PUBLISHING -> former == RENAMING;
                case OPENING, LISTING -> former == IDLE;
                case READING -> former == OPENING;
                case DELETING -> former == LISTING;
                case FORGETTING -> former == DELETING;
            };
        }
    }

    private final Storage storage;
    private final Listener listener;
    private final MutableDirectBuffer block;
    private final ArrayDeque<String> doomed = new ArrayDeque<>();

    private Stage stage = Stage.IDLE;
    private long lastToken = (long) TOKEN_OWNER << 56;
    private int file;
    private Snapshot publishing;
    private long written;
    private int inFlight;
    private SnapshotDecoder.Expected loading;
    private SnapshotDecoder decoder;
    private String retained;
    private int removed;

    public SnapshotStore(final Storage storage, final Listener listener) {
        this.storage = storage;
        this.listener = listener;
        block = storage.allocateUncleared(SnapshotPrologue.BLOCK_LENGTH);
        SnapshotMemory.warmUp();
    }

    /** True while something is under way; then nothing else may begin. */
    public boolean isBusy() {
        return stage != Stage.IDLE;
    }

    /**
     * Writes the snapshot under its name, replacing one that is there; ends with {@link Listener#onPublished}.
     *
     * @param snapshot stays open until then.
     */
    public void publish(final Snapshot snapshot) {
        publishing = snapshot;
        create();
    }

    /** Reads and checks a snapshot; ends with {@link Listener#onLoaded} or {@link Listener#onLoadFailed}. */
    public void load(final SnapshotDecoder.Expected expected) {
        loading = expected;
        become(Stage.OPENING);
        storage.open(expected.file(), nextToken());
    }

    /**
     * Removes every snapshot but this one, and what unfinished publications have left; ends with {@link Listener#onRetained}. Only to be
     * asked when the superblock that names it is durable: until then a crash still needs the one before.
     */
    public void retain(final long op, final SnapshotId id) {
        retained = SnapshotName.published(op, id);
        become(Stage.LISTING);
        storage.list(nextToken());
    }

    /** A completion of the storage whose token carries {@link #TOKEN_OWNER}. */
    public void onCompletion(final long token, final long result) {
        Invariant.check(token == lastToken && isBusy(), "an awaited completion of the snapshots", token);
        switch (stage) {
            case CREATING -> onCreated(result);
            case CLEARING -> create();
            case WRITING -> {
                written += inFlight;
                writeNext();
            }
            case SYNCING -> rename();
            case RENAMING -> {
                become(Stage.PUBLISHING);
                storage.syncDirectory(nextToken());
            }
            case PUBLISHING -> {
                become(Stage.IDLE);
                listener.onPublished(endPublishing());
            }
            case OPENING -> onOpened(result);
            case READING -> onRead(result);
            case LISTING -> onListed();
            case DELETING -> deleteNext();
            case FORGETTING -> {
                become(Stage.IDLE);
                listener.onRetained(removed);
            }
            case IDLE -> throw new IllegalStateException("unreachable: an idle store awaits nothing");
        }
    }

    // ---- publish ----

    private void create() {
        become(Stage.CREATING);
        storage.create(stagingName(), 0, nextToken());
    }

    private void onCreated(final long result) {
        if (result == Storage.EXISTS) {
            become(Stage.CLEARING);
            storage.delete(stagingName(), nextToken());
        } else if (result == Storage.NO_SPACE) {
            become(Stage.IDLE);
            listener.onNoSpace(endPublishing());
        } else {
            file = (int) result;
            written = 0;
            become(Stage.WRITING);
            writeNext();
        }
    }

    private void writeNext() {
        inFlight = (int) Math.min(SnapshotPrologue.BLOCK_LENGTH, publishing.fileLength() - written);
        if (inFlight > 0) {
            publishing.copy(written, block, 0, inFlight);
            storage.write(file, written, block, 0, inFlight, nextToken());
        } else {
            become(Stage.SYNCING);
            storage.sync(file, nextToken());
        }
    }

    /** Story: the name came before the bytes were durable; a power cut; the superblock's snapshot has holes. Hence only after the sync. */
    private void rename() {
        storage.close(file);
        become(Stage.RENAMING);
        storage.rename(stagingName(), SnapshotName.published(publishing.anchor().op(), publishing.id()), nextToken());
    }

    private String stagingName() {
        return SnapshotName.staging(publishing.anchor().op(), publishing.id());
    }

    private Snapshot endPublishing() {
        final Snapshot ended = publishing;
        publishing = null;
        return ended;
    }

    // ---- load ----

    private void onOpened(final long result) {
        if (result == Storage.NOT_FOUND) {
            become(Stage.IDLE);
            listener.onLoadFailed(
                    new SnapshotException(Code.MISSING, loading.group(), loading.file(), 0, "there is no such file"));
            return;
        }
        file = (int) result;
        become(Stage.READING);
        try {
            decoder = new SnapshotDecoder(loading, storage.size(file));
        } catch (final SnapshotException reason) {
            failLoading(reason);
            return;
        }
        readNext();
    }

    private void readNext() {
        storage.read(file, decoder.position(), block, 0, decoder.nextLength(), nextToken());
    }

    private void onRead(final long result) {
        final Snapshot loaded;
        try {
            if (result == Storage.READ_FAILED) {
                throw new SnapshotException(
                        Code.READ_FAILED,
                        loading.group(),
                        loading.file(),
                        decoder.position(),
                        decoder.nextLength() + " bytes cannot be read");
            }
            decoder.take(block, 0);
            loaded = decoder.nextLength() == 0 ? decoder.finish() : null;
        } catch (final SnapshotException reason) {
            failLoading(reason);
            return;
        }
        if (loaded == null) {
            readNext();
        } else {
            endLoading();
            listener.onLoaded(loaded);
        }
    }

    private void failLoading(final SnapshotException reason) {
        endLoading();
        listener.onLoadFailed(reason);
    }

    private void endLoading() {
        if (decoder != null) {
            decoder.close();
            decoder = null;
        }
        storage.close(file);
        become(Stage.IDLE);
    }

    // ---- retain ----

    private void onListed() {
        doomed.clear();
        for (final String name : storage.listed()) {
            if (SnapshotName.isSnapshot(name) && !name.equals(retained)) {
                doomed.add(name);
            }
        }
        removed = doomed.size();
        become(Stage.DELETING);
        deleteNext();
    }

    private void deleteNext() {
        if (doomed.isEmpty()) {
            become(Stage.FORGETTING);
            storage.syncDirectory(nextToken());
        } else {
            storage.delete(doomed.remove(), nextToken());
        }
    }

    private long nextToken() {
        return ++lastToken;
    }

    private void become(final Stage next) {
        Invariant.check(
                next.isLegalAfter(stage), "stages of a snapshot follow each other", stage.ordinal(), next.ordinal());
        stage = next;
    }
}
