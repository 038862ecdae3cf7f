package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.storage.SectorBuffer;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The way of a prepare through the journal allocates nothing, but for a chunk of headers every {@link HeaderWindow#CHUNK_OPS} ops as long
 * as no checkpoint gives any back.
 */
class AllocationTest implements PrepareJournal.Listener {
    private static final int OPS = 2_000;
    /** The virtual machine itself allocates now and then, when it links or compiles; what the journal allocates is in every window (which holds the start of a chunk). */
    private static final int WINDOW = 400;

    private long acknowledged;

    @Test
    @Tag("I11")
    void shouldNotAllocatePerPrepare() {
        run(16 << 20, Integer.MAX_VALUE);
    }

    /** A ring of 600 sectors under checkpoints: 5 laps, and the memory of 8 chunks of headers given back and taken again. */
    @Test
    @Tag("I11")
    void shouldNotAllocatePerChunkWhenTheCheckpointMoves() {
        run(600 * SECTOR, 100);
    }

    private void run(final int walBytes, final int checkpointEvery) {
        final Tokens storage = new Tokens();
        final JournalContext context = new JournalContext(
                storage,
                1,
                0,
                2 * SECTOR,
                walBytes,
                64 << 10,
                TestPrepare.CLUSTER_LO,
                TestPrepare.CLUSTER_HI,
                0,
                TestPrepare.GROUP,
                1,
                2,
                3,
                true,
                4);
        final PrepareJournal journal = new PrepareJournal(
                context,
                new LiveLog(new PrepareRing(context.walBytes(), context.prepareSizeMax()), TestPrepare.emptyState()));
        journal.listener(this);
        final List<TestPrepare> log = new ArrayList<>();
        for (int i = 0; i < OPS; i++) {
            log.add(TestPrepare.after(i == 0 ? null : log.get(i - 1), 0, 1 + i % 2, 0, i));
        }
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long[] allocated = new long[OPS / WINDOW];
        for (int i = 0; i < OPS; i++) {
            final TestPrepare prepare = log.get(i);
            final PrepareFlyweight header = prepare.header();
            final long before = threads.getCurrentThreadAllocatedBytes();
            journal.tick(i * 1_000_000L);
            journal.append(header);
            journal.write(prepare.op, prepare.bytes, 0);
            journal.flush();
            storage.complete(journal);
            journal.flush();
            storage.complete(journal);
            final long bytes = threads.getCurrentThreadAllocatedBytes() - before;
            if (checkpointEvery < OPS || prepare.op % HeaderWindow.CHUNK_OPS != 0) {
                allocated[i / WINDOW] += bytes;
            }
            if (prepare.op % checkpointEvery == 0) {
                final CheckpointState checkpoint =
                        TestPrepare.checkpoint(log, prepare.op, journal.log().ring());
                final long atCheckpoint = threads.getCurrentThreadAllocatedBytes();
                journal.checkpoint(checkpoint);
                journal.checkpointQuorum(prepare.op - 20);
                journal.checkpointQuorum(prepare.op - 10);
                allocated[i / WINDOW] += threads.getCurrentThreadAllocatedBytes() - atCheckpoint;
            }
        }
        assertEquals(OPS, journal.ackableOp());
        assertEquals(OPS, acknowledged);
        assertEquals(0, Arrays.stream(allocated).min().orElseThrow(), () -> Arrays.toString(allocated));
    }

    @Override
    public void onPrepareWritten(final long op, final long checksumLo, final long checksumHi) {
        acknowledged = Math.max(acknowledged, op);
    }

    @Override
    public void onPrepareRead(
            final long token,
            final long op,
            final long checksumLo,
            final long checksumHi,
            final DirectBuffer prepare,
            final int offset,
            final int length) {}

    /** Keeps the tokens of what is submitted until the test completes them. */
    private static final class Tokens implements Storage {
        private final long[] tokens = new long[16];
        private final long[] results = new long[16];
        private int count;

        void complete(final PrepareJournal journal) {
            for (int i = 0; i < count; i++) {
                journal.onCompletion(tokens[i], results[i]);
            }
            count = 0;
        }

        private void add(final long token, final long result) {
            tokens[count] = token;
            results[count++] = result;
        }

        @Override
        public MutableDirectBuffer allocate(final int length) {
            return SectorBuffer.allocate(length);
        }

        @Override
        public void write(
                final int file,
                final long position,
                final DirectBuffer buffer,
                final int offset,
                final int length,
                final long token) {
            add(token, length);
        }

        @Override
        public void sync(final int file, final long token) {
            add(token, 0);
        }

        @Override
        public void read(
                final int file,
                final long position,
                final MutableDirectBuffer buffer,
                final int offset,
                final int length,
                final long token) {
            add(token, READ_FAILED);
        }

        @Override
        public void open(final String name, final long token) {
            add(token, NOT_FOUND);
        }

        @Override
        public void create(final String name, final long size, final long token) {
            add(token, NO_SPACE);
        }

        @Override
        public long size(final int file) {
            return 0;
        }

        @Override
        public void rename(final String from, final String to, final long token) {
            add(token, 0);
        }

        @Override
        public void delete(final String name, final long token) {
            add(token, 0);
        }

        @Override
        public void syncDirectory(final long token) {
            add(token, 0);
        }

        @Override
        public int poll(final Completions completions) {
            return 0;
        }

        @Override
        public void close(final int file) {
            throw new UnsupportedOperationException("no files here");
        }

        @Override
        public void list(final long token) {
            throw new UnsupportedOperationException("no files here");
        }

        @Override
        public void reset(final long token) {
            throw new UnsupportedOperationException("no test of this class ends the use of all files");
        }

        @Override
        public List<String> listed() {
            throw new UnsupportedOperationException("no files here");
        }

        @Override
        public void close() {}
    }
}
