package io.vireo.journal.wal;

import io.vireo.journal.message.HeaderFlyweight;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One row per op above the checkpoint: the 256 bytes of its prepare header, and what the journal notes about it. Rows live in chunks that
 * are allocated when an op first falls into them (one allocation per {@link #CHUNK_OPS} ops, none per op). Knows no rule: {@link LiveLog}
 * keeps the meaning. Single-threaded.
 */
final class HeaderWindow {
    /** Ops per chunk; 64 KiB of headers. */
    static final int CHUNK_OPS = 256;
    /** Ops a window can span; beyond it a log is far outside of any ring this format allows. */
    static final long OPS_MAX = 1L << 30;

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
    }

    private final long firstChunk;
    private Chunk[] chunks = new Chunk[16];

    HeaderWindow(final long checkpointOp) {
        firstChunk = (checkpointOp + 1) >>> CHUNK_SHIFT;
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
            chunk = new Chunk();
            chunks[(int) index] = chunk;
        }
        return chunk;
    }

    private static int row(final long op) {
        return (int) op & (CHUNK_OPS - 1);
    }

    /** Buffer that holds the header of {@code op}; stable until the journal is closed. */
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
            final int row = row(op);
            chunk.headers.setMemory(row << HEADER_SHIFT, HeaderFlyweight.HEADER_LENGTH, (byte) 0);
            chunk.positions[row] = -1;
            chunk.tagLogViews[row] = 0;
            chunk.knowledge[row] = 0;
            chunk.bodies[row] = 0;
        }
    }
}
