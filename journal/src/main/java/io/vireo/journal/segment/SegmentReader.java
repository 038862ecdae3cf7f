package io.vireo.journal.segment;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.util.Invariant;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Finds records by their offsets and copies them out, from runs in memory and from chunks in the cache. */
final class SegmentReader {
    private static final int HEADER = SegmentFormat.RECORD_HEADER_LENGTH;

    private final SegmentLimits limits;
    private final ChunkCache cache;
    private final UnsafeBuffer header = new UnsafeBuffer(new byte[HEADER]);
    private int lastCount;

    SegmentReader(final SegmentLimits limits, final ChunkCache cache) {
        this.limits = limits;
        this.cache = cache;
    }

    int lastCount() {
        return lastCount;
    }

    /** See {@link SegmentStore#readHeads}; {@code log} is null for a namespace without entries. */
    int read(
            final NamespaceSegments log,
            final long from,
            final int maxEntries,
            final int headLength,
            final int maxBytes,
            final MutableDirectBuffer into,
            final int at) {
        lastCount = 0;
        final long end = log == null ? 0 : log.nextOffset();
        if (maxEntries <= 0 || from >= end || from < log.get(0).key.baseOffset()) {
            return 0;
        }
        int written = 0;
        int index = log.indexOf(from);
        Segment segment = log.get(index);
        int position = locate(segment, from);
        long offset = from;
        while (position >= 0 && offset < end && lastCount < maxEntries) {
            if (offset == segment.nextOffset()) {
                segment = log.get(++index);
                position = 0;
            }
            position = skipPad(segment, position);
            final int length = position < 0 ? position : lengthAt(segment, position);
            if (length < 0) {
                position = length;
                break;
            }
            final int copied = HEADER + Math.min(length, headLength);
            if (copied > maxBytes - written) {
                break;
            }
            final int state = fetch(segment, position, copied);
            if (state != 0) {
                position = state;
                break;
            }
            copy(segment, position, copied, into, at + written);
            written += copied;
            position += HEADER + length;
            offset++;
            lastCount++;
            segment.hintOffset = offset;
            segment.hintPosition = position;
        }
        // What was copied before something was not there is an answer too.
        return lastCount == 0 && position < 0 ? position : written;
    }

    /** See {@link SegmentStore#readBytes}. */
    int readBytes(
            final Segment segment, final int position, final int length, final MutableDirectBuffer into, final int at) {
        final int state = fetch(segment, position, length);
        if (state != 0) {
            return state;
        }
        copy(segment, position, length, into, at);
        return length;
    }

    /** Position of the record of this offset or of pads before it; or pending, or damaged. */
    private int locate(final Segment segment, final long target) {
        final int chunk = segment.chunkOf(target);
        long offset = segment.firstOffset(chunk);
        int position = segment.firstPosition(chunk);
        if (segment.hintOffset <= target && segment.hintOffset > offset) {
            offset = segment.hintOffset;
            position = segment.hintPosition;
        }
        while (offset < target && position >= 0) {
            position = skipPad(segment, position);
            final int length = position < 0 ? position : lengthAt(segment, position);
            position = length < 0 ? length : position + HEADER + length;
            offset++;
        }
        return position;
    }

    private int skipPad(final Segment segment, final int start) {
        int position = start;
        while (true) {
            final int state = fetch(segment, position, HEADER);
            if (state != 0) {
                return state;
            }
            copy(segment, position, HEADER, header, 0);
            if (header.getInt(0, LITTLE_ENDIAN) != SegmentFormat.PAD) {
                return position;
            }
            position = SegmentFormat.padEnd(position);
        }
    }

    /** Length of the record whose header {@link #skipPad} has just fetched. */
    private int lengthAt(final Segment segment, final int position) {
        final int length = header.getInt(0, LITTLE_ENDIAN);
        Invariant.check(
                length >= 0 && length <= segment.size() - position - HEADER,
                "records end inside their segment",
                position,
                length);
        return length;
    }

    /** 0 if these bytes are in memory; else asks for all that are not, and says pending or damaged. */
    private int fetch(final Segment segment, final int position, final int length) {
        final int end = Math.min(position + length, segment.settled());
        final int chunkBytes = limits.chunkBytes();
        // Whole chunks, and again as much for what blocks round up to.
        final long atOnce = 2L * chunkBytes * (limits.chunkCount(end) - position / chunkBytes);
        int state = 0;
        for (int at = position; at < end; ) {
            final int index = at / limits.chunkBytes();
            final int chunkEnd = Math.min(end, (index + 1) * limits.chunkBytes());
            if (cache.ready(segment, index, chunkEnd) == null) {
                final int requested = cache.request(segment, index, chunkEnd, atOnce);
                state = requested == SegmentStore.DAMAGED || state == 0 ? requested : state;
            }
            at = chunkEnd;
        }
        return state;
    }

    /** Copies bytes that {@link #fetch} has found in memory. */
    private void copy(
            final Segment segment,
            final int position,
            final int length,
            final MutableDirectBuffer into,
            final int start) {
        int done = 0;
        while (done < length) {
            final int at = position + done;
            final int part;
            if (at < segment.settled()) {
                final int index = at / limits.chunkBytes();
                final CachedChunk chunk = cache.ready(segment, index, at + 1);
                final int inChunk = at - index * limits.chunkBytes();
                final Block block = chunk.blocks[inChunk / BlockPool.BLOCK_MAX];
                final int inBlock = inChunk % BlockPool.BLOCK_MAX;
                part = Math.min(
                        Math.min(length - done, segment.settled() - at),
                        chunk.lengthOf(inChunk / BlockPool.BLOCK_MAX) - inBlock);
                into.putBytes(start + done, block.buffer(), block.offset() + inBlock, part);
            } else {
                final StagedRun run = segment.runs.get(segment.runs.indexOf(at));
                part = Math.min(length - done, run.end() - at);
                into.putBytes(start + done, run.block.buffer(), run.block.offset() + at - run.position, part);
            }
            done += part;
        }
    }
}
