package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code vireo recover} takes for a replica that is stopped, whose data is gone, and that others can teach. No node runs. */
@Timeout(60)
class RecoverCommandTest {
    private static final int LOST = 1;

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldTakeAReplicaForStoppedWhenTheNameOfItsMachineIsGone() throws Exception {
        // A label of 64 bytes fits no query, so that nobody is asked whether there is such a name.
        format(freeAddress(), "x".repeat(64) + ".invalid:7000", freeAddress());
        delete(replica(LOST));
        assertEquals(ExitCodes.OK, recover("--json"), err.toString());
        assertTrue(out.toString().contains("{\"replica\":1,\"groups\":2,\"running\":[],\"needed\":2}"), out.toString());
        assertTrue(Files.exists(replica(LOST).resolve("group-1")));
    }

    @Test
    void shouldRefuseWhenSomebodyListensWhereTheReplicaWouldAndSaysNothing() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            final String address = "127.0.0.1:" + mute.getLocalPort();
            format(freeAddress(), address, freeAddress());
            delete(replica(LOST));
            assertRefused("somebody listens at " + address);
            assertFalse(Files.exists(replica(LOST)));
        }
        assertEquals(ExitCodes.OK, recover(), err.toString());
    }

    @Test
    void shouldRefuseWhenThereIsDataOrHalfOfIt() throws Exception {
        format(freeAddress(), freeAddress(), freeAddress());
        assertRefused("has data here");
        delete(replica(LOST).resolve("group-0"));
        assertRefused("move the directory of the replica away as a whole");
        assertFalse(Files.exists(replica(LOST).resolve("group-0")));
        delete(replica(LOST));
        assertEquals(ExitCodes.OK, recover(), err.toString());
    }

    @Test
    void shouldRefuseWhenThereIsNobodyToLearnFrom() throws Exception {
        format(freeAddress());
        delete(replica(0));
        assertEquals(ExitCodes.OPERATOR, run("recover", "--dir", dir.toString(), "--replica", "0"));
        assertTrue(err.toString().contains("a cluster of one replica has no other copy"), err.toString());
    }

    private void format(final String... addresses) {
        assertEquals(
                ExitCodes.OK,
                run(
                        "format",
                        "--dir",
                        dir.toString(),
                        "--addresses",
                        String.join(",", addresses),
                        "--set",
                        "groups=2",
                        "--set",
                        "wal_bytes=512KiB",
                        "--set",
                        "prepare_size_max=64KiB",
                        "--replica",
                        "all"),
                err.toString());
    }

    private void assertRefused(final String reason) {
        err.getBuffer().setLength(0);
        assertEquals(ExitCodes.OPERATOR, recover(), err.toString());
        assertTrue(err.toString().contains(reason), err.toString());
    }

    private int recover(final String... more) {
        final List<String> arguments = Stream.concat(
                        Stream.of(
                                "recover",
                                "--dir",
                                dir.toString(),
                                "--replica",
                                Integer.toString(LOST),
                                "--timeout-ms",
                                "200"),
                        Stream.of(more))
                .toList();
        return run(arguments.toArray(String[]::new));
    }

    private int run(final String... arguments) {
        return VireoMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private Path replica(final int replica) {
        return dir.resolve("replica-" + replica);
    }

    /** Of loopback, where nobody listens. */
    private static String freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }

    private static void delete(final Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
