package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.open.RecoveryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes of one replica come to one number of shards; real processes, because the lock is the operating system's. */
@Timeout(60)
class ShardCountLockTest {
    @TempDir
    Path directory;

    private final List<Process> holders = new ArrayList<>();

    @AfterEach
    void kill() throws InterruptedException {
        for (final Process holder : holders) {
            kill(holder);
        }
    }

    private static void kill(final Process holder) throws InterruptedException {
        holder.destroyForcibly();
        assertTrue(holder.waitFor(30, TimeUnit.SECONDS));
    }

    private Process hold(final int shardCount) throws IOException {
        final Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ShardCountLockHolder.class.getName(),
                        directory.toString(),
                        Integer.toString(shardCount))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        holders.add(holder);
        assertEquals('L', holder.getInputStream().read());
        return holder;
    }

    private void assertTaken(final int shardCount) {
        try (ShardCountLock lock = ShardCountLock.take(directory, shardCount)) {
            assertNotNull(lock);
        }
    }

    private void assertRefused(final int shardCount, final Process by, final int others) {
        final RecoveryException refusal =
                assertThrows(RecoveryException.class, () -> ShardCountLock.take(directory, shardCount));
        assertEquals(RecoveryException.Code.LOCKED, refusal.code());
        assertTrue(
                refusal.getMessage()
                        .startsWith("process " + by.pid() + " runs " + others + " shards in " + directory
                                + ", and this one was told " + shardCount),
                refusal.getMessage());
    }

    @Test
    void shouldRefuseAnotherNumberUntilTheLastProcessIsGone() throws IOException, InterruptedException {
        final Process first = hold(2);
        assertRefused(3, first, 2);
        assertTaken(2);
        final Process second = hold(2);
        kill(first);
        assertRefused(12, first, 2);
        kill(second);
        assertTaken(12);
        assertTaken(1);
        assertRefused(12, hold(1), 1);
    }

    @Test
    void shouldTakeAnyNumberWhenWhatIsThereWasTornByACrash() throws IOException {
        for (final String torn : new String[] {"", "sha", "shards 2 process", "shards 2 process 17", "\0\0\0\0"}) {
            Files.writeString(directory.resolve(ShardCountLock.FILE_NAME), torn);
            assertTaken(3);
        }
    }

    @Test
    void shouldSayWhichFileWhenTheDirectoryIsMissing() {
        final OperatorException refusal =
                assertThrows(OperatorException.class, () -> ShardCountLock.take(directory.resolve("replica-7"), 1));
        assertTrue(refusal.getMessage().contains("replica-7"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("it does not exist"), refusal.getMessage());
    }
}
