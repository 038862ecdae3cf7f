package io.vireo.journal.segment;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.vireo.journal.storage.SectorBuffer;
import io.vireo.journal.storage.Storage;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The way of an entry into a segment allocates nothing, but for the hash of each chunk and the objects of each segment. */
class SegmentAllocationTest {
    private static final int ENTRY_LENGTH = 1_000;
    private static final int BYTES_PER_CHUNK = 512;
    /** Each twice as long as the one before up to the largest, where a disk is done with one before the next is full. */
    private static final int WRITES_PER_CHUNK = 10;

    @Test
    @Tag("I11")
    void shouldNotAllocatePerEntry() {
        final Tokens storage = new Tokens();
        final SegmentLimits limits = SegmentLimits.production();
        final StoreHarness harness = new StoreHarness(storage, limits);
        assertTrue(harness.open(Manifest.EMPTY) == null);
        final UnsafeBuffer entry = new UnsafeBuffer(new byte[ENTRY_LENGTH]);
        final int warmUp = limits.segmentBytes() / ENTRY_LENGTH;
        append(harness, entry, warmUp);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final int chunks = 20;
        final long before = threads.getCurrentThreadAllocatedBytes();
        append(harness, entry, chunks * (limits.chunkBytes() / ENTRY_LENGTH));
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated <= chunks * BYTES_PER_CHUNK, () -> allocated + " bytes");
    }

    @Test
    void shouldWriteAChunkInFewPieces() {
        final Tokens storage = new Tokens();
        final SegmentLimits limits = SegmentLimits.production();
        final StoreHarness harness = new StoreHarness(storage, limits);
        assertTrue(harness.open(Manifest.EMPTY) == null);
        final int chunks = 20;
        append(harness, new UnsafeBuffer(new byte[ENTRY_LENGTH]), chunks * (limits.chunkBytes() / ENTRY_LENGTH));
        assertTrue(storage.writes <= chunks * WRITES_PER_CHUNK, () -> storage.writes + " writes");
    }

    private static void append(final StoreHarness harness, final DirectBuffer entry, final int count) {
        for (int i = 0; i < count; i++) {
            harness.store.append(1, 1, entry, 0, ENTRY_LENGTH);
            while (harness.poll()) {
                // Until nothing is in flight.
            }
        }
    }

    /** Completes at the next poll what is submitted, and keeps nothing of it. */
    private static final class Tokens implements Storage {
        private final long[] tokens = new long[256];
        private final long[] results = new long[256];
        private int first;
        private int end;
        private int writes;

        private void add(final long token, final long result) {
            tokens[end & 255] = token;
            results[end++ & 255] = result;
        }

        @Override
        public int poll(final Completions receiver) {
            if (first == end) {
                return 0;
            }
            final int slot = first++ & 255;
            receiver.onCompletion(tokens[slot], results[slot]);
            return 1;
        }

        @Override
        public MutableDirectBuffer allocate(final int length) {
            return SectorBuffer.allocate(length);
        }

        @Override
        public void create(final String name, final long size, final long token) {
            add(token, 1);
        }

        @Override
        public long size(final int file) {
            return 0;
        }

        @Override
        public void write(
                final int file,
                final long position,
                final DirectBuffer buffer,
                final int offset,
                final int length,
                final long token) {
            writes++;
            add(token, length);
        }

        @Override
        public void sync(final int file, final long token) {
            add(token, 0);
        }

        @Override
        public void open(final String name, final long token) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close(final int file) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void read(
                final int file,
                final long position,
                final MutableDirectBuffer buffer,
                final int offset,
                final int length,
                final long token) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void rename(final String from, final String to, final long token) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void delete(final String name, final long token) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void syncDirectory(final long token) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void list(final long token) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void reset(final long token) {
            throw new UnsupportedOperationException("no test of this class ends the use of all files");
        }

        @Override
        public List<String> listed() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
