package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One replica as a real process: that it starts and stops, and that each mistake of an operator ends it with code 2 and harms nothing. */
class NodeProcessIT {
    private static final String SMALL = "wal_bytes=16MiB";

    @TempDir
    Path dir;

    private Path data;

    @BeforeEach
    void format() throws Exception {
        final VireoProcess format = VireoProcess.run(
                "format",
                "--dir",
                dir.toString(),
                "--state-machine",
                "log",
                "--addresses",
                "127.0.0.1:" + freePort(),
                "--set",
                "groups=1",
                "--set",
                SMALL,
                "--replica",
                "0");
        assertEquals(ExitCodes.OK, format.exitCode(), format.output());
        data = dir.resolve("replica-0/group-0/data");
    }

    @Test
    @Tag("I12")
    @Tag("X18")
    void shouldRunWithPortReallyBoundAndStopWithinASecondWhenTerminated() throws Exception {
        try (VireoProcess node = node("--listen", "127.0.0.1:0")) {
            node.awaitLine("to=NORMAL");
            final String listening = node.awaitLine("event=listening");
            final String address = listening.substring(listening.indexOf("address=") + 8);
            assertFalse(address.endsWith(":0"), address);
            assertTrue(
                    Files.readString(dir.resolve("replica-0/running.toml")).contains("listen = \"" + address + "\""));
            final long millis = node.terminate();
            node.awaitLine("event=stopped");
            assertTrue(millis < 1_000, "stopping took " + millis + " ms");
        }
        try (VireoProcess again = node()) {
            again.awaitLine("to=NORMAL");
        }
    }

    @Test
    void shouldStopWhenItsInputEndsIfToldSo() throws Exception {
        try (VireoProcess node = node("--stop-on-end-of-input")) {
            node.awaitLine("to=NORMAL");
            node.endInput();
            assertEquals(ExitCodes.OK, node.exitCode());
        }
    }

    @Test
    void shouldUseAllOfAClusterAndLeaveNothingWhenWarmedUp() throws Exception {
        final VireoProcess warmUp = VireoProcess.startWith(List.of("-Djava.io.tmpdir=" + dir), "warm-up");
        assertEquals(0, warmUp.exitCode(), warmUp.output());
        assertTrue(warmUp.output().contains("event=stopped replica=0"), warmUp.output());
        try (Stream<Path> left = Files.list(dir)) {
            assertTrue(left.noneMatch(path -> path.getFileName().toString().startsWith("vireo-warm-up")));
        }
    }

    @Test
    void shouldAnswerStatusWhenAsked() throws Exception {
        try (VireoProcess node = node()) {
            node.awaitLine("to=NORMAL");
            final VireoProcess status = VireoProcess.run("status", "--dir", dir.toString());
            assertEquals(ExitCodes.OK, status.exitCode(), status.output());
            assertTrue(status.output().matches("(?s)replica +group +role .*0 +0 +primary +NORMAL .*"), status.output());
        }
    }

    @Test
    void shouldRefuseWhenAnotherProcessWorksInTheDirectory() throws Exception {
        try (VireoProcess first = node()) {
            first.awaitLine("to=NORMAL");
            refused("another process works in " + data.getParent(), "--listen", "127.0.0.1:0");
            assertTrue(first.isAlive());
        }
    }

    @Test
    void shouldRefuseWhenPortIsInUse() throws Exception {
        final byte[] before = Files.readAllBytes(data);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            final String address = "127.0.0.1:" + taken.getLocalPort();
            refused(
                    "cannot listen on " + address + ": Address already in use; stop the process that uses this port",
                    "--listen",
                    address);
        }
        assertArrayEquals(before, Files.readAllBytes(data));
    }

    @Test
    void shouldRefuseWhenSuperblockIsDamaged() throws Exception {
        // The four copies of 12 KiB each.
        final byte[] damage = new byte[48 * 1024];
        Arrays.fill(damage, (byte) 0x5a);
        overwrite(0, damage);
        final byte[] before = Files.readAllBytes(data);
        refused("superblock");
        assertArrayEquals(before, Files.readAllBytes(data));
    }

    @Test
    void shouldRunWhenOneCopyOfTheSuperblockIsDamaged() throws Exception {
        overwrite(0, new byte[12 * 1024]);
        try (VireoProcess node = node()) {
            node.awaitLine("to=NORMAL");
        }
    }

    @Test
    void shouldRefuseWhenDirectoryBelongsToAnotherCluster() throws Exception {
        final Path other = dir.resolve("other");
        final VireoProcess format = VireoProcess.run(
                "format",
                "--dir",
                other.toString(),
                "--state-machine",
                "log",
                "--addresses",
                "127.0.0.1:" + freePort(),
                "--set",
                "groups=1",
                "--set",
                SMALL);
        assertEquals(ExitCodes.OK, format.exitCode(), format.output());
        final byte[] before = Files.readAllBytes(data);
        final VireoProcess node = VireoProcess.run(
                "node",
                "--cluster",
                other.resolve("cluster.toml").toString(),
                "--data-dir",
                dir.toString(),
                "--replica",
                "0");
        assertRefused(node, "cluster: configured ");
        assertArrayEquals(before, Files.readAllBytes(data));
    }

    @Test
    void shouldRefuseWhenDirectoryBelongsToAnotherReplica() throws Exception {
        final Path three = dir.resolve("three");
        final VireoProcess format = VireoProcess.run(
                "format",
                "--dir",
                three.toString(),
                "--state-machine",
                "log",
                "--addresses",
                "127.0.0.1:" + freePort() + ",127.0.0.1:" + freePort(),
                "--set",
                "groups=1",
                "--set",
                SMALL,
                "--replica",
                "0");
        assertEquals(ExitCodes.OK, format.exitCode(), format.output());
        Files.move(three.resolve("replica-0"), three.resolve("replica-1"));
        assertRefused(VireoProcess.run("node", "--dir", three.toString(), "--replica", "1"), "replica");
        assertRefused(
                VireoProcess.run("node", "--dir", three.toString(), "--replica", "0"),
                "there is no data of replica 0 in " + three);
        assertRefused(
                VireoProcess.run("node", "--dir", three.toString(), "--replica", "2"),
                "replica = 2: must be from 0 to 1 (from flag --replica)");
    }

    @Test
    void shouldRefuseWhenConfigurationHasAnUnknownKey() throws Exception {
        final Path file = dir.resolve("cluster.toml");
        Files.writeString(file, "wal_byte = 5\n" + Files.readString(file));
        refused(file + " line 1, column 1: unknown key \"wal_byte\"; did you mean \"wal_bytes\"?");
    }

    @Test
    void shouldRefuseWhenAddressIsNotLoopback() throws Exception {
        refused("listen = 0.0.0.0:0: not an address of loopback", "--listen", "0.0.0.0:0");
    }

    @Test
    void shouldRefuseWhenFormatConstantWasChanged() throws Exception {
        refused("walBytes", "--set", "wal_bytes=32MiB");
    }

    @Test
    void shouldRefuseToFormatWhenDataIsThere() throws Exception {
        final byte[] before = Files.readAllBytes(data);
        final VireoProcess format = VireoProcess.run("format", "--dir", dir.toString(), "--replica", "0");
        assertRefused(format, "replica 0 is formatted: " + data + " exists and is left as it is");
        assertArrayEquals(before, Files.readAllBytes(data));
    }

    private VireoProcess node(final String... more) throws IOException {
        final String[] arguments =
                Arrays.copyOf(new String[] {"node", "--dir", dir.toString(), "--replica", "0"}, 5 + more.length);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return VireoProcess.start(arguments);
    }

    private void refused(final String text, final String... more) throws Exception {
        try (VireoProcess node = node(more)) {
            assertRefused(node, text);
        }
    }

    private static void assertRefused(final VireoProcess process, final String text) throws InterruptedException {
        assertEquals(ExitCodes.OPERATOR, process.exitCode(), process.output());
        assertTrue(process.awaitLine("vireo: ").contains(text), process.output());
        assertFalse(process.output().contains("\tat "), "no stack trace: " + process.output());
    }

    private void overwrite(final long position, final byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
            file.seek(position);
            file.write(bytes);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
