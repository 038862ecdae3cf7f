package io.vireo.node.sync;

import io.vireo.journal.segment.ChunkCheck;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.segment.SegmentKey;
import io.vireo.journal.segment.SegmentLimits;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * One file of a manifest after the other: looks whether it is here with every chunk right; if not, writes it anew under a staging name from
 * bytes that others send, each chunk verified before it is written, and the whole read back before it gets its own name. One I/O at a time.
 */
final class FileFetch {
    private static final String STAGING = "staging/";
    private static final long TOKEN = (long) SyncServer.TOKEN_OWNER << 56 | 1L << 32;

    private enum Stage {
        IDLE,
        OPENING,
        /** Reads what is here under the final name. */
        CHECKING,
        /** It was right, and is made durable. */
        SETTLING,
        CREATING,
        CLEARING,
        /** Waits for bytes of a chunk. */
        WANTING,
        WRITING,
        SYNCING,
        READING_BACK,
        RENAMING,
        DONE,
        /** Given up while the disk was at work. */
        ABANDONED
    }

    private final Storage storage;
    private final ChunkCheck check;
    private final int chunkBytes;
    private final MutableDirectBuffer buffer;
    private Stage stage = Stage.IDLE;
    private ManifestEntry entry;
    private int file;
    private int chunk;
    private int filled;
    private long lastToken = TOKEN;

    FileFetch(final Storage storage, final SegmentLimits limits) {
        this.storage = storage;
        check = new ChunkCheck(limits);
        chunkBytes = limits.chunkBytes();
        buffer = storage.allocate(limits.chunkBytes());
    }

    void begin(final ManifestEntry wanted) {
        Invariant.check(stage == Stage.IDLE || stage == Stage.DONE, "one file is fetched at a time");
        entry = wanted;
        chunk = 0;
        stage = Stage.OPENING;
        storage.open(entry.key().fileName(), next());
    }

    boolean isDone() {
        return stage == Stage.DONE;
    }

    /** True while bytes of the file have to come from somebody. */
    boolean isWanting() {
        return stage == Stage.WANTING;
    }

    /** Position in the file of the bytes wanted. */
    long position() {
        return (long) chunk * chunkBytes + filled;
    }

    /** How many of them. */
    int wanted() {
        return check.length(entry, chunk) - filled;
    }

    /** Nothing of it is wanted any more; what is verified under its final name stays. */
    void abandon() {
        switch (stage) {
            case IDLE, DONE, ABANDONED -> {
                // Nothing is open.
            }
            case WANTING -> {
                storage.close(file);
                stage = Stage.IDLE;
            }
            default -> Invariant.check(false, "a file is abandoned only while its bytes are wanted");
        }
    }

    /**
     * Bytes at {@link #position}, at most {@link #wanted}.
     *
     * @return false if with them the chunk is not what the manifest says; it is wanted again, from another peer.
     */
    boolean take(final DirectBuffer source, final int offset, final int length) {
        Invariant.check(stage == Stage.WANTING, "bytes are taken when they are wanted");
        if (length > wanted()) {
            filled = 0;
            return false;
        }
        buffer.putBytes(filled, source, offset, length);
        filled += length;
        if (wanted() > 0) {
            return true;
        }
        if (!check.matches(entry, chunk, buffer, 0)) {
            filled = 0;
            return false;
        }
        final int whole = roundUp(filled);
        buffer.setMemory(filled, whole - filled, (byte) 0);
        stage = Stage.WRITING;
        storage.write(file, (long) chunk * chunkBytes, buffer, 0, whole, next());
        return true;
    }

    /** A completion; true if it was of this file, which then goes on, wants bytes, or is done. */
    boolean onCompletion(final long token, final long result) {
        if (token != lastToken) {
            return false;
        }
        switch (stage) {
            case OPENING -> onOpened(result);
            case CHECKING, READING_BACK -> onRead(result);
            case CREATING -> onCreated(result);
            case CLEARING -> create();
            case WRITING -> onWritten();
            case SYNCING -> {
                chunk = 0;
                stage = Stage.READING_BACK;
                readNext();
            }
            case SETTLING -> {
                storage.close(file);
                stage = Stage.DONE;
            }
            case RENAMING -> stage = Stage.DONE;
            default -> Invariant.check(false, "a completion that is awaited", stage.ordinal());
        }
        return true;
    }

    private void onOpened(final long result) {
        if (result < 0) {
            create();
            return;
        }
        file = (int) result;
        if (storage.size(file) < roundUp(entry.size())) {
            storage.close(file);
            create();
        } else {
            stage = Stage.CHECKING;
            readNext();
        }
    }

    private void readNext() {
        if (chunk == entry.chunkCount()) {
            if (stage == Stage.CHECKING) {
                // Story: this replica wrote these bytes when it applied their ops, and nothing has synced them. The
                // superblock names the file, power fails, and a checkpoint that others rely on is not whole here.
                stage = Stage.SETTLING;
                storage.sync(file, next());
            } else {
                storage.close(file);
                stage = Stage.RENAMING;
                storage.rename(stagingName(), entry.key().fileName(), next());
            }
            return;
        }
        storage.read(file, (long) chunk * chunkBytes, buffer, 0, roundUp(check.length(entry, chunk)), next());
    }

    private void onRead(final long result) {
        if (result == Storage.READ_FAILED || !check.matches(entry, chunk, buffer, 0)) {
            storage.close(file);
            create();
            return;
        }
        chunk++;
        readNext();
    }

    private void create() {
        stage = Stage.CREATING;
        storage.create(stagingName(), 0, next());
    }

    private void onCreated(final long result) {
        if (result == Storage.EXISTS) {
            stage = Stage.CLEARING;
            storage.delete(stagingName(), next());
            return;
        }
        file = (int) result;
        chunk = 0;
        want();
    }

    private void want() {
        filled = 0;
        if (chunk == entry.chunkCount()) {
            stage = Stage.SYNCING;
            storage.sync(file, next());
        } else {
            stage = Stage.WANTING;
        }
    }

    private void onWritten() {
        chunk++;
        want();
    }

    private String stagingName() {
        return STAGING + entry.key().fileName().substring(SegmentKey.DIRECTORY.length() + 1);
    }

    private long next() {
        return ++lastToken;
    }

    private static int roundUp(final int length) {
        return (length + Storage.SECTOR - 1) / Storage.SECTOR * Storage.SECTOR;
    }
}
