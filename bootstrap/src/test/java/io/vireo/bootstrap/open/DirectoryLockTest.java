package io.vireo.bootstrap.open;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
    @TempDir
    private Path directory;

    @Test
    void shouldRefuseASecondHolderUntilTheFirstIsGone() throws IOException {
        try (DirectoryLock lock = DirectoryLock.take(directory)) {
            assertNotNull(lock);
            assertHeld(assertThrows(RecoveryException.class, () -> DirectoryLock.take(directory)));
        }
        DirectoryLock.take(directory).close();
    }

    @Test
    void shouldRefuseWhenAnotherProcessHasItAndTakeItWhenThatIsKilled() throws IOException, InterruptedException {
        final Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DirectoryLockHolder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertEquals('L', holder.getInputStream().read());
            assertHeld(assertThrows(RecoveryException.class, () -> DirectoryLock.take(directory)));
        } finally {
            holder.destroyForcibly();
            assertTrue(holder.waitFor(30, TimeUnit.SECONDS));
        }
        DirectoryLock.take(directory).close();
        assertTrue(Files.exists(directory.resolve(DirectoryLock.FILE_NAME)));
    }

    @Test
    void shouldKeepReadersAndWritersApartAndMakeNoFileForAReader() throws IOException {
        assertNull(DirectoryLock.takeShared(directory));
        assertFalse(Files.exists(directory.resolve(DirectoryLock.FILE_NAME)), "a reader makes no file");
        try (DirectoryLock writer = DirectoryLock.take(directory)) {
            assertNotNull(writer);
            assertHeld(assertThrows(RecoveryException.class, () -> DirectoryLock.takeShared(directory)));
        }
        try (DirectoryLock reader = DirectoryLock.takeShared(directory)) {
            assertNotNull(reader);
            assertHeld(assertThrows(RecoveryException.class, () -> DirectoryLock.take(directory)));
        }
        DirectoryLock.take(directory).close();
    }

    @Test
    void shouldFailWhenTheDirectoryIsMissing() {
        assertThrows(NoSuchFileException.class, () -> DirectoryLock.take(directory.resolve("missing")));
    }

    private void assertHeld(final RecoveryException failure) {
        assertEquals(RecoveryException.Code.LOCKED, failure.code());
        assertTrue(failure.getMessage().startsWith("another process works in " + directory), failure.getMessage());
        assertTrue(failure.getMessage().contains("stop it first"), failure.getMessage());
    }
}
