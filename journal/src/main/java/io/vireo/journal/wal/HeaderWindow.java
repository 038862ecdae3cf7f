package io.vireo.journal.wal;

import io.vireo.journal.message.HeaderFlyweight;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One row per op of a window that moves up: the 256 bytes of its prepare header, and what the journal notes about it. Rows live in chunks
 * that are taken when an op first falls into them and given back when the window has passed them; a few are kept for the next ops, so
 * that a log that moves steadily allocates nothing. Knows no rule: {@link LiveLog} keeps the meaning. Single-threaded.
 */
final class HeaderWindow {
    /** Ops per chunk; 64 KiB of headers. */
    static final int CHUNK_OPS = 256;
    /** Ops a window can span; beyond it a log is far outside of any ring this format allows. */
    static final long OPS_MAX = 1L << 30;

    /** Chunks that are kept for reuse; 1.5 MiB. */
    private static final int SPARES_MAX = 16;

    private static final int CHUNK_SHIFT = 8;
    private static final int HEADER_SHIFT = 8;

    private static final class Chunk {
        final UnsafeBuffer headers = new UnsafeBuffer(new byte[CHUNK_OPS << HEADER_SHIFT]);
        final long[] positions = new long[CHUNK_OPS];
        final int[] tagLogViews = new int[CHUNK_OPS];
        final byte[] knowledge = new byte[CHUNK_OPS];
        final byte[] bodies = new byte[CHUNK_OPS];

        Chunk() {
            Arrays.fill(positions, -1);
        }

        void clear(final int row) {
            headers.setMemory(row << HEADER_SHIFT, HeaderFlyweight.HEADER_LENGTH, (byte) 0);
            positions[row] = -1;
            tagLogViews[row] = 0;
            knowledge[row] = 0;
            bodies[row] = 0;
        }
    }

    private final Chunk[] spares = new Chunk[SPARES_MAX];
    private int spareCount;
    private long firstChunk;
    private Chunk[] chunks = new Chunk[16];

    /** A window whose lowest row is that of {@code floorOp + 1}. */
    HeaderWindow(final long floorOp) {
        firstChunk = (floorOp + 1) >>> CHUNK_SHIFT;
    }

    private Chunk chunkOrNull(final long op) {
        final long index = (op >>> CHUNK_SHIFT) - firstChunk;
        return index >= 0 && index < chunks.length ? chunks[(int) index] : null;
    }

    private Chunk chunk(final long op) {
        final long index = (op >>> CHUNK_SHIFT) - firstChunk;
        if (index < 0 || index >= OPS_MAX >>> CHUNK_SHIFT) {
            throw new IllegalArgumentException(
                    "op " + op + " is outside of the header window that starts at " + (firstChunk << CHUNK_SHIFT));
        }
        if (index >= chunks.length) {
            chunks = Arrays.copyOf(chunks, (int) Math.max(index + 1, chunks.length * 2L));
        }
        Chunk chunk = chunks[(int) index];
        if (chunk == null) {
            chunk = spareCount > 0 ? spares[--spareCount] : new Chunk();
            chunks[(int) index] = chunk;
        }
        return chunk;
    }

    private static int row(final long op) {
        return (int) op & (CHUNK_OPS - 1);
    }

    /** Buffer that holds the header of {@code op}; stable until the window has passed it. */
    MutableDirectBuffer buffer(final long op) {
        return chunk(op).headers;
    }

    /** Offset of the header of {@code op} in {@link #buffer}. */
    int offset(final long op) {
        return row(op) << HEADER_SHIFT;
    }

    void putHeader(final long op, final DirectBuffer source, final int offset) {
        chunk(op).headers.putBytes(row(op) << HEADER_SHIFT, source, offset, HeaderFlyweight.HEADER_LENGTH);
    }

    byte knowledge(final long op) {
        final Chunk chunk = chunkOrNull(op);
        return chunk == null ? 0 : chunk.knowledge[row(op)];
    }

    void knowledge(final long op, final byte knowledge) {
        chunk(op).knowledge[row(op)] = knowledge;
    }

    byte body(final long op) {
        final Chunk chunk = chunkOrNull(op);
        return chunk == null ? 0 : chunk.bodies[row(op)];
    }

    void body(final long op, final byte body) {
        chunk(op).bodies[row(op)] = body;
    }

    /** Logical position of the entry, -1 while it is not known. */
    long position(final long op) {
        final Chunk chunk = chunkOrNull(op);
        return chunk == null ? -1 : chunk.positions[row(op)];
    }

    void position(final long op, final long position) {
        chunk(op).positions[row(op)] = position;
    }

    /** The logView in the tags of the sectors that hold the entry; of no meaning while it is not on disk. */
    long tagLogView(final long op) {
        final Chunk chunk = chunkOrNull(op);
        return chunk == null ? 0 : chunk.tagLogViews[row(op)] & 0xffff_ffffL;
    }

    void tagLogView(final long op, final long logView) {
        chunk(op).tagLogViews[row(op)] = (int) logView;
    }

    /** Forgets everything about the op. */
    void clear(final long op) {
        final Chunk chunk = chunkOrNull(op);
        if (chunk != null) {
            chunk.clear(row(op));
        }
    }

    /** Moves the window up: forgets everything about the ops up to this one and frees their memory. */
    void forgetThrough(final long op) {
        final long first = (op + 1) >>> CHUNK_SHIFT;
        final int passed = (int) Math.max(0, Math.min(first - firstChunk, chunks.length));
        for (int i = 0; i < passed; i++) {
            if (chunks[i] != null) {
                recycle(chunks[i]);
            }
        }
        if (passed > 0) {
            System.arraycopy(chunks, passed, chunks, 0, chunks.length - passed);
            Arrays.fill(chunks, chunks.length - passed, chunks.length, null);
        }
        firstChunk = Math.max(firstChunk, first);
        final Chunk lowest = chunkOrNull(op + 1);
        for (int row = row(op + 1) - 1; lowest != null && row >= 0; row--) {
            lowest.clear(row);
        }
    }

    private void recycle(final Chunk chunk) {
        if (spareCount < SPARES_MAX) {
            for (int row = 0; row < CHUNK_OPS; row++) {
                chunk.clear(row);
            }
            spares[spareCount++] = chunk;
        }
    }
}
