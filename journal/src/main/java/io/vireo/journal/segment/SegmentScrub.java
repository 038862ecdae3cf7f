package io.vireo.journal.segment;

import io.vireo.journal.segment.SegmentDamage.Kind;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import java.security.MessageDigest;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Looks after the files of a {@link SegmentStore} while it is open: reads a chunk from the disk, past all caches, compares it with its
 * leaf, and puts a damaged one right with bytes that others send. One chunk at a time, in slices of at most {@link #SLICE_MAX} bytes, so
 * that no turn hashes more than that. Driven by the group's thread: whoever uses it looks at {@link #state} after completions.
 *
 * <p>Nothing is written that was not verified as a whole, and of that only the sectors that differ from what the disk gives. Story: one bit
 * of a chunk is wrong, the chunk is written anew, and power fails in the middle; sectors that had been right are torn now, and the next
 * fault is one too many. As it is a crash leaves a chunk that is damaged where it was.
 */
public final class SegmentScrub {
    /** Bytes that are read and hashed in one turn, and that {@link #take} should be given at once, at most. */
    public static final int SLICE_MAX = BlockPool.BLOCK_MAX;

    private static final byte[] NOTHING = {};

    /** How far the chunk is. */
    public enum State {
        IDLE,
        /** It is read from the disk. */
        READING,
        /** It is what its leaf says; {@link #end} before the next one. */
        GOOD,
        /** It is not: see {@link #damage}; {@link #mend} or {@link #end}. */
        DAMAGED,
        /** Its segment is no longer there; {@link #end}. */
        GONE,
        /** {@link #take} wants {@link #wanted} bytes from {@link #position} on; or {@link #end}. */
        WANTING,
        /** Sectors are compared, written, synced and read back. */
        MENDING,
        /** It is what its leaf says, durably; {@link #end}. */
        MENDED
    }

    private enum Step {
        /** Before anything is written. */
        CHECK,
        /** Sector by sector, those that differ are written, and synced in the end. */
        COMPARE,
        /** What was written, from the disk. */
        READ_BACK
    }

    private final Storage storage;
    private final Flights flights;
    private final SegmentFiles files;
    private final SegmentTable table;
    private final ChunkCache cache;
    private final Segment.Shared shared;
    private final MessageDigest digest = SegmentHash.newDigest();

    private State state = State.IDLE;
    private Step step = Step.CHECK;
    private boolean isInFlight;

    private Segment segment;
    private SegmentKey key;
    private int chunk;
    private int length;
    private byte[] leaf;
    private SegmentDamage damage;
    /** Bytes of the chunk that the present step is through with. */
    private int done;

    private boolean isWritten;
    private Block block;
    /** The chunk as others send it; there from the first damage on. */
    private MutableDirectBuffer sound;

    private int filled;

    SegmentScrub(
            final Storage storage,
            final Flights flights,
            final SegmentFiles files,
            final SegmentTable table,
            final ChunkCache cache,
            final Segment.Shared shared) {
        this.storage = storage;
        this.flights = flights;
        this.files = files;
        this.table = table;
        this.cache = cache;
        this.shared = shared;
    }

    public State state() {
        return state;
    }

    /** A chunk that somebody wanted to read and that was damaged, each once; null if there is none. */
    public SegmentDamage nextAccused() {
        return cache.nextAccused();
    }

    /** A chunk that a peer holds to be damaged, as {@link SegmentStore#accuse} was told; null if there is none. */
    public SegmentDamage nextSuspected() {
        return cache.nextSuspected();
    }

    /** Chunk of the place that a damage is about. */
    public int chunkOf(final SegmentDamage where) {
        return (int) (where.position() / shared.limits.chunkBytes());
    }

    /** Bytes of a chunk of a file. */
    public int length(final ManifestEntry entry, final int ofChunk) {
        return Math.min(shared.limits.chunkBytes(), entry.size() - ofChunk * shared.limits.chunkBytes());
    }

    /**
     * Reads a chunk and compares it; while {@link State#IDLE}.
     *
     * @param newLength bytes of it that count: as a durable manifest lists them, or as a {@link #nextAccused} or {@link #nextSuspected} does.
     * @param newLeaf SHA-256 over them; not copied.
     */
    public void check(final SegmentKey newKey, final int newChunk, final int newLength, final byte[] newLeaf) {
        Invariant.check(state == State.IDLE, "one chunk is checked at a time", state.ordinal());
        key = newKey;
        chunk = newChunk;
        length = newLength;
        leaf = newLeaf;
        segment = table.find(key);
        step = Step.CHECK;
        begin(State.READING);
        pump();
    }

    /** What is wrong with the chunk; once DAMAGED, until {@link #end}. */
    public SegmentDamage damage() {
        return damage;
    }

    /** True if the file is there with all its sectors, so that they can be written anew in place. Another one is for the next opening. */
    public boolean isMendable() {
        return damage.kind() == Kind.WRONG_HASH || damage.kind() == Kind.UNREADABLE;
    }

    /** Asks for the bytes of a DAMAGED chunk. */
    public void mend() {
        Invariant.check(state == State.DAMAGED && isMendable(), "a damaged chunk is mended", state.ordinal());
        if (sound == null) {
            sound = storage.allocate(shared.limits.chunkBytes());
        }
        state = State.WANTING;
        want();
    }

    /** Position in the file of the bytes wanted. */
    public long position() {
        return start() + filled;
    }

    /** How many of them. */
    public int wanted() {
        return length - filled;
    }

    /**
     * Bytes at {@link #position}, from 1 to {@link #wanted}, that nobody has vouched for.
     *
     * @return false if with them the chunk is not what its leaf says; all of it is wanted again.
     */
    public boolean take(final DirectBuffer source, final int offset, final int taken) {
        Invariant.check(state == State.WANTING, "bytes are taken when they are wanted", state.ordinal());
        Invariant.check(taken > 0 && taken <= wanted(), "no more is taken than is wanted", taken, wanted());
        sound.putBytes(filled, source, offset, taken);
        shared.hash.update(digest, sound, filled, taken);
        filled += taken;
        if (filled < length) {
            return true;
        }
        if (!Arrays.equals(shared.hash.endLeaf(digest, length), leaf)) {
            want();
            return false;
        }
        sound.setMemory(length, roundedLength() - length, (byte) 0);
        step = Step.COMPARE;
        isWritten = false;
        begin(State.MENDING);
        pump();
        return true;
    }

    /** The chunk is done with, whatever became of it; not while READING or MENDING. */
    public void end() {
        Invariant.check(state != State.READING && state != State.MENDING, "what is under way ends by itself");
        state = State.IDLE;
        segment = null;
        damage = null;
    }

    private void want() {
        filled = 0;
        shared.hash.beginLeaf(digest, chunk);
    }

    // The disk

    private void begin(final State newState) {
        state = newState;
        done = 0;
        shared.hash.beginLeaf(digest, chunk);
        if (block == null) {
            block = shared.pool.take(Math.min(SLICE_MAX, shared.limits.chunkBytes()));
        }
    }

    /** Goes on if the file is at hand; after each completion of the store. */
    void pump() {
        if (isInFlight || state != State.READING && state != State.MENDING) {
            return;
        }
        // Dropped, and its file deleted: not a question of damage. While a call is in flight nobody deletes it.
        if (segment == null || table.find(key) != segment) {
            finish(State.GONE);
        } else if (files.use(segment)) {
            next();
        } else if (segment.file.isMissing) {
            damaged(Kind.MISSING, NOTHING);
        }
    }

    /** The next call; in a step that writes always at once, so that the handle stays what it is until all is synced. */
    private void next() {
        if (storage.size(segment.file.handle) < start() + roundedLength()) {
            damaged(Kind.SHORT, NOTHING);
            return;
        }
        final int most = step == Step.COMPARE ? Storage.SECTOR : block.length();
        final int part = Math.min(most, roundedLength() - done);
        final long token = submit(Flights.SCRUB_READ);
        storage.read(segment.file.handle, start() + done, block.buffer(), block.offset(), part, token);
    }

    private long submit(final int kind) {
        isInFlight = true;
        segment.file.inFlight++;
        return flights.take(kind, segment).token();
    }

    /** A call has completed. */
    void onCompletion(final int kind, final long result) {
        isInFlight = false;
        segment.file.inFlight--;
        if (kind == Flights.SCRUB_WRITE) {
            nextSector();
        } else if (kind == Flights.SCRUB_SYNC) {
            readBack();
        } else if (step == Step.COMPARE) {
            compare(result == Storage.READ_FAILED);
        } else if (result == Storage.READ_FAILED) {
            damaged(Kind.UNREADABLE, NOTHING);
        } else {
            hash((int) result);
        }
    }

    private void hash(final int read) {
        shared.hash.update(digest, block.buffer(), block.offset(), Math.min(read, length - done));
        done += read;
        if (done < length) {
            next();
            return;
        }
        final byte[] found = shared.hash.endLeaf(digest, length);
        if (!Arrays.equals(found, leaf)) {
            damaged(Kind.WRONG_HASH, found);
            return;
        }
        // Whoever has met the damage, which may have been a read that went wrong, may read again.
        cache.forgive(segment, chunk);
        finish(step == Step.CHECK ? State.GOOD : State.MENDED);
    }

    private void compare(final boolean isUnreadable) {
        boolean isRight = !isUnreadable;
        for (int i = 0; isRight && i < Storage.SECTOR; i += Long.BYTES) {
            isRight = block.buffer().getLong(block.offset() + i) == sound.getLong(done + i);
        }
        if (isRight) {
            nextSector();
            return;
        }
        // Only sectors that nobody writes any more. What a leaf covers ends with a sector, unless the segment is
        // sealed, and then zeros follow up to the end of its last one. A padded sector over one that an active
        // segment goes on in would take acknowledged entries with it.
        Invariant.check(
                start() + length <= segment.settled() && (segment.isSealed() || SegmentFormat.isAligned(length)),
                "a chunk is mended where nothing is written any more",
                start() + length,
                segment.settled());
        isWritten = true;
        final long token = submit(Flights.SCRUB_WRITE);
        storage.write(segment.file.handle, start() + done, sound, done, Storage.SECTOR, token);
    }

    private void nextSector() {
        done += Storage.SECTOR;
        if (done < roundedLength()) {
            next();
        } else if (isWritten) {
            final long token = submit(Flights.SCRUB_SYNC);
            storage.sync(segment.file.handle, token);
        } else {
            readBack();
        }
    }

    private void readBack() {
        step = Step.READ_BACK;
        begin(State.MENDING);
        next();
    }

    private void damaged(final Kind kind, final byte[] found) {
        damage = new SegmentDamage(kind, key, start(), length, leaf, found);
        finish(State.DAMAGED);
    }

    private void finish(final State newState) {
        state = newState;
        shared.pool.give(block);
        block = null;
    }

    private long start() {
        return (long) chunk * shared.limits.chunkBytes();
    }

    private int roundedLength() {
        return SegmentFormat.roundUp(length);
    }
}
