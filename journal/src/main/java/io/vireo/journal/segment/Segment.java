package io.vireo.journal.segment;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The content of one segment: below {@link #settled} it is on disk and has leaves to check it by, above it is in memory. It settles at
 * the end of each chunk and where a checkpoint fell; between those points there is no leaf, and written bytes stay in memory.
 */
final class Segment {
    private static final int PAD_LENGTH_MAX = Storage.SECTOR + SegmentFormat.RECORD_HEADER_LENGTH;

    /** What all segments of a store share. */
    static final class Shared {
        final SegmentLimits limits;
        final BlockPool pool;
        final SegmentHash hash = new SegmentHash();
        private final UnsafeBuffer header = new UnsafeBuffer(new byte[SegmentFormat.RECORD_HEADER_LENGTH]);
        private final UnsafeBuffer pad = new UnsafeBuffer(new byte[PAD_LENGTH_MAX]);
        private final ArrayDeque<StagedRun> freeRuns = new ArrayDeque<>();
        private int lastNumber;
        /** Bytes of closed runs that are not written yet. */
        long unwrittenBytes;

        Shared(final SegmentLimits limits, final Storage storage) {
            this.limits = limits;
            pool = new BlockPool(storage);
            pad.putInt(0, SegmentFormat.PAD, LITTLE_ENDIAN);
        }
    }

    final SegmentKey key;
    /** Of this store's life, from 1. */
    final int number;

    final SegmentFile file = new SegmentFile();
    final StagedRuns runs = new StagedRuns();
    /** Runs at the front that are submitted or written. */
    int submittedRuns;

    private final Shared shared;
    private final ChunkTable chunks;
    /** Null once sealed. */
    private ChunkHasher hasher;

    private int size;
    private long nextOffset;
    private boolean isSealed;
    private int settled;
    private byte[] settledLeaf;
    /** Bytes that the last manifest with this segment lists. */
    private int listed;

    /** Where a reader stopped last: the record of this offset starts here. */
    long hintOffset = Long.MAX_VALUE;

    int hintPosition;
    /** Changed since the last checkpoint. */
    boolean isTouched;
    /** Its namespace has begun anew without it. */
    boolean isDropped;
    /** Waits in the queue of the writer. */
    boolean isQueued;

    /** An empty one. */
    Segment(final Shared shared, final SegmentKey key) {
        this.shared = shared;
        this.key = key;
        number = ++shared.lastNumber;
        hasher = new ChunkHasher(shared.hash, shared.limits.chunkBytes(), key.baseOffset());
        chunks = hasher.closed();
        nextOffset = key.baseOffset();
    }

    /** As a manifest lists it; an active one needs {@link #restore} if {@link #isRestoring}. */
    Segment(final Shared shared, final ManifestEntry entry) {
        this.shared = shared;
        key = entry.key();
        number = ++shared.lastNumber;
        isSealed = entry.isSealed();
        hasher = isSealed ? null : ChunkHasher.of(shared.hash, shared.limits.chunkBytes(), entry);
        chunks = isSealed ? entry.chunks() : hasher.closed();
        size = entry.size();
        nextOffset = entry.nextOffset();
        settled = size;
        listed = size;
        settledLeaf = !isSealed && hasher.size() < size ? entry.chunks().hash(chunks.count()) : null;
        file.isThere = true;
        file.submittedTo = SegmentFormat.roundUp(size);
        file.syncedTo = file.submittedTo;
    }

    int size() {
        return size;
    }

    long nextOffset() {
        return nextOffset;
    }

    boolean isSealed() {
        return isSealed;
    }

    int settled() {
        return settled;
    }

    /** Bytes that can be read: all, or if dropped those that a manifest lists. */
    int readable() {
        return isDropped ? listed : size;
    }

    boolean hasRoomFor(final int length) {
        return !isSealed && length <= shared.limits.segmentBytes() - size - SegmentFormat.RECORD_HEADER_LENGTH;
    }

    /** Adds a record of two parts, the first of which may be empty, for which there is room. */
    void append(
            final DirectBuffer prefix,
            final int prefixOffset,
            final int prefixLength,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        final long next = nextOffset + 1;
        hasher.startRecord(nextOffset);
        shared.header.putInt(0, prefixLength + length, LITTLE_ENDIAN);
        put(shared.header, 0, SegmentFormat.RECORD_HEADER_LENGTH, next);
        put(prefix, prefixOffset, prefixLength, next);
        put(buffer, offset, length, next);
        nextOffset = next;
    }

    /** Nothing is added any more. */
    void seal() {
        hasher.seal(nextOffset);
        hasher = null;
        isSealed = true;
        closeLast();
        settle();
    }

    /** The entry of a checkpoint that falls now. An active segment goes on at the next sector. */
    ManifestEntry freeze() {
        byte[] leaf = null;
        if (!isSealed && !SegmentFormat.isAligned(size)) {
            if (SegmentFormat.padEnd(size) > shared.limits.segmentBytes()) {
                seal();
            } else {
                put(shared.pad, 0, SegmentFormat.padEnd(size) - size, nextOffset);
            }
        }
        if (!isSealed) {
            closeLast();
            if (size % shared.limits.chunkBytes() != 0) {
                leaf = hasher.openLeaf();
                if (runs.count() > 0) {
                    runs.last().leaf = leaf;
                }
            }
            settle();
        }
        final ChunkTable frozen = isSealed ? chunks : hasher.snapshot(leaf);
        final byte[] root = shared.hash.root(size, shared.limits.chunkBytes(), frozen);
        file.syncTarget = SegmentFormat.roundUp(size);
        listed = size;
        return new ManifestEntry(key, size, isSealed, nextOffset, frozen, root);
    }

    /** True while the state of the hash lacks the last part of a chunk. */
    boolean isRestoring() {
        return hasher != null && hasher.size() < size;
    }

    /** The next bytes of that part. */
    void restore(final DirectBuffer buffer, final int offset, final int length) {
        hasher.restore(buffer, offset, length);
    }

    /** The write of a run has completed. */
    void onWritten(final StagedRun run) {
        run.isWritten = true;
        shared.unwrittenBytes -= run.length;
        settle();
    }

    /** Its namespace goes on without it: what a manifest lists stays readable, and only what one may cover is still written. */
    void drop() {
        isDropped = true;
        if (runs.count() > 0 && !runs.last().isClosed) {
            release(runs.removeLast());
        }
        settle();
    }

    /** Bytes of a chunk that have settled; more than none. */
    int settledLength(final int chunk) {
        return Math.min(settled - chunk * shared.limits.chunkBytes(), shared.limits.chunkBytes());
    }

    /** The leaf over {@link #settledLength}. */
    byte[] settledLeaf(final int chunk) {
        final boolean isPart = chunk == settled / shared.limits.chunkBytes();
        return isPart && settledLeaf != null ? settledLeaf : chunks.hash(chunk);
    }

    /** Last chunk whose first record has at most this offset, which is in this segment. */
    int chunkOf(final long offset) {
        int low = 0;
        int high = size == 0 ? 0 : (size - 1) / shared.limits.chunkBytes();
        while (low < high) {
            final int middle = (low + high + 1) >>> 1;
            if (firstOffset(middle) <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        while (firstPosition(low) == ChunkTable.NO_RECORD) {
            low--;
        }
        return low;
    }

    long firstOffset(final int chunk) {
        return chunk < chunks.count() ? chunks.firstOffset(chunk) : hasher.openOffset();
    }

    int firstPosition(final int chunk) {
        return chunk < chunks.count() ? chunks.firstPosition(chunk) : hasher.openPosition();
    }

    private void put(final DirectBuffer buffer, final int offset, final int length, final long next) {
        hasher.add(buffer, offset, length, next);
        for (int done = 0; done < length; ) {
            StagedRun run = runs.last();
            if (run == null || run.isClosed) {
                run = addRun(run);
            }
            final int part = Math.min(length - done, run.capacity - run.length);
            run.block.buffer().putBytes(run.block.offset() + run.length, buffer, offset + done, part);
            run.length += part;
            size += part;
            done += part;
            if (run.length == run.capacity) {
                close(run);
            }
        }
    }

    /** Short runs first: there may be many segments with little in them. */
    private StagedRun addRun(final StagedRun former) {
        final int chunkBytes = shared.limits.chunkBytes();
        final int wanted = former == null ? Storage.SECTOR : 2 * former.block.length();
        final int room = chunkBytes - size % chunkBytes;
        final StagedRun run = shared.freeRuns.isEmpty() ? new StagedRun() : shared.freeRuns.pop();
        run.block = shared.pool.take(Math.min(wanted, room));
        run.position = size;
        run.length = 0;
        run.capacity = Math.min(run.block.length(), room);
        run.isClosed = false;
        run.isWritten = false;
        run.writes = 0;
        run.leaf = null;
        runs.add(run);
        return run;
    }

    private void closeLast() {
        if (runs.count() > 0 && !runs.last().isClosed) {
            close(runs.last());
        }
    }

    private void close(final StagedRun run) {
        Invariant.check(
                isSealed || SegmentFormat.isAligned(run.length),
                "only a sealed segment ends inside a sector",
                run.length);
        final int rest = SegmentFormat.roundUp(run.length) - run.length;
        run.block.buffer().setMemory(run.block.offset() + run.length, rest, (byte) 0);
        run.isClosed = true;
        shared.unwrittenBytes += run.length;
    }

    /** Lets go of what is written up to the last point that has a leaf; if dropped, also of what is written behind all manifests. */
    private void settle() {
        int count = 0;
        for (int i = 0; i < runs.count() && runs.get(i).isWritten; i++) {
            final StagedRun run = runs.get(i);
            if (run.leaf != null || run.end() % shared.limits.chunkBytes() == 0 || isSealed && run.end() == size) {
                count = i + 1;
            }
        }
        for (int i = 0; i < count; i++) {
            final StagedRun run = runs.removeFirst();
            settled = run.end();
            settledLeaf = settled % shared.limits.chunkBytes() == 0 ? null : run.leaf;
            submittedRuns--;
            release(run);
        }
        while (isDropped && settled >= listed && runs.count() > 0 && runs.get(0).isWritten) {
            submittedRuns--;
            release(runs.removeFirst());
        }
    }

    private void release(final StagedRun run) {
        shared.pool.give(run.block);
        run.block = null;
        shared.freeRuns.push(run);
    }
}
