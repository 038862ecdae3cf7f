package io.vireo.node.gateway.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.iggy.StatsRecord;
import io.vireo.node.port.Clock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachineViewTest {
    private static final long RUN_TIME_US = 7_000_000;

    private final Semaphore wakeups = new Semaphore(0);
    private final List<Optional<byte[]>> archives = new ArrayList<>();
    private Path data;
    private Path proc;
    private Path log;
    private MachineView view;

    @BeforeEach
    void open(@TempDir final Path directory) throws IOException {
        data = Files.createDirectory(directory.resolve("data"));
        proc = Files.createDirectories(directory.resolve("proc"));
        log = directory.resolve("node.log");
        Files.write(data.resolve("journal"), new byte[33]);
        view = view();
    }

    @AfterEach
    void close() {
        view.close();
    }

    @Test
    void shouldReadFiguresWhereThePlatformHasThem() throws IOException {
        Files.createDirectories(proc.resolve("self"));
        Files.writeString(proc.resolve("self/status"), "Name:\tjava\nVmRSS:\t  2048 kB\nThreads:\t9\n");
        Files.writeString(proc.resolve("self/io"), "rchar: 5\nread_bytes: 4096\nwrite_bytes: 8192\n");
        Files.writeString(proc.resolve("meminfo"), "MemTotal: 9 kB\nMemAvailable:    3 kB\n");
        final StatsRecord.ProcessFigures figures = view.process();
        assertEquals(ProcessHandle.current().pid(), figures.pid());
        assertEquals(2 << 20, figures.memory());
        assertEquals(3 << 10, figures.availableMemory());
        assertEquals(4096, figures.readBytes());
        assertEquals(8192, figures.writtenBytes());
        assertEquals(RUN_TIME_US, figures.runTimeUs());
        assertTrue(figures.totalMemory() > 1 << 20);
        assertTrue(figures.cpuPercent() >= 0 && figures.totalCpuPercent() >= 0);
        assertTrue(figures.totalCpuPercent() <= 100);
        assertTrue(view.storage().threads() > 0);
        assertTrue(view.storage().totalDisk() >= view.storage().freeDisk());
        assertTrue(view.storage().totalDisk() > 0);
    }

    @Test
    void shouldSayZeroWhereThePlatformSaysNothing() throws IOException {
        assertEquals(0, view.process().memory());
        assertEquals(0, view.process().readBytes());
        assertTrue(view.process().availableMemory() > 0, "the beans know it, too");
        assertEquals("", view.host().kernel());
        Files.createDirectories(proc.resolve("self"));
        Files.writeString(proc.resolve("self/io"), "read_bytes: many\n");
        assertEquals(0, view.process().readBytes());
        Files.delete(data.resolve("journal"));
        Files.delete(data);
        assertEquals(0, view.storage().totalDisk());
    }

    @Test
    void shouldNameTheHost() throws IOException {
        view.close();
        Files.createDirectories(proc.resolve("sys/kernel"));
        Files.writeString(proc.resolve("sys/kernel/osrelease"), "6.1.0\n");
        view = view();
        assertEquals("h", view.host().hostname());
        assertEquals("6.1.0", view.host().kernel());
        assertEquals("0.12.3-SNAPSHOT", view.host().serverVersion());
        assertEquals(12_003, view.host().semver());
    }

    @ParameterizedTest
    @CsvSource({"1.2.3, 1002003", "0.1.0-SNAPSHOT, 1000", "1.2, 0", "dev, 0", "1.2.1000, 0"})
    void shouldTakeAReleaseForANumber(final String version, final int expected) {
        assertEquals(expected, MachineView.semver(version));
    }

    @ParameterizedTest
    @ValueSource(ints = {SnapshotArchive.STORED, SnapshotArchive.DEFLATED})
    void shouldPackWhatIsThere(final int compression) throws IOException {
        Files.writeString(log, "a line\n");
        final Map<String, String> files = pack(compression, SnapshotArchive.TYPE_ALL);
        assertEquals(
                List.of("files.txt", "node.log", "process.txt", "resources.txt", "settings.txt", "test.txt"),
                List.copyOf(files.keySet()));
        assertEquals("a line\n", files.get("node.log"));
        assertEquals("journal 33\n", files.get("files.txt"));
        assertEquals("shards=2\n", files.get("settings.txt"));
        assertTrue(files.get("resources.txt").contains("run_time_us=" + RUN_TIME_US + "\n"));
    }

    @Test
    void shouldPackTheTypesThatAreWantedAlone() throws IOException {
        assertEquals(
                List.of("settings.txt"),
                List.copyOf(pack(SnapshotArchive.DEFLATED, SnapshotArchive.TYPE_CONFIGURATION)
                        .keySet()));
    }

    @Test
    void shouldPackTheEndOfALongLog() throws IOException {
        Files.writeString(log, "old " + "x".repeat(SnapshotArchive.ATTACHMENT_BYTES_MAX - 3) + " new");
        final String packed =
                pack(SnapshotArchive.DEFLATED, SnapshotArchive.TYPE_LOGS).get("node.log");
        assertEquals(SnapshotArchive.ATTACHMENT_BYTES_MAX, packed.length());
        assertTrue(packed.startsWith("xxx") && packed.endsWith("x new"));
    }

    @Test
    void shouldHaveNothingWhenNothingOfTheTypeIsThere() {
        request(SnapshotArchive.DEFLATED, SnapshotArchive.TYPE_LOGS);
        assertEquals(List.of(Optional.empty()), archives);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6})
    void shouldHaveNothingWhenTheCompressionIsNotThatOfAZip(final int compression) {
        request(compression, SnapshotArchive.TYPE_ALL);
        assertEquals(List.of(Optional.empty()), archives);
    }

    private Map<String, String> pack(final int compression, final int type) throws IOException {
        request(compression, type);
        final Map<String, String> files = new TreeMap<>();
        try (ZipInputStream zip =
                new ZipInputStream(new ByteArrayInputStream(archives.get(0).orElseThrow()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), new String(zip.readAllBytes(), UTF_8));
            }
        }
        return files;
    }

    private void request(final int compression, final int type) {
        view.snapshot(compression, List.of(type), archives::add);
        while (archives.isEmpty()) {
            wakeups.acquireUninterruptibly();
            view.poll(0);
        }
    }

    private MachineView view() {
        return new MachineView(
                data,
                "h",
                "0.12.3-SNAPSHOT",
                List.of(
                        SnapshotArchive.Attachment.ofFile(SnapshotArchive.TYPE_LOGS, "node.log", log),
                        new SnapshotArchive.Attachment(
                                SnapshotArchive.TYPE_CONFIGURATION,
                                "settings.txt",
                                () -> "shards=2\n".getBytes(UTF_8))),
                new StartedBefore(),
                wakeups::release,
                new ProcFiles(proc));
    }

    private static final class StartedBefore implements Clock {
        @Override
        public long monotonicNs() {
            return 0;
        }

        @Override
        public long wallNs() {
            return ManagementFactory.getRuntimeMXBean().getStartTime() * 1_000_000 + RUN_TIME_US * 1_000;
        }
    }
}
