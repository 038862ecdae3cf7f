package io.vireo.journal.segment;

import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The entries of all namespaces of one group, in segment files. What is appended is in memory at once and on its way to disk; it becomes
 * durable with the checkpoint that covers it and is replayed from the WAL before that. Driven by the group's thread; every completion of
 * the storage whose token {@link #owns} comes to {@link #onCompletion}. A failed write or sync ends the storage, and with it the group.
 */
public final class SegmentStore {
    /** Result of {@link #read}: the bytes are being fetched, {@link Listener#onReadable} says when to ask again. */
    public static final int PENDING = -1;
    /** Result of {@link #read}: they are not what was written; see {@link #lastDamage}. */
    public static final int DAMAGED = -2;

    /** Told about ends; called from {@link #onCompletion}, or at once where nothing has to be waited for. */
    public interface Listener {
        /** The manifest given to {@link SegmentStore#open} is there; entries may be appended and read. */
        void onOpened();

        /** Files of the manifest are missing or damaged, all of them listed; the store stays closed, another one may try again. */
        void onDamaged(List<SegmentDamage> damages);

        /** Everything the manifest given to {@link SegmentStore#sync} covers is durable. */
        void onSynced();

        /** A read that was pending may have an answer. */
        void onReadable();

        /** {@link SegmentStore#forget} has ended. */
        void onForgotten(int files);
    }

    private final Storage storage;
    private final SegmentLimits limits;
    private final Listener listener;
    private final Segment.Shared shared;
    private final Flights flights = new Flights();
    private final SegmentFiles files;
    private final SegmentWriter writer;
    private final ChunkCache cache;
    private final SegmentReader reader;
    private final SegmentTable table;
    private final SegmentSweep sweep;
    private final SegmentScrub scrub;
    private SegmentOpener opener;
    private boolean isOpen;

    public SegmentStore(final Storage storage, final SegmentLimits limits, final Listener listener) {
        this.storage = storage;
        this.limits = limits;
        this.listener = listener;
        shared = new Segment.Shared(limits, storage);
        files = new SegmentFiles(storage, flights);
        writer = new SegmentWriter(storage, flights, files);
        cache = new ChunkCache(storage, flights, files, shared);
        reader = new SegmentReader(limits, cache);
        table = new SegmentTable(shared);
        sweep = new SegmentSweep(storage, flights, files, table);
        scrub = new SegmentScrub(storage, flights, files, table, cache, shared);
    }

    /** True if a completion with this token belongs to the segments. */
    public static boolean owns(final long token) {
        return token >>> 56 == Flights.OWNER;
    }

    /** Opens the files of a checkpoint, none of them created; once, before anything else. The listener hears the end. */
    public void open(final Manifest manifest) {
        Invariant.check(!isOpen && opener == null, "a store is opened once");
        opener = new SegmentOpener(storage, files, cache, limits, manifest, table.restore(manifest));
        pump();
    }

    /** Files of the manifest that the opening is through with, good or bad; 0 when it has ended. */
    public int lookedAt() {
        return opener == null ? 0 : opener.lookedAt();
    }

    /** True once the checkpoint was opened. */
    public boolean isOpen() {
        return isOpen;
    }

    /**
     * Appends an entry of at most {@link SegmentLimits#entrySizeMax} bytes. Never waits; allocates nothing in steady state.
     *
     * @param incarnation of the namespace; a higher one than before starts it anew from offset 0, a lower one is a defect.
     * @return the entry's offset in its namespace, dense from 0.
     */
    public long append(
            final long namespace,
            final long incarnation,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        return append(namespace, incarnation, buffer, offset, 0, buffer, offset, length);
    }

    /** As the other, for an entry of two parts one behind the other, so that whoever puts a header before bytes need not copy them. */
    public long append(
            final long namespace,
            final long incarnation,
            final DirectBuffer prefix,
            final int prefixOffset,
            final int prefixLength,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        Invariant.check(isOpen, "entries are appended to an open store");
        Invariant.check(
                prefixLength >= 0 && length >= 0 && length <= limits.entrySizeMax() - prefixLength,
                "an entry fits a segment",
                prefixLength,
                length);
        final NamespaceSegments log = table.incarnation(namespace, incarnation);
        Segment segment = log.last();
        if (segment == null || !segment.hasRoomFor(prefixLength + length)) {
            if (segment != null && !segment.isSealed()) {
                segment.seal();
                table.touch(segment);
                writer.offer(segment);
            }
            segment = new Segment(shared, new SegmentKey(namespace, incarnation, log.nextOffset()));
            log.add(segment);
        }
        table.touch(segment);
        final long entry = segment.nextOffset();
        segment.append(prefix, prefixOffset, prefixLength, buffer, offset, length);
        writer.offer(segment);
        pump();
        return entry;
    }

    /**
     * Ends the incarnation of a namespace: it has no entries and the next manifest none of its files. Others may still fetch them by
     * {@link #readBytes} until a manifest without them is durable, and {@link #forget} deletes them then.
     * Its next entry needs a higher incarnation; that the one which has ended is not used again after a restart is for the caller to see to.
     */
    public void drop(final long namespace) {
        Invariant.check(isOpen, "namespaces are dropped from an open store");
        table.end(namespace);
    }

    /**
     * Forgets the sealed segments of a namespace all of whose entries are below an offset, but never its last segment, which knows the next
     * offset: those entries can no longer be read and the next manifest lists none of the files, with which goes on what {@link #drop} says.
     */
    public void dropBelow(final long namespace, final long offset) {
        Invariant.check(isOpen, "entries are dropped from an open store");
        table.dropBelow(namespace, offset);
    }

    /** Offset of the first entry of a namespace that is kept; 0 if it has none. */
    public long begin(final long namespace) {
        final NamespaceSegments log = table.find(namespace);
        return log == null || log.count() == 0 ? 0 : log.get(0).key.baseOffset();
    }

    /** Offset of the first entry of the segment that an append goes to or would begin behind; 0 if the namespace has none. */
    public long lastSegmentBegin(final long namespace) {
        final NamespaceSegments log = table.find(namespace);
        return log == null || log.count() == 0 ? 0 : log.last().key.baseOffset();
    }

    /** Offset of the next entry of a namespace; 0 if it has none. */
    public long end(final long namespace) {
        final NamespaceSegments log = table.find(namespace);
        return log == null ? 0 : log.nextOffset();
    }

    /** The last incarnation of a namespace that had entries in this life of the store, 0 if none. */
    public long incarnation(final long namespace) {
        final NamespaceSegments log = table.find(namespace);
        return log == null ? 0 : log.incarnation;
    }

    /**
     * Copies entries from an offset on, each {@code length u32, bytes} in little-endian, as many as fit the limits and are at hand.
     *
     * @param maxBytes that {@code into} may take; no entry is cut.
     * @return bytes written, 0 also if there is no such entry (any more) or the first one does not fit; {@link #PENDING} or {@link #DAMAGED} if not
     *     even the first one is at hand. See {@link #lastReadCount}.
     */
    public int read(
            final long namespace,
            final long fromOffset,
            final int maxEntries,
            final int maxBytes,
            final MutableDirectBuffer into,
            final int at) {
        Invariant.check(isOpen, "entries are read from an open store");
        return reader.read(table.find(namespace), fromOffset, maxEntries, Integer.MAX_VALUE, maxBytes, into, at);
    }

    /**
     * Copies the first bytes of entries, to find one among many without copying them: as {@link #read}, but of each entry only up to
     * {@code headLength} bytes follow its length, which is that of the whole.
     */
    public int readHeads(
            final long namespace,
            final long fromOffset,
            final int maxEntries,
            final int headLength,
            final int maxBytes,
            final MutableDirectBuffer into,
            final int at) {
        Invariant.check(isOpen && headLength >= 0, "heads are read from an open store", headLength);
        return reader.read(table.find(namespace), fromOffset, maxEntries, headLength, maxBytes, into, at);
    }

    /**
     * Copies bytes of a segment as they stand in its file, for another replica that has lost it: also of one that was dropped, as far as
     * the durable manifest or the last one lists it.
     *
     * <p>Story: a checkpoint is durable, a purge follows, and nobody writes any more. A replica with an empty disk needs every file of that
     * checkpoint; if those who have dropped them all refused, it would never be whole again.
     *
     * @return {@code length}; 0 if that part of that segment is not there; {@link #PENDING} or {@link #DAMAGED}.
     */
    public int readBytes(
            final SegmentKey key, final int position, final int length, final MutableDirectBuffer into, final int at) {
        Invariant.check(isOpen, "bytes are read from an open store");
        final Segment segment = table.find(key);
        return segment == null || position < 0 || length <= 0 || length > segment.readable() - position
                ? 0
                : reader.readBytes(segment, position, length, into, at);
    }

    /** Somebody says that this chunk of a segment is not what it should be: {@link #scrub} looks, if there is such a one. */
    public void accuse(final SegmentKey key, final long position) {
        Invariant.check(isOpen, "chunks of an open store are accused");
        final Segment segment = table.find(key);
        if (segment != null && position >= 0 && position < segment.settled()) {
            cache.suspect(segment, (int) (position / limits.chunkBytes()));
        }
    }

    /** Entries the last {@link #read} has copied. */
    public int lastReadCount() {
        return reader.lastCount();
    }

    /** What the last read with the result {@link #DAMAGED} has met. */
    public SegmentDamage lastDamage() {
        return cache.lastDamage();
    }

    /** Checks and mends chunks on the disk. */
    public SegmentScrub scrub() {
        return scrub;
    }

    /** The manifest that a crash goes back to: every byte that it lists is on the disk and never changes. */
    public Manifest durable() {
        return table.durable();
    }

    /** Too many bytes wait for the disk: whoever appends should wait for completions. */
    public boolean isBacklogged() {
        return shared.unwrittenBytes > limits.cacheBytes();
    }

    /** Bytes that could be written and are not yet. */
    public long unwrittenBytes() {
        return shared.unwrittenBytes;
    }

    /** Memory of the chunks that were read from disk. */
    public long cachedBytes() {
        return cache.bytes();
    }

    /** The manifest as of the last append. All replicas call it at the same ops: it pads segments. Not during a {@link #sync}. */
    public Manifest freeze() {
        Invariant.check(isOpen && !writer.isSyncing(), "a checkpoint follows the end of the one before it");
        return table.freeze(writer);
    }

    /** Makes everything that the manifest of the last {@link #freeze} covers durable, names too. The listener hears the end. */
    public void sync(final Manifest manifest) {
        Invariant.check(manifest == table.manifest(), "the last manifest is synced");
        Invariant.check(isOpen && !writer.isSyncing(), "one sync at a time");
        writer.sync();
        pump();
    }

    /**
     * A crash from now on goes back to this manifest: deletes the segment files that neither it nor the last {@link #freeze} lists nor the
     * store needs. To be called whenever another manifest has become durable, also while a sweep runs, which then goes on with it and is
     * followed by another one. The listener hears when nothing is left to delete.
     */
    public void forget(final Manifest durable) {
        Invariant.check(isOpen, "files of an open store are forgotten");
        table.onDurable(durable);
        sweep.start();
    }

    /** True if nothing that was submitted is in flight. */
    public boolean isIdle() {
        return flights.isEmpty();
    }

    /** Lets go of all files, so that another store may open them; while {@link #isIdle} only. What no {@link #sync} covers is lost. */
    public void close() {
        Invariant.check(isIdle(), "a store is closed when nothing is in flight");
        isOpen = false;
        files.closeAll();
    }

    /** What was submitted with a token of this store has completed. */
    public void onCompletion(final long token, final long result) {
        final Flights.Flight flight = flights.find(token);
        final Segment segment = flight.segment;
        boolean isReadable = false;
        boolean isSwept = false;
        switch (flight.kind) {
            case Flights.OPEN -> files.onOpened(segment, result);
            case Flights.CREATE -> files.onCreated(segment, result);
            case Flights.DELETE_LEFTOVER -> files.onLeftoverDeleted(segment);
            case Flights.WRITE -> writer.onWritten(segment, flight.run);
            case Flights.SYNC -> {
                files.onSynced(segment);
                writer.onSynced(segment, flight.value);
            }
            case Flights.READ -> isReadable = cache.onRead(flight.chunk, result);
            case Flights.DIRECTORY -> writer.onNamesSynced();
            case Flights.SCRUB_READ, Flights.SCRUB_WRITE, Flights.SCRUB_SYNC -> scrub.onCompletion(flight.kind, result);
            case Flights.LIST -> isSwept = sweep.onListed(storage.listed());
            default -> {
                files.onDeleted(flight.key);
                isSwept = sweep.onDeleted();
            }
        }
        flights.give(flight);
        isReadable |= pump();
        if (isSwept) {
            listener.onForgotten(sweep.deleted());
        }
        if (isReadable && isOpen) {
            listener.onReadable();
        }
    }

    /** Submits what can be; true if a pending read may have an answer. */
    private boolean pump() {
        files.pump();
        scrub.pump();
        final boolean isSynced = writer.pump();
        final boolean isReadable = cache.pump();
        if (opener != null && opener.pump()) {
            final List<SegmentDamage> damages = opener.damages();
            opener = null;
            isOpen = damages.isEmpty();
            if (isOpen) {
                listener.onOpened();
            } else {
                files.closeAll();
                listener.onDamaged(damages);
            }
        }
        if (isSynced) {
            listener.onSynced();
        }
        return isReadable;
    }
}
