package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.storage.Storage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal over real files: written, closed, reopened, damaged, reopened. */
class JournalFileTest implements Storage.Completions, PrepareJournal.Listener {
    private static final int WAL_BYTES = 4 << 20;
    private static final int PREPARE_SIZE_MAX = 64 << 10;
    private static final DataFileLayout LAYOUT = new DataFileLayout(WAL_BYTES);

    @TempDir
    private Path directory;

    private final Semaphore wakeups = new Semaphore(0);
    private final List<TestPrepare> log = new ArrayList<>();
    private FileStorage storage;
    private int file;
    private PrepareJournal journal;
    private JournalRecovery recovery;
    private long lastResult;
    private int written;
    private int readLength;
    private byte[] readBytes = new byte[0];

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void shouldComeBackWithEveryPrepareWhenTheFileIsReopened() {
        create();
        for (int i = 0; i < 300; i++) {
            append(1 + (i * 7) % 9 % 4);
            journal.tick(i * 1_000_000L);
            if (i % 3 == 0) {
                journal.flush();
            }
        }
        settle(300);
        assertEquals(300, journal.ackableOp());
        reopen();
        assertEquals(300, journal.head());
        assertEquals(300, journal.ackableOp());
        assertEquals(300, recovery.report().clean());
        assertTrue(recovery.isHeadCertain());
        for (final TestPrepare prepare : log) {
            read(prepare);
            assertEquals(prepare.size, readLength);
            for (int i = 0; i < prepare.size; i++) {
                assertEquals(prepare.bytes.getByte(i), readBytes[i]);
            }
        }
    }

    @Test
    void shouldGoOnWritingAfterItWasReopened() {
        create();
        for (int round = 1; round <= 3; round++) {
            for (int i = 0; i < 40; i++) {
                append(2);
            }
            settle(40);
            assertEquals(40L * round, journal.ackableOp());
            reopen();
        }
        assertEquals(120, journal.ackableOp());
    }

    @Test
    void shouldKeepDamagedOpsFaultyAndRepairThemInPlace() throws IOException {
        create();
        for (int i = 0; i < 50; i++) {
            append(2);
        }
        settle(50);
        append(1);
        settle(1);
        final long position = journal.log().position(20);
        storage.close();
        try (RandomAccessFile bytes =
                new RandomAccessFile(directory.resolve("data").toFile(), "rw")) {
            bytes.seek(LAYOUT.walOffset() + position * SECTOR + 1000);
            bytes.write(new byte[SECTOR]);
        }
        reopen();
        assertEquals(EntryState.FAULTY, journal.state(20));
        assertEquals(51, journal.head());
        assertEquals(19, journal.ackableOp());
        journal.setHeader(log.get(19).header());
        journal.write(20, log.get(19).bytes, 0);
        settle(1);
        assertEquals(51, journal.ackableOp());
        reopen();
        assertEquals(51, recovery.report().clean());
    }

    private void create() {
        openStorage();
        storage.create("data", LAYOUT.fileSize(), 1);
        await(1);
        file = (int) lastResult;
        recover();
    }

    private void openStorage() {
        storage = new FileStorage(directory, wakeups::release);
    }

    private void reopen() {
        storage.close();
        openStorage();
        storage.open("data", 1);
        await(1);
        file = (int) lastResult;
        recover();
    }

    private void recover() {
        final JournalContext context = new JournalContext(
                storage,
                file,
                LAYOUT.marksOffset(),
                LAYOUT.walOffset(),
                WAL_BYTES,
                PREPARE_SIZE_MAX,
                TestPrepare.CLUSTER_LO,
                TestPrepare.CLUSTER_HI,
                1,
                TestPrepare.GROUP,
                3,
                4,
                3,
                false,
                4);
        journal = null;
        recovery = new JournalRecovery(context, TestPrepare.emptyState());
        recovery.start();
        while (!recovery.isDone()) {
            poll();
        }
        journal = recovery.journal();
        journal.listener(this);
    }

    private void append(final int sectors) {
        final TestPrepare prepare =
                TestPrepare.after(log.isEmpty() ? null : log.get(log.size() - 1), 0, sectors, 0, log.size());
        log.add(prepare);
        journal.append(prepare.header());
        while (!journal.isWritable(prepare.op)) {
            journal.flush();
            poll();
        }
        journal.write(prepare.op, prepare.bytes, 0);
    }

    /** Flushes until so many more prepares are durable. */
    private void settle(final int count) {
        journal.flush();
        while (written < count) {
            poll();
            journal.flush();
        }
        written = 0;
    }

    private void read(final TestPrepare prepare) {
        readLength = -1;
        assertTrue(journal.read(prepare.op, prepare.lo, prepare.hi, prepare.op));
        while (readLength < 0) {
            poll();
        }
    }

    private void await(final long token) {
        lastResult = Long.MIN_VALUE;
        while (lastResult == Long.MIN_VALUE) {
            poll();
        }
        assertTrue(lastResult >= 0, "token " + token + " gave " + lastResult);
    }

    /** Sleeps until the storage has something. */
    private void poll() {
        if (storage.poll(this) == 0) {
            wakeups.acquireUninterruptibly();
            wakeups.drainPermits();
            storage.poll(this);
        }
    }

    @Override
    public void onCompletion(final long token, final long result) {
        switch ((int) (token >>> 56)) {
            case PrepareJournal.TOKEN_OWNER:
                journal.onCompletion(token, result);
                break;
            case JournalRecovery.TOKEN_OWNER:
                recovery.onCompletion(token, result);
                break;
            default:
                lastResult = result;
        }
    }

    @Override
    public void onFailure(final String message) {
        throw new IllegalStateException(message);
    }

    @Override
    public void onPrepareWritten(final long op, final long checksumLo, final long checksumHi) {
        written++;
    }

    @Override
    public void onPrepareRead(
            final long token,
            final long op,
            final long checksumLo,
            final long checksumHi,
            final DirectBuffer prepare,
            final int offset,
            final int length) {
        readLength = length;
        readBytes = new byte[length];
        prepare.getBytes(offset, readBytes);
    }
}
