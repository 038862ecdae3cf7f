package io.vireo.journal.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.util.InvariantException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything may be asked for, and nothing on disk changes. */
class ReadOnlyStorageTest implements Storage.Completions {
    private static final int SECTOR = Storage.SECTOR;

    @TempDir
    private Path directory;

    private long result;
    private String failure;

    @BeforeEach
    void makeFile() throws IOException {
        final byte[] bytes = new byte[3 * SECTOR];
        Arrays.fill(bytes, (byte) 7);
        Files.write(directory.resolve("data"), bytes);
        Files.setLastModifiedTime(directory.resolve("data"), FileTime.fromMillis(1_000_000));
        Files.setLastModifiedTime(directory, FileTime.fromMillis(2_000_000));
    }

    @Test
    void shouldChangeNothingWhenFilesAreWrittenCreatedAndDeleted() throws IOException {
        final byte[] before = Files.readAllBytes(directory.resolve("data"));
        try (ReadOnlyStorage storage = new ReadOnlyStorage(directory)) {
            final MutableDirectBuffer buffer = storage.allocate(SECTOR);
            final int file = (int) after(storage, () -> storage.open("data", 1));
            assertEquals(SECTOR, after(storage, () -> storage.write(file, 0, buffer, 0, SECTOR, 1)));
            assertEquals(SECTOR, after(storage, () -> storage.write(file, 3 * SECTOR, buffer, 0, SECTOR, 1)));
            assertEquals(4 * SECTOR, storage.size(file));
            assertEquals(0, after(storage, () -> storage.sync(file, 1)));
            assertEquals(Storage.EXISTS, after(storage, () -> storage.create("data", 0, 1)));
            assertTrue(after(storage, () -> storage.create("staging/x", 0, 1)) >= 0);
            after(storage, () -> storage.rename("staging/x", "snapshots/x", 1));
            assertTrue(after(storage, () -> storage.open("snapshots/x", 1)) >= 0);
            after(storage, () -> storage.delete("data", 1));
            assertEquals(Storage.NOT_FOUND, after(storage, () -> storage.open("data", 1)));
            after(storage, () -> storage.syncDirectory(1));
            after(storage, () -> storage.list(1));
            assertEquals(List.of("data"), storage.listed());
        }
        assertArrayEquals(before, Files.readAllBytes(directory.resolve("data")));
        assertEquals(
                1_000_000, Files.getLastModifiedTime(directory.resolve("data")).toMillis());
        assertEquals(2_000_000, Files.getLastModifiedTime(directory).toMillis());
        assertFalse(Files.exists(directory.resolve("staging")));
    }

    @Test
    void shouldGiveWhatIsOnDiskAndCountItWhenRead() {
        try (ReadOnlyStorage storage = new ReadOnlyStorage(directory)) {
            final MutableDirectBuffer buffer = storage.allocate(2 * SECTOR);
            final int file = (int) after(storage, () -> storage.open("data", 1));
            assertEquals(SECTOR, after(storage, () -> storage.read(file, SECTOR, buffer, SECTOR, SECTOR, 1)));
            assertEquals(7, buffer.getByte(SECTOR));
            assertEquals(0, buffer.getByte(0));
            assertEquals(SECTOR, storage.bytesRead());
            assertEquals(
                    Storage.READ_FAILED,
                    after(storage, () -> storage.read(file, 2 * SECTOR, buffer, 0, 2 * SECTOR, 1)));
            assertTrue(storage.readFailure().contains("at offset 8192, length 8192"), storage.readFailure());
        }
    }

    @Test
    void shouldTellWhoReadsWhatWasForgottenWhenItWasWritten() {
        try (ReadOnlyStorage storage = new ReadOnlyStorage(directory)) {
            final MutableDirectBuffer buffer = storage.allocate(2 * SECTOR);
            final int file = (int) after(storage, () -> storage.open("data", 1));
            after(storage, () -> storage.write(file, SECTOR, buffer, 0, SECTOR, 1));
            assertThrows(InvariantException.class, () -> storage.read(file, 0, buffer, 0, 2 * SECTOR, 1));
            assertEquals(SECTOR, after(storage, () -> storage.read(file, 0, buffer, 0, SECTOR, 1)));
            assertEquals(SECTOR, after(storage, () -> storage.read(file, 2 * SECTOR, buffer, 0, SECTOR, 1)));
        }
    }

    @Test
    void shouldFailAndNameTheFileWhenItCannotBeOpened() {
        try (ReadOnlyStorage storage = new ReadOnlyStorage(directory)) {
            storage.open("data/x", 1);
            storage.poll(this);
            assertTrue(failure.contains("open of " + directory.resolve("data/x")), failure);
        }
    }

    @Test
    void shouldFailAsAStartDoesWhenADirectoryStandsInPlaceOfAFile() throws IOException {
        Files.createDirectories(directory.resolve("segments/a"));
        try (ReadOnlyStorage storage = new ReadOnlyStorage(directory)) {
            storage.open("segments/a", 1);
            storage.poll(this);
            assertEquals(
                    "open of " + directory.resolve("segments/a") + ": it is a directory and should be a file", failure);
        }
    }

    @Test
    void shouldHaveNoFilesWhenTheDirectoryDoesNotExist() {
        try (ReadOnlyStorage storage = new ReadOnlyStorage(directory.resolve("gone"))) {
            assertEquals(0, after(storage, () -> storage.list(1)));
            assertEquals(Storage.NOT_FOUND, after(storage, () -> storage.open("data", 1)));
        }
    }

    private long after(final ReadOnlyStorage storage, final Runnable submission) {
        submission.run();
        assertEquals(1, storage.poll(this));
        return result;
    }

    @Override
    public void onCompletion(final long token, final long outcome) {
        result = outcome;
    }

    @Override
    public void onFailure(final String message) {
        failure = message;
    }
}
