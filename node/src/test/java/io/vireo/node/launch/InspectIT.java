package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.ops.StatusClient;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code inspect} and {@code verify} of what real processes have left, whole and damaged; and that what they foretell is what the start then
 * does. The texts are those that docs/OPERATIONS.md shows.
 */
class InspectIT {
    private static final int ENTRIES = 20_000;
    private static final long RING_OFFSET = 64 * 1024;
    private static final int SECTOR = 4096;

    @TempDir
    Path dir;

    private Path input;
    private int replicas;

    @BeforeEach
    void makeInput() throws IOException {
        input = Files.createDirectory(dir.resolve("input"));
        final StringBuilder lines = new StringBuilder();
        for (int i = 0; i < ENTRIES; i++) {
            lines.append(i).append(" a line that is long enough to fill the ring and to bring checkpoints about\n");
        }
        Files.writeString(input.resolve("lines.txt"), lines);
    }

    @Test
    void shouldForetellTheStartOfASoleReplicaWhenItsFilesAreDamaged() throws Exception {
        write(1);
        final Path replica = cluster().resolve("replica-0");
        final Path group = replica.resolve("group-0");
        appendWhileCheckpointHasAll(replica);
        final Map<String, String> before = everything(replica);
        assertWhole(replica);
        final Map<String, Object> document =
                StatusClient.parse(run(ExitCodes.OK, "inspect", replica.toString(), "--json", "--files")
                        .output());
        assertEquals(true, document.get("whole"));
        assertEquals(before, everything(replica), "neither bytes nor times have changed");

        final byte[] data = Files.readAllBytes(group.resolve("data"));
        overwrite(group.resolve("data"), 0, 48 * 1024);
        assertRefused(
                replica,
                "superblock of the file \"data\" (4 copies of 12288 bytes from offset 0): no copy of the superblock is intact"
                        + " (copy 0 at offset 0: checksum does not match, expected ",
                "nothing was written; it is not taken for an empty one");
        Files.write(group.resolve("data"), data);

        final Path snapshot = only(group.resolve("snapshots"));
        final byte[] snapshotBytes = Files.readAllBytes(snapshot);
        overwrite(snapshot, 5000, 4);
        assertRefused(
                replica,
                "group 0 of replica 0: file \"snapshots/" + snapshot.getFileName()
                        + "\", offset 4096: the checksum of 4096" + " bytes is ",
                "a cluster of one replica has no other copy: check the device and restore this directory from a backup");
        Files.write(snapshot, snapshotBytes);

        final long offset = RING_OFFSET + (checkpointEnd(document) % 256) * SECTOR;
        overwrite(group.resolve("data"), offset + 100, 4);
        assertRefused(
                replica,
                " of the journal is FAULTY: it belongs into file \"data\" ",
                " of the ring, offset " + offset + ", length ",
                ": CRC32C expected ",
                "a cluster of one replica has no other copy");
        Files.write(group.resolve("data"), data);

        overwrite(group.resolve("data"), 48 * 1024 + 100, 4);
        final String remains = run(ExitCodes.OK, "verify", replica.toString()).output();
        assertTrue(remains.contains("remains SYNC_MARK file data, offset 49152"), remains);
        assertTrue(remains.endsWith("if it has not, what remains (see above) is damage"), remains);
        Files.write(group.resolve("data"), data);

        final Path segment = only(group.resolve("segments"));
        final byte[] segmentBytes = Files.readAllBytes(segment);
        Files.delete(segment);
        assertRefused(
                replica,
                "group 0 of replica 0: 1 of 1 files of the checkpoint are not what they were:",
                "MISSING segments/" + segment.getFileName() + " of namespace 0 at offset 0, length ",
                ", found nothing",
                "a cluster of one replica has no other copy");
        Files.write(segment, segmentBytes);
        assertWhole(replica);
        try (VireoProcess node = node(0)) {
            node.awaitLine("to=NORMAL");
            assertTrue(run(ExitCodes.OPERATOR, "inspect", replica.toString())
                    .output()
                    .contains("; by running.toml it is process " + node.pid()));
            final String status = run(ExitCodes.OK, "status", "--dir", cluster().toString(), "--json")
                    .output();
            assertTrue(status.contains("\"opening\":{\"stage\":\"JOIN\",\"ms\":"), status);
            assertTrue(status.matches("(?s).*\"files\":\\{\"ms\":\\d+,\"files\":1\\}.*"), status);
        }
    }

    @Test
    void shouldSayHowTheClusterRepairsWhenAReplicaOfThreeIsDamaged() throws Exception {
        write(3);
        final Path replica = cluster().resolve("replica-1");
        final Path segment = only(replica.resolve("group-0/segments"));
        assertWhole(replica);

        overwrite(segment, 5000, 4);
        final String rotten =
                run(ExitCodes.FAILED, "verify", replica.toString()).output();
        assertTrue(rotten.contains("damaged SEGMENT_WRONG_HASH file segments/" + segment.getFileName()), rotten);
        assertTrue(rotten.contains("move the file away before the start"), rotten);
        assertTrue(rotten.endsWith("but a start does not notice all of it (see above)"), rotten);

        Files.move(segment, dir.resolve("moved-away"));
        final String missing =
                run(ExitCodes.FAILED, "verify", replica.toString()).output();
        assertTrue(missing.contains("damaged SEGMENT_MISSING"), missing);
        assertTrue(
                missing.endsWith(
                        "verdict: damaged; the cluster repairs it when this replica starts, if another one has it whole"),
                missing);

        final List<VireoProcess> nodes = start();
        try {
            nodes.get(1).awaitLine("STATE_SYNC_INSTALLED");
            nodes.get(1).awaitLine("to=NORMAL");
        } finally {
            stop(nodes);
        }
        assertWhole(replica);
    }

    /** A cluster with small rings and checkpoints, that holds all lines and is stopped. */
    private void write(final int replicaCount) throws Exception {
        replicas = replicaCount;
        final List<String> addresses = new ArrayList<>();
        for (int i = 0; i < replicaCount; i++) {
            addresses.add("127.0.0.1:" + freePort());
        }
        run(
                ExitCodes.OK,
                "format",
                "--dir",
                cluster().toString(),
                "--state-machine",
                "log",
                "--addresses",
                String.join(",", addresses),
                "--set",
                "groups=1",
                "--set",
                "namespaces_max=4",
                "--set",
                "wal_bytes=1MiB",
                "--set",
                "prepare_size_max=64KiB",
                "--set",
                "segment_bytes=4MiB",
                "--replica",
                "all");
        final List<VireoProcess> nodes = start();
        try {
            for (final VireoProcess node : nodes) {
                node.awaitLine("to=NORMAL");
            }
            append(input);
        } finally {
            stop(nodes);
        }
    }

    /** Damage of the ring is damage only where an op is that the checkpoint does not have; whether there is one, timing decides. */
    private void appendWhileCheckpointHasAll(final Path replica) throws Exception {
        for (int i = 0; i < 3 && !hasOpsAboveCheckpoint(replica); i++) {
            try (VireoProcess node = node(0)) {
                node.awaitLine("to=NORMAL");
                append(Files.writeString(
                                Files.createDirectories(dir.resolve("more")).resolve("line.txt"), "one more\n")
                        .getParent());
                node.terminate();
            }
        }
        assertTrue(hasOpsAboveCheckpoint(replica), "an op above the checkpoint");
    }

    @SuppressWarnings("unchecked")
    private static boolean hasOpsAboveCheckpoint(final Path replica) throws Exception {
        final Map<String, Object> document = StatusClient.parse(
                run(ExitCodes.OK, "inspect", replica.toString(), "--json").output());
        final Map<String, Object> group = ((List<Map<String, Object>>) document.get("groups")).get(0);
        final Map<String, Object> journal = (Map<String, Object>) group.get("journal");
        return (Long) journal.get("head") > (Long) journal.get("checkpoint_op");
    }

    private void append(final Path files) throws Exception {
        run(ExitCodes.OK, "append", "--dir", cluster().toString(), "--from-files", files.toString());
    }

    private List<VireoProcess> start() throws IOException {
        final List<VireoProcess> nodes = new ArrayList<>();
        for (int replica = 0; replica < replicas; replica++) {
            nodes.add(node(replica));
        }
        return nodes;
    }

    private static void stop(final List<VireoProcess> nodes) throws InterruptedException {
        for (final VireoProcess node : nodes) {
            node.terminate();
        }
    }

    private VireoProcess node(final int replica) throws IOException {
        return VireoProcess.start("node", "--dir", cluster().toString(), "--replica", Integer.toString(replica));
    }

    private Path cluster() {
        return dir.resolve("cluster");
    }

    private static void assertWhole(final Path replica) throws Exception {
        final String output = run(ExitCodes.OK, "verify", replica.toString()).output();
        assertTrue(output.endsWith("verdict: nothing is damaged"), output);
    }

    /** Both say it: the verification before, with code 1, and the start, with code 2; and inspect shows the text of the start. */
    private void assertRefused(final Path replica, final String... parts) throws Exception {
        final String verified =
                run(ExitCodes.FAILED, "verify", replica.toString()).output();
        assertTrue(verified.endsWith("verdict: damaged; this replica will not open"), verified);
        final String inspected =
                run(ExitCodes.OK, "inspect", replica.toString()).output();
        final VireoProcess node = node(0);
        assertEquals(ExitCodes.OPERATOR, node.exitCode(), node.output());
        for (final String part : parts) {
            assertTrue(node.output().contains(part), part + "\nis not in\n" + node.output());
            final String withoutPrefix = part.replace("group 0 of replica 0: ", "");
            assertTrue(inspected.contains(withoutPrefix), withoutPrefix + "\nis not in\n" + inspected);
        }
        assertFalse(node.output().contains("Exception"), node.output());
    }

    @SuppressWarnings("unchecked")
    private static long checkpointEnd(final Map<String, Object> document) {
        final Map<String, Object> group = ((List<Map<String, Object>>) document.get("groups")).get(0);
        final Map<String, Object> superblock = (Map<String, Object>) group.get("superblock");
        final Map<String, Object> state = (Map<String, Object>) superblock.get("state");
        return (Long) ((Map<String, Object>) state.get("checkpoint")).get("end_position");
    }

    private static Path only(final Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            final List<Path> found = files.toList();
            assertEquals(1, found.size(), found.toString());
            return found.get(0);
        }
    }

    private static void overwrite(final Path file, final long offset, final int length) throws IOException {
        final byte[] garbage = new byte[length];
        Arrays.fill(garbage, (byte) 0xa5);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.seek(offset);
            out.write(garbage);
        }
    }

    private static Map<String, String> everything(final Path directory) throws IOException {
        final Map<String, String> found = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (final Path path : paths.toList()) {
                final String bytes =
                        Files.isRegularFile(path) ? Integer.toHexString(Arrays.hashCode(Files.readAllBytes(path))) : "";
                found.put(path.toString(), Files.getLastModifiedTime(path) + " " + bytes);
            }
        }
        return found;
    }

    private static VireoProcess run(final int exitCode, final String... command) throws Exception {
        final VireoProcess process = VireoProcess.run(command);
        assertEquals(exitCode, process.exitCode(), process.output());
        return process;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
