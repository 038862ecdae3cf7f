package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.node.client.ClientReads;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes, and bits of the files of two of them that change while they run. */
class ScrubIT {
    private static final int REPLICAS = 3;
    private static final int ENTRIES = 40_000;
    private static final int FILES = 20;
    private static final int CHUNK_BYTES = 16 << 10;
    /** Checks nothing before somebody asks for it. */
    private static final int ASKED = 1;

    private static final int NOBODY = -1;

    @TempDir
    Path dir;

    private final VireoProcess[] nodes = new VireoProcess[REPLICAS];

    @AfterEach
    void stop() {
        for (final VireoProcess node : nodes) {
            if (node != null) {
                node.close();
            }
        }
    }

    @Test
    void shouldHealEveryFileWhileTheNodesRunWhenABitOfEachChangesAtTwoOfThem() throws Exception {
        final Path cluster = dir.resolve("cluster");
        format(cluster);
        start(cluster, ASKED);
        run("append", "--dir", cluster.toString(), "--from-files", lines().toString());
        flip(cluster);
        final String repaired = run(
                        "repair", "--dir", cluster.toString(), "--replica", Integer.toString(ASKED), "--json")
                .output();
        assertTrue(repaired.endsWith("\"damaged\":" + FILES + ",\"healed\":" + FILES + ",\"damagedNow\":0}"), repaired);
        for (int replica = 0; replica < 2; replica++) {
            nodes[replica].awaitLine("event=damage-found", FILES);
            nodes[replica].awaitLine("event=damage-healed", FILES);
        }
        final String status = run("status", "--dir", cluster.toString()).output();
        assertEquals(
                2,
                status.lines()
                        .filter(line ->
                                line.contains(FILES + " damaged chunks found, " + FILES + " healed, 0 damaged now"))
                        .count(),
                status);
        final String digest = digest(cluster, 2);
        assertTrue(digest.contains(Integer.toString(ENTRIES)), digest);
        assertEquals(digest, digest(cluster, 0));
        assertEquals(digest, digest(cluster, 1));
        end();
        verify(cluster);
    }

    @Test
    void shouldHealByItselfAndGiveNoDamagedByteWhileReadersLookAtAllOfIt() throws Exception {
        final Path directory = dir.resolve("cluster");
        format(directory);
        start(directory, NOBODY);
        run("append", "--dir", directory.toString(), "--from-files", lines().toString());
        final ClusterConfig cluster = ClusterFile.load(directory.resolve(ClusterFile.NAME));
        final List<byte[]> entries = LogAudit.entries(cluster, 2, ENTRIES);
        assertEquals(
                Files.readAllLines(dir.resolve("input/lines.txt")).stream()
                        .sorted()
                        .toList(),
                entries.stream()
                        .map(entry -> new String(entry, StandardCharsets.UTF_8))
                        .sorted()
                        .toList());
        // What was written stays in memory: a new process reads it from the disk.
        end();
        start(directory, NOBODY);
        try (LogAudit first = new LogAudit(cluster, 0, entries);
                LogAudit second = new LogAudit(cluster, 1, entries);
                LogAudit any = new LogAudit(cluster, ClientReads.ANY_REPLICA, entries)) {
            final List<LogAudit> audits = List.of(first, second, any);
            // What is read once stays in memory too: the damage is there first.
            flip(directory);
            audits.forEach(LogAudit::start);
            for (int replica = 0; replica < 2; replica++) {
                nodes[replica].awaitLine("event=damage-found", FILES);
                nodes[replica].awaitLine("event=damage-healed", FILES);
            }
            long refused = 0;
            for (final LogAudit audit : audits) {
                refused += audit.stop();
            }
            assertTrue(refused > 0, "what is damaged was read before it was healed");
            assertEquals(0, first.pass());
            assertEquals(0, second.pass());
        }
        final String status =
                run("status", "--dir", directory.toString(), "--json").output();
        assertEquals(REPLICAS, status.split("\"ready\":true", -1).length - 1, status);
        end();
        verify(directory);
    }

    /** @param unchecked replica that looks at its files only when somebody asks for it. */
    private void start(final Path cluster, final int unchecked) throws IOException, InterruptedException {
        for (int replica = 0; replica < REPLICAS; replica++) {
            nodes[replica] = VireoProcess.start(
                    "node",
                    "--replica",
                    Integer.toString(replica),
                    "--dir",
                    cluster.toString(),
                    "--set",
                    "scrub_interval_ns=" + (replica == unchecked ? 0 : 3_000_000_000L),
                    "--stop-on-end-of-input");
        }
        for (final VireoProcess node : nodes) {
            node.awaitLine("to=NORMAL");
        }
    }

    private void end() throws InterruptedException {
        for (final VireoProcess node : nodes) {
            node.terminate();
        }
    }

    private static void verify(final Path cluster) throws IOException, InterruptedException {
        for (int replica = 0; replica < REPLICAS; replica++) {
            run("verify", cluster.resolve("replica-" + replica).toString());
        }
    }

    /** A bit of each of many files of two replicas, of different chunks. */
    private static void flip(final Path cluster) throws IOException {
        for (int replica = 0; replica < 2; replica++) {
            for (final Path file : segments(cluster, replica)) {
                flip(file, replica * CHUNK_BYTES + 1_000);
            }
        }
    }

    private static String digest(final Path cluster, final int replica) throws IOException, InterruptedException {
        return run(
                        "read",
                        "--dir",
                        cluster.toString(),
                        "--replica",
                        Integer.toString(replica),
                        "--at-least",
                        Integer.toString(ENTRIES),
                        "--sha256")
                .output();
    }

    private static void format(final Path cluster) throws IOException, InterruptedException {
        final List<String> addresses = new ArrayList<>();
        DevCommand.freeAddresses(1).forEach(shards -> addresses.add(shards.get(0)));
        run(
                "format",
                "--dir",
                cluster.toString(),
                "--addresses",
                String.join(",", addresses),
                "--state-machine",
                "log",
                "--set",
                "groups=1",
                "--set",
                "wal_bytes=1MiB",
                "--set",
                "prepare_size_max=64KiB",
                "--set",
                "segment_bytes=64KiB",
                "--replica",
                "all");
    }

    private Path lines() throws IOException {
        final StringBuilder lines = new StringBuilder();
        for (int i = 0; i < ENTRIES; i++) {
            lines.append(i).append(" a line that is long enough to fill many files and to bring checkpoints about\n");
        }
        final Path input = Files.createDirectory(dir.resolve("input"));
        Files.writeString(input.resolve("lines.txt"), lines);
        return input;
    }

    /** The oldest ones, all of them sealed, and listed by a checkpoint long ago. */
    private static List<Path> segments(final Path cluster, final int replica) throws IOException {
        try (Stream<Path> files = Files.list(cluster.resolve("replica-" + replica + "/group-0/segments"))) {
            final List<Path> all = files.sorted().toList();
            assertTrue(all.size() > 2 * FILES, "segments: " + all.size());
            return all.subList(0, FILES);
        }
    }

    private static void flip(final Path path, final long position) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.seek(position);
            final int there = file.read();
            file.seek(position);
            file.write(there ^ 4);
            file.getFD().sync();
        }
    }

    private static VireoProcess run(final String... arguments) throws IOException, InterruptedException {
        final VireoProcess process = VireoProcess.run(arguments);
        assertEquals(ExitCodes.OK, process.exitCode(), process.output());
        return process;
    }
}
