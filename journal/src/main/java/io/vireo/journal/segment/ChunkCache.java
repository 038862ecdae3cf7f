package io.vireo.journal.segment;

import io.vireo.journal.storage.Storage;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Chunks read from disk, each checked against its leaf before anybody sees a byte of it. Bounded: what was used longest ago goes first.
 * A chunk that is damaged stays so until a newer leaf covers more of it or it is forgiven.
 */
final class ChunkCache {
    /** Chunks on their way at a time. */
    static final int LOADS_MAX = 16;

    /** Damaged chunks that are remembered for {@link #nextAccused}; another pass of whoever asks finds those beyond that. */
    private static final int ACCUSED_MAX = 64;

    /** Chunks that peers have spoken of, for {@link #nextSuspected}; they say it again if they mean it. */
    private static final int SUSPECTED_MAX = 16;

    private static final byte[] NOTHING = {};

    private final Storage storage;
    private final Flights flights;
    private final SegmentFiles files;
    private final Segment.Shared shared;
    private final MessageDigest digest = SegmentHash.newDigest();
    private final Long2ObjectHashMap<CachedChunk> chunks = new Long2ObjectHashMap<>();
    private final ArrayDeque<CachedChunk> waiting = new ArrayDeque<>();
    private final ArrayDeque<SegmentDamage> accused = new ArrayDeque<>();
    private final ArrayDeque<SegmentDamage> suspected = new ArrayDeque<>();
    private int loads;
    private long bytes;
    private CachedChunk newest;
    private CachedChunk oldest;
    private SegmentDamage lastDamage;

    ChunkCache(final Storage storage, final Flights flights, final SegmentFiles files, final Segment.Shared shared) {
        this.storage = storage;
        this.flights = flights;
        this.files = files;
        this.shared = shared;
    }

    /** Memory of the chunks that are in it or on their way. */
    long bytes() {
        return bytes;
    }

    /** What the last damaged chunk that was asked for suffers from. */
    SegmentDamage lastDamage() {
        return lastDamage;
    }

    /** A chunk that was found damaged, each once; null if there is none. */
    SegmentDamage nextAccused() {
        return accused.poll();
    }

    /** A chunk that somebody else holds to be damaged; null if there is none. */
    SegmentDamage nextSuspected() {
        return suspected.poll();
    }

    /** A chunk is to be looked at, whatever was read of it. Apart from those that were found damaged here: what others say costs these no place. */
    void suspect(final Segment segment, final int index) {
        if (suspected.size() == SUSPECTED_MAX) {
            return;
        }
        final long position = (long) index * shared.limits.chunkBytes();
        for (final SegmentDamage known : suspected) {
            if (known.position() == position && known.key().equals(segment.key)) {
                return;
            }
        }
        final SegmentDamage suspicion = new SegmentDamage(
                SegmentDamage.Kind.WRONG_HASH,
                segment.key,
                position,
                segment.settledLength(index),
                segment.settledLeaf(index),
                NOTHING);
        suspected.add(suspicion);
    }

    /** The chunk is right now, or may be: if it was damaged, it is read again when somebody asks for it. */
    void forgive(final Segment segment, final int index) {
        final CachedChunk chunk = chunks.get(key(segment, index));
        if (chunk != null && chunk.state == CachedChunk.State.DAMAGED) {
            remove(chunk);
        }
    }

    /**
     * The chunk if its settled bytes up to {@code end} of the segment are in memory; null if not.
     *
     * @see #state
     */
    CachedChunk ready(final Segment segment, final int index, final int end) {
        final CachedChunk chunk = chunks.get(key(segment, index));
        if (chunk == null || chunk.state != CachedChunk.State.READY || !covers(chunk, end)) {
            return null;
        }
        if (newest != chunk) {
            unlink(chunk);
            link(chunk);
        }
        return chunk;
    }

    /**
     * Fetches what is not in memory.
     *
     * @param atOnce bytes the caller needs in memory together; more than the bound are granted to it.
     * @return {@link SegmentStore#PENDING}, {@link SegmentStore#DAMAGED}, or 0 if it is there.
     */
    int request(final Segment segment, final int index, final int end, final long atOnce) {
        CachedChunk chunk = chunks.get(key(segment, index));
        if (chunk != null && !covers(chunk, end)) {
            if (chunk.state != CachedChunk.State.READY && chunk.state != CachedChunk.State.DAMAGED) {
                return SegmentStore.PENDING;
            }
            remove(chunk);
            chunk = null;
        }
        if (chunk != null && chunk.state == CachedChunk.State.READY) {
            return 0;
        }
        if (segment.file.isMissing && (chunk == null || chunk.state != CachedChunk.State.DAMAGED)) {
            lastDamage = new SegmentDamage(
                    SegmentDamage.Kind.MISSING, segment.key, 0, segment.size(), segment.settledLeaf(index), NOTHING);
            return SegmentStore.DAMAGED;
        }
        if (chunk == null && loads < LOADS_MAX) {
            load(new CachedChunk(segment, index), atOnce);
        } else if (chunk != null && chunk.state == CachedChunk.State.DAMAGED) {
            lastDamage = chunk.damage;
            return SegmentStore.DAMAGED;
        }
        return SegmentStore.PENDING;
    }

    /** Reads what waited for its file; true if something can be asked for again. */
    boolean pump() {
        boolean isReadable = false;
        for (int turns = waiting.size(); turns > 0; turns--) {
            final CachedChunk chunk = waiting.poll();
            if (files.use(chunk.segment)) {
                read(chunk);
            } else if (chunk.segment.file.isMissing) {
                loads--;
                bytes -= chunk.bytes();
                chunks.remove(key(chunk.segment, chunk.index));
                isReadable = true;
            } else {
                waiting.add(chunk);
            }
        }
        return isReadable;
    }

    /** A read of a chunk has completed; true if it was the last one of it. */
    boolean onRead(final CachedChunk chunk, final long result) {
        chunk.segment.file.inFlight--;
        chunk.isReadFailed |= result < 0;
        if (--chunk.readsInFlight > 0) {
            return false;
        }
        loads--;
        final byte[] found = chunk.isReadFailed ? NOTHING : leaf(chunk);
        if (Arrays.equals(found, chunk.expected)) {
            chunk.state = CachedChunk.State.READY;
            link(chunk);
        } else {
            chunk.state = CachedChunk.State.DAMAGED;
            chunk.damage = new SegmentDamage(
                    chunk.isReadFailed ? SegmentDamage.Kind.UNREADABLE : SegmentDamage.Kind.WRONG_HASH,
                    chunk.segment.key,
                    (long) chunk.index * shared.limits.chunkBytes(),
                    chunk.length,
                    chunk.expected,
                    found);
            release(chunk);
            if (accused.size() < ACCUSED_MAX) {
                accused.add(chunk.damage);
            }
        }
        return true;
    }

    private void load(final CachedChunk chunk, final long atOnce) {
        final long bound = Math.max(shared.limits.cacheBytes(), atOnce) - chunk.bytes();
        while (oldest != null && bytes > bound) {
            remove(oldest);
        }
        loads++;
        bytes += chunk.bytes();
        chunks.put(key(chunk.segment, chunk.index), chunk);
        waiting.add(chunk);
        pump();
    }

    private void read(final CachedChunk chunk) {
        chunk.state = CachedChunk.State.LOADING;
        chunk.readsInFlight = chunk.blocks.length;
        final long start = (long) chunk.index * shared.limits.chunkBytes();
        for (int i = 0; i < chunk.blocks.length; i++) {
            final int length = SegmentFormat.roundUp(chunk.lengthOf(i));
            chunk.blocks[i] = shared.pool.take(length);
            chunk.segment.file.inFlight++;
            final Flights.Flight flight = flights.take(Flights.READ, chunk.segment);
            flight.chunk = chunk;
            storage.read(
                    chunk.segment.file.handle,
                    start + (long) i * BlockPool.BLOCK_MAX,
                    chunk.blocks[i].buffer(),
                    chunk.blocks[i].offset(),
                    length,
                    flight.token());
        }
    }

    private byte[] leaf(final CachedChunk chunk) {
        shared.hash.beginLeaf(digest, chunk.index);
        for (int i = 0; i < chunk.blocks.length; i++) {
            shared.hash.update(digest, chunk.blocks[i].buffer(), chunk.blocks[i].offset(), chunk.lengthOf(i));
        }
        return shared.hash.endLeaf(digest, chunk.length);
    }

    private void remove(final CachedChunk chunk) {
        chunks.remove(key(chunk.segment, chunk.index));
        if (chunk.state == CachedChunk.State.READY) {
            unlink(chunk);
            release(chunk);
        }
    }

    private void release(final CachedChunk chunk) {
        bytes -= chunk.bytes();
        for (int i = 0; i < chunk.blocks.length; i++) {
            shared.pool.give(chunk.blocks[i]);
            chunk.blocks[i] = null;
        }
    }

    private void link(final CachedChunk chunk) {
        chunk.newer = null;
        chunk.older = newest;
        if (newest == null) {
            oldest = chunk;
        } else {
            newest.newer = chunk;
        }
        newest = chunk;
    }

    private void unlink(final CachedChunk chunk) {
        if (chunk.newer == null) {
            newest = chunk.older;
        } else {
            chunk.newer.older = chunk.older;
        }
        if (chunk.older == null) {
            oldest = chunk.newer;
        } else {
            chunk.older.newer = chunk.newer;
        }
    }

    private boolean covers(final CachedChunk chunk, final int end) {
        return (long) chunk.index * shared.limits.chunkBytes() + chunk.length >= end;
    }

    private static long key(final Segment segment, final int index) {
        return (long) segment.number << 32 | index;
    }
}
