package io.vireo.journal.storage;

import static io.vireo.journal.storage.Storage.SECTOR;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.util.InvariantException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FileStorageTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldKeepBytesWhenWrittenSyncedAndOpenedAgain(final boolean isDirect) throws IOException {
        final byte[] bytes = randomBytes(3 * SECTOR);
        try (StorageDriver driver = new StorageDriver(directory, isDirect)) {
            final int file = (int) driver.create("data", 16 * SECTOR);
            assertEquals(16 * SECTOR, driver.storage().size(file));
            assertArrayEquals(new byte[16 * SECTOR], driver.read(file, 0, 16 * SECTOR));
            driver.write(file, 5 * SECTOR, bytes);
            driver.storage().syncDirectory(1);
            driver.await(1);
            assertTrue(driver.storage().isDirect() ? isDirect : driver.storage().directRefusal() != null);
        }
        try (StorageDriver driver = new StorageDriver(directory, isDirect)) {
            final int file = (int) driver.open("data");
            assertEquals(16 * SECTOR, driver.storage().size(file));
            assertArrayEquals(bytes, driver.read(file, 5 * SECTOR, bytes.length));
            assertArrayEquals(new byte[SECTOR], driver.read(file, 4 * SECTOR, SECTOR));
            assertArrayEquals(new byte[SECTOR], driver.read(file, 8 * SECTOR, SECTOR));
        }
        assertEquals(16 * SECTOR, Files.size(directory.resolve("data")));
    }

    @Test
    void shouldReportResultWhenNameIsThereOrNot() {
        try (StorageDriver driver = new StorageDriver(directory, true)) {
            assertEquals(Storage.NOT_FOUND, driver.open("data"));
            assertTrue(driver.create("data", SECTOR) >= 0);
            assertEquals(Storage.EXISTS, driver.create("data", SECTOR));
            assertEquals(Storage.NO_SPACE, driver.create("huge", 1L << 60));
            assertEquals(Storage.NOT_FOUND, driver.open("huge"));
        }
    }

    @Test
    void shouldReplaceFileWhenRenamedOntoIt() {
        try (StorageDriver driver = new StorageDriver(directory, true)) {
            final int data = (int) driver.create("data.tmp", SECTOR);
            final byte[] bytes = randomBytes(SECTOR);
            driver.write(data, 0, bytes);
            driver.create("data", 2 * SECTOR);
            driver.storage().rename("data.tmp", "data", 1);
            driver.storage().syncDirectory(2);
            assertEquals(0, driver.await(1));
            assertEquals(0, driver.await(2));
            assertEquals(Storage.NOT_FOUND, driver.open("data.tmp"));
            final int renamed = (int) driver.open("data");
            assertEquals(SECTOR, driver.storage().size(renamed));
            assertArrayEquals(bytes, driver.read(renamed, 0, SECTOR));
            driver.storage().delete("data", 3);
            assertEquals(0, driver.await(3));
            assertEquals(Storage.NOT_FOUND, driver.open("data"));
        }
    }

    @Test
    void shouldRefuseNameWhenItIsNoPlainName() {
        try (StorageDriver driver = new StorageDriver(directory, true)) {
            final FileStorage storage = driver.storage();
            for (final String name : List.of(
                    "",
                    ".",
                    "..",
                    "../data",
                    "a/../b",
                    "a/b/c",
                    "a/",
                    "a//b",
                    ".a/b",
                    "/etc/x",
                    "a\\b",
                    "a\0b",
                    ".hidden",
                    "x".repeat(300),
                    "ä")) {
                assertThrows(InvariantException.class, () -> storage.open(name, 1), name);
                assertThrows(InvariantException.class, () -> storage.create(name, SECTOR, 1), name);
                assertThrows(InvariantException.class, () -> storage.delete(name, 1), name);
                assertThrows(InvariantException.class, () -> storage.rename("data", name, 1), name);
                assertThrows(InvariantException.class, () -> storage.rename(name, "data", 1), name);
            }
        }
    }

    @Test
    void shouldRefuseTransferWhenItIsNotOfWholeSectorsInsideItsBuffer() {
        try (StorageDriver driver = new StorageDriver(directory, true)) {
            final int file = (int) driver.create("data", 4 * SECTOR);
            final FileStorage storage = driver.storage();
            final MutableDirectBuffer buffer = storage.allocate(2 * SECTOR);
            assertThrows(InvariantException.class, () -> storage.write(file, 1, buffer, 0, SECTOR, 1));
            assertThrows(InvariantException.class, () -> storage.write(file, -SECTOR, buffer, 0, SECTOR, 1));
            assertThrows(InvariantException.class, () -> storage.write(file, 0, buffer, 0, SECTOR - 1, 1));
            assertThrows(InvariantException.class, () -> storage.write(file, 0, buffer, 0, 0, 1));
            assertThrows(InvariantException.class, () -> storage.write(file, 0, buffer, 512, SECTOR, 1));
            assertThrows(InvariantException.class, () -> storage.read(file, 0, buffer, SECTOR, 2 * SECTOR, 1));
            assertThrows(InvariantException.class, () -> storage.read(file, 0, buffer, -SECTOR, SECTOR, 1));
            assertThrows(
                    InvariantException.class,
                    () -> storage.read(file, 0, new UnsafeBuffer(new byte[SECTOR]), 0, SECTOR, 1));
            storage.sync(file, 2);
            assertEquals(0, driver.await(2), "the storage goes on");
        }
    }

    @Test
    void shouldServeViewWhenItCoversPartOfAllocatedBuffer() {
        try (StorageDriver driver = new StorageDriver(directory, true)) {
            final int file = (int) driver.create("data", 4 * SECTOR);
            final MutableDirectBuffer whole = driver.storage().allocate(3 * SECTOR);
            final byte[] bytes = randomBytes(SECTOR);
            final UnsafeBuffer view = new UnsafeBuffer(whole, SECTOR, 2 * SECTOR);
            view.putBytes(SECTOR, bytes);
            driver.storage().write(file, 0, view, SECTOR, SECTOR, 1);
            assertEquals(SECTOR, driver.await(1));
            assertArrayEquals(bytes, driver.read(file, 0, SECTOR));
        }
    }

    @Test
    void shouldReportReadFailedWhenRangeIsBeyondFile() {
        try (StorageDriver driver = new StorageDriver(directory, true)) {
            final int file = (int) driver.create("data", 2 * SECTOR);
            assertNull(driver.storage().readFailure());
            final MutableDirectBuffer buffer = driver.storage().allocate(2 * SECTOR);
            driver.storage().read(file, SECTOR, buffer, 0, 2 * SECTOR, 1);
            driver.storage().read(file, 64L * SECTOR, buffer, 0, SECTOR, 2);
            assertEquals(Storage.READ_FAILED, driver.await(1));
            assertEquals(Storage.READ_FAILED, driver.await(2));
            final String text = driver.storage().readFailure();
            assertTrue(text.contains(directory.resolve("data").toString()) && text.contains("offset 262144"), text);
            assertEquals(2 * SECTOR, driver.read(file, 0, 2 * SECTOR).length, "reads go on");
        }
    }

    @Test
    void shouldStopForGoodWhenWriteEndsBeyondFile() {
        try (StorageDriver driver = new StorageDriver(directory, true)) {
            final int file = (int) driver.create("data", 2 * SECTOR);
            final MutableDirectBuffer buffer = driver.storage().allocate(2 * SECTOR);
            driver.storage().write(file, 0, buffer, 0, SECTOR, 1);
            assertEquals(SECTOR, driver.await(1));
            driver.storage().write(file, SECTOR, buffer, 0, 2 * SECTOR, 2);
            driver.storage().sync(file, 3);
            final String text = driver.awaitFailure();
            assertTrue(text.contains(directory.resolve("data").toString()), text);
            assertTrue(text.contains("write") && text.contains("offset 4096") && text.contains("length 8192"), text);
            final int before = driver.completions().size();
            for (int i = 0; i < 2 * FileStorage.IN_FLIGHT_MAX; i++) {
                driver.storage().sync(file, 4);
            }
            driver.storage().poll(driver);
            assertEquals(before, driver.completions().size(), "no completion follows a failure");
            assertEquals(1, driver.failures().size());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGrowWhenWritesStartWhereTheFileEnds(final boolean isDirect) {
        final byte[] bytes = randomBytes(5 * SECTOR);
        try (StorageDriver driver = new StorageDriver(directory, isDirect)) {
            final int file = (int) driver.create("segments/a.log", 0);
            assertEquals(0, driver.storage().size(file));
            final MutableDirectBuffer buffer = driver.storage().allocate(bytes.length);
            buffer.putBytes(0, bytes);
            // Submitted together: the second starts where the first will have ended.
            driver.storage().write(file, 0, buffer, 0, 2 * SECTOR, 1);
            driver.storage().write(file, 2 * SECTOR, buffer, 2 * SECTOR, 3 * SECTOR, 2);
            driver.storage().sync(file, 3);
            assertEquals(2 * SECTOR, driver.await(1));
            assertEquals(3 * SECTOR, driver.await(2));
            assertEquals(0, driver.await(3));
            assertEquals(5 * SECTOR, driver.storage().size(file));
            driver.storage().syncDirectory(4);
            driver.await(4);
        }
        try (StorageDriver driver = new StorageDriver(directory, isDirect)) {
            final int file = (int) driver.open("segments/a.log");
            assertEquals(5 * SECTOR, driver.storage().size(file));
            assertArrayEquals(bytes, driver.read(file, 0, bytes.length));
        }
    }

    @Test
    void shouldStopForGoodWhenWriteStartsBehindTheEnd() {
        try (StorageDriver driver = new StorageDriver(directory, true)) {
            final int file = (int) driver.create("data", 0);
            driver.storage().write(file, SECTOR, driver.storage().allocate(SECTOR), 0, SECTOR, 1);
            assertTrue(driver.awaitFailure().contains("offset 4096"));
        }
    }

    @Test
    void shouldListSortedNamesWhenFilesLieInDirectories() throws IOException {
        Files.createFile(directory.resolve(".lock"));
        try (StorageDriver driver = new StorageDriver(directory, true)) {
            for (final String name : List.of("staging/x", "data", "segments/b", "segments/a")) {
                driver.create(name, SECTOR);
            }
            driver.storage().rename("staging/x", "snapshots/x", 1);
            driver.storage().delete("segments/b", 2);
            driver.storage().list(3);
            assertEquals(3, driver.await(3));
            assertEquals(
                    List.of("data", "segments/a", "snapshots/x"),
                    driver.storage().listed());
            driver.storage().syncDirectory(4);
            assertEquals(0, driver.await(4));
        }
    }

    @Test
    void shouldGiveHandlesAgainWhenFilesAreClosed() {
        try (StorageDriver driver = new StorageDriver(directory, true)) {
            driver.create("data", SECTOR);
            for (int i = 0; i < 2 * FileStorage.FILES_MAX; i++) {
                final int file = (int) driver.open("data");
                assertEquals(SECTOR, driver.storage().size(file));
                driver.storage().close(file);
            }
            assertEquals(
                    0, driver.completions().stream().filter(c -> c.token() == 0).count(), "closing is silent");
        }
    }

    @Test
    void shouldStopForGoodWhenNameCannotBeChanged() {
        try (StorageDriver driver = new StorageDriver(directory, true)) {
            driver.storage().rename("data.tmp", "data", 1);
            final String text = driver.awaitFailure();
            assertTrue(text.contains("rename of " + directory.resolve("data.tmp")), text);
            assertTrue(driver.completions().isEmpty());
        }
    }

    @Test
    void shouldStopForGoodWhenDirectoryIsGone() throws IOException {
        final Path gone = Files.createDirectory(directory.resolve("gone"));
        try (StorageDriver driver = new StorageDriver(gone, true)) {
            Files.delete(gone);
            assertEquals(Storage.NOT_FOUND, driver.open("data"));
            driver.storage().syncDirectory(1);
            final String text = driver.awaitFailure();
            assertTrue(text.contains("sync directory " + gone), text);
        }
    }

    @Test
    void shouldStopForGoodWhenNameIsADirectory() throws IOException {
        Files.createDirectory(directory.resolve("data"));
        try (StorageDriver driver = new StorageDriver(directory, true)) {
            driver.storage().open("data", 1);
            assertTrue(driver.awaitFailure().contains("open of " + directory.resolve("data")));
        }
    }

    /** The I/O thread is held inside the wake-up, so that everything submitted meanwhile is queued when it comes back. */
    @Test
    void shouldFlushOnceWhenSyncsWereQueuedTogether() throws InterruptedException {
        final int entries = 50;
        final Hold hold = new Hold();
        try (FileStorage storage = new FileStorage(directory, hold)) {
            final RecordingCompletions completions = new RecordingCompletions();
            storage.create("data", 2L * entries * SECTOR, 1);
            storage.create("other", SECTOR, 2);
            completions.await(storage, 2);
            final int data = (int) completions.result(1);
            final int other = (int) completions.result(2);

            hold.next();
            storage.syncDirectory(3);
            hold.await();
            final long writes = storage.writeCount();
            final long flushes = storage.flushCount();
            final MutableDirectBuffer buffer = storage.allocate(2 * entries * SECTOR);
            int submitted = 3;
            for (int i = 0; i < entries; i++) {
                storage.write(data, 2L * i * SECTOR, buffer, 2 * i * SECTOR, SECTOR, ++submitted);
                storage.sync(data, ++submitted);
            }
            storage.write(other, 0, buffer, 0, SECTOR, ++submitted);
            storage.sync(other, ++submitted);
            hold.release();
            completions.await(storage, submitted);
            assertEquals(entries + 1, storage.writeCount() - writes);
            assertEquals(2, storage.flushCount() - flushes, "one flush per file");
            for (int token = 4; token < submitted; token += 2) {
                assertTrue(
                        completions.position(token) < completions.position(token + 1),
                        "a sync completes behind its writes");
            }
        }
    }

    @Test
    void shouldMergeWritesWhenTheyTouchInMemoryAndFile() throws InterruptedException {
        final Hold hold = new Hold();
        try (FileStorage storage = new FileStorage(directory, hold)) {
            final RecordingCompletions completions = new RecordingCompletions();
            storage.create("data", 16 * SECTOR, 1);
            completions.await(storage, 1);
            final int file = (int) completions.result(1);
            final byte[] bytes = randomBytes(8 * SECTOR);
            final MutableDirectBuffer buffer = storage.allocate(bytes.length);
            buffer.putBytes(0, bytes);
            hold.next();
            storage.syncDirectory(2);
            hold.await();
            final long writes = storage.writeCount();
            final long flushes = storage.flushCount();
            storage.write(file, 0, buffer, 0, SECTOR, 3);
            storage.sync(file, 10);
            storage.write(file, SECTOR, buffer, SECTOR, 2 * SECTOR, 4);
            storage.write(file, 4 * SECTOR, buffer, 3 * SECTOR, SECTOR, 5); // a gap in the file
            storage.write(file, 5 * SECTOR, buffer, 6 * SECTOR, SECTOR, 6); // a gap in memory
            storage.write(
                    file,
                    6 * SECTOR,
                    new UnsafeBuffer(buffer, 7 * SECTOR, SECTOR),
                    0,
                    SECTOR,
                    7); // the same memory by a view
            storage.sync(file, 8);
            hold.release();
            completions.await(storage, 9);
            assertEquals(3, storage.writeCount() - writes);
            assertEquals(1, storage.flushCount() - flushes);
            assertTrue(completions.position(3) < completions.position(10));
            assertEquals(2 * SECTOR, completions.result(4));
            final MutableDirectBuffer read = storage.allocate(7 * SECTOR);
            storage.read(file, 0, read, 0, 7 * SECTOR, 9);
            completions.await(storage, 10);
            final byte[] expected = new byte[7 * SECTOR];
            System.arraycopy(bytes, 0, expected, 0, 3 * SECTOR);
            System.arraycopy(bytes, 3 * SECTOR, expected, 4 * SECTOR, SECTOR);
            System.arraycopy(bytes, 6 * SECTOR, expected, 5 * SECTOR, 2 * SECTOR);
            final byte[] found = new byte[7 * SECTOR];
            read.getBytes(0, found);
            assertArrayEquals(expected, found);
        }
    }

    @Test
    void shouldMergeReadsWhenTheyTouchInMemoryAndFile() throws InterruptedException {
        final Hold hold = new Hold();
        try (FileStorage storage = new FileStorage(directory, hold)) {
            final RecordingCompletions completions = new RecordingCompletions();
            storage.create("data", 16 * SECTOR, 1);
            completions.await(storage, 1);
            final int file = (int) completions.result(1);
            final byte[] bytes = randomBytes(16 * SECTOR);
            final MutableDirectBuffer written = storage.allocate(bytes.length);
            written.putBytes(0, bytes);
            storage.write(file, 0, written, 0, bytes.length, 2);
            completions.await(storage, 2);
            final MutableDirectBuffer buffer = storage.allocate(9 * SECTOR);
            hold.next();
            storage.syncDirectory(3);
            hold.await();
            final long reads = storage.readCount();
            storage.read(file, 0, buffer, 0, SECTOR, 4);
            storage.read(file, SECTOR, buffer, SECTOR, 2 * SECTOR, 5);
            storage.read(file, 4 * SECTOR, buffer, 3 * SECTOR, SECTOR, 6); // a gap in the file
            storage.read(file, 5 * SECTOR, buffer, 6 * SECTOR, SECTOR, 7); // a gap in memory
            storage.read(file, 15 * SECTOR, buffer, 7 * SECTOR, SECTOR, 8);
            storage.read(file, 16 * SECTOR, buffer, 8 * SECTOR, SECTOR, 9); // behind the end: only this one fails
            hold.release();
            completions.await(storage, 9);
            assertEquals(4, storage.readCount() - reads);
            assertEquals(SECTOR, completions.result(4));
            assertEquals(2 * SECTOR, completions.result(5));
            assertEquals(SECTOR, completions.result(8));
            assertEquals(Storage.READ_FAILED, completions.result(9));
            final byte[] found = new byte[8 * SECTOR];
            buffer.getBytes(0, found);
            final byte[] expected = new byte[8 * SECTOR];
            System.arraycopy(bytes, 0, expected, 0, 3 * SECTOR);
            System.arraycopy(bytes, 4 * SECTOR, expected, 3 * SECTOR, SECTOR);
            System.arraycopy(bytes, 5 * SECTOR, expected, 6 * SECTOR, SECTOR);
            System.arraycopy(bytes, 15 * SECTOR, expected, 7 * SECTOR, SECTOR);
            assertArrayEquals(expected, found);
        }
    }

    /** Each round may find the I/O thread parked, about to park or busy; a lost wake-up would never end. */
    @Test
    void shouldLoseNoWakeupWhenRoundsFollowEachOther() {
        try (StorageDriver driver = new StorageDriver(directory, false)) {
            final int file = (int) driver.create("data", 4 * SECTOR);
            final MutableDirectBuffer buffer = driver.storage().allocate(4 * SECTOR);
            for (int i = 0; i < 20_000; i++) {
                driver.storage().read(file, 0, buffer, 0, SECTOR, i);
                if (i % 3 == 0) {
                    driver.storage().write(file, SECTOR, buffer, SECTOR, SECTOR, -1);
                }
                driver.await(i);
                driver.completions().clear();
            }
        }
    }

    @Test
    @Tag("I11")
    void shouldAllocateNothingOnEitherThreadWhenEntriesAreWritten() {
        final com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        final Path named = directory.resolve("allocation");
        assertTrue(named.toFile().mkdir());
        final Thread owner = Thread.currentThread();
        final FileStorage storage = new FileStorage(named, () -> LockSupport.unpark(owner));
        try (storage) {
            final CountingCompletions completions = new CountingCompletions();
            storage.create("data", 64 * SECTOR, 1);
            awaitCount(storage, completions, 1);
            final MutableDirectBuffer buffer = storage.allocate(64 * SECTOR);
            final long ioThread = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("vireo-io-allocation"))
                    .findFirst()
                    .orElseThrow()
                    .getId();
            final int warmUp = 200;
            final int rounds = 400;
            writeRounds(storage, completions, buffer, warmUp);
            final long ownBefore = threads.getCurrentThreadAllocatedBytes();
            final long ioBefore = threads.getThreadAllocatedBytes(ioThread);
            writeRounds(storage, completions, buffer, rounds);
            final long io = threads.getThreadAllocatedBytes(ioThread) - ioBefore;
            final long own = threads.getCurrentThreadAllocatedBytes() - ownBefore;
            // No object per round; what is allocated once, as by the linking of a class, does not count.
            assertTrue(own < 16 * rounds, () -> "group's thread: " + own);
            assertTrue(io < 16 * rounds, () -> "I/O thread: " + io);
        }
    }

    @Test
    void shouldEndThreadAndRefuseSubmissionsWhenClosedInFlight() {
        for (int round = 0; round < 20; round++) {
            final Path group = directory.resolve("close-" + round);
            assertTrue(group.toFile().mkdir());
            final StorageDriver driver = new StorageDriver(group, true);
            final int file = (int) driver.create("data", 64 * SECTOR);
            final MutableDirectBuffer buffer = driver.storage().allocate(64 * SECTOR);
            for (int i = 0; i < 64; i++) {
                driver.storage().write(file, (long) i * SECTOR, buffer, i * SECTOR, SECTOR, i);
                driver.storage().sync(file, i);
            }
            driver.close();
            driver.close();
            final String name = "vireo-io-" + group.getFileName();
            assertFalse(Thread.getAllStackTraces().keySet().stream()
                    .anyMatch(thread -> thread.getName().equals(name)));
            assertThrows(InvariantException.class, () -> driver.storage().sync(file, 1));
            assertTrue(driver.failures().isEmpty());
        }
    }

    @Test
    void shouldMakeDirectoriesWhenTheyAreMissing() throws IOException {
        final Path group = directory.resolve("replica-0").resolve("group-2");
        FileStorage.createDirectory(group);
        FileStorage.createDirectory(group);
        assertTrue(Files.isDirectory(group));
    }

    @Test
    void shouldAlignAndZeroWhenBuffersAreAllocated() {
        for (final int length : new int[] {1, 100, SECTOR, SECTOR + 1, 3 * SECTOR}) {
            final SectorBuffer buffer = SectorBuffer.allocate(length);
            assertEquals(length, buffer.capacity());
            assertEquals(0, buffer.addressOffset() % SECTOR);
            assertNotNull(buffer.byteBuffer());
            for (int i = 0; i < length; i++) {
                assertEquals(0, buffer.getByte(i));
            }
        }
        assertThrows(IllegalArgumentException.class, () -> SectorBuffer.allocate(0));
        assertThrows(IllegalArgumentException.class, () -> SectorBuffer.allocate(Integer.MAX_VALUE));
    }

    private static void writeRounds(
            final FileStorage storage,
            final CountingCompletions completions,
            final MutableDirectBuffer buffer,
            final int rounds) {
        for (int i = 0; i < rounds; i++) {
            final int place = i % 32 * SECTOR;
            storage.write(0, place, buffer, place, SECTOR, 1);
            storage.write(0, place + SECTOR, buffer, place + SECTOR, SECTOR, 2);
            storage.sync(0, 3);
            awaitCount(storage, completions, completions.count + 3);
        }
    }

    private static void awaitCount(final FileStorage storage, final CountingCompletions completions, final long count) {
        while (completions.count < count) {
            if (storage.poll(completions) == 0) {
                LockSupport.park(storage);
            }
        }
    }

    private static void awaitUninterruptibly(final CountDownLatch latch) {
        try {
            latch.await();
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] randomBytes(final int length) {
        final byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static final class CountingCompletions implements Storage.Completions {
        private long count;

        @Override
        public void onCompletion(final long token, final long result) {
            count++;
        }

        @Override
        public void onFailure(final String message) {
            throw new IllegalStateException(message);
        }
    }

    /** Where each token came in the order of completions, and with which result. */
    private static final class RecordingCompletions implements Storage.Completions {
        private final long[] results = new long[1024];
        private final int[] positions = new int[1024];
        private int count;

        @Override
        public void onCompletion(final long token, final long result) {
            results[(int) token] = result;
            positions[(int) token] = ++count;
        }

        @Override
        public void onFailure(final String message) {
            throw new IllegalStateException(message + Arrays.toString(positions));
        }

        void await(final FileStorage storage, final int total) {
            while (count < total) {
                if (storage.poll(this) == 0) {
                    LockSupport.park(storage);
                }
            }
        }

        long result(final int token) {
            return results[token];
        }

        int position(final int token) {
            return positions[token];
        }
    }

    /** Wakes the thread that made it, and can stop the I/O thread at a wake-up, so that what is submitted meanwhile is queued together. */
    private static final class Hold implements Runnable {
        private final Thread owner = Thread.currentThread();
        private final AtomicBoolean isWanted = new AtomicBoolean();
        private final CountDownLatch held = new CountDownLatch(1);
        private final CountDownLatch release = new CountDownLatch(1);

        @Override
        public void run() {
            LockSupport.unpark(owner);
            if (isWanted.compareAndSet(true, false)) {
                held.countDown();
                awaitUninterruptibly(release);
            }
        }

        /** Stops at the next wake-up. */
        void next() {
            isWanted.set(true);
        }

        void await() throws InterruptedException {
            held.await();
        }

        void release() {
            release.countDown();
        }
    }
}
