package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes whose disk is taken away, and the command that brings their replica back. */
class RecoverIT {
    private static final int ENTRIES = 6_000;
    private static final int GROUPS = 2;
    private static final int LOST = 1;

    @TempDir
    Path dir;

    private final List<VireoProcess> running = new ArrayList<>();

    @AfterEach
    void stop() {
        running.forEach(VireoProcess::close);
    }

    @Test
    void shouldCountAgainAndLoseNothingWhenADiskOfThreeIsLost() throws Exception {
        final Path cluster = dir.resolve("cluster");
        format(cluster, 3);
        final VireoProcess[] nodes = {node(cluster, 0), node(cluster, 1), node(cluster, 2)};
        for (final VireoProcess node : nodes) {
            node.awaitLine("to=NORMAL", GROUPS);
        }
        append(cluster, "before");
        refused(cluster, "replica " + LOST + " runs, at");
        nodes[LOST].kill();
        refused(cluster, "has data here");
        delete(cluster.resolve("replica-" + LOST).resolve("group-0"));
        refused(cluster, "move the directory of the replica away as a whole");
        delete(cluster.resolve("replica-" + LOST));
        try (VireoProcess empty = start(cluster, LOST)) {
            assertEquals(ExitCodes.OPERATOR, empty.exitCode(), empty.output());
        }
        final VireoProcess recover =
                run("recover", "--dir", cluster.toString(), "--replica", Integer.toString(LOST), "--json");
        assertEquals(
                "{\"replica\":1,\"groups\":" + GROUPS + ",\"running\":[0,2],\"needed\":2}",
                recover.output().strip());
        nodes[LOST] = node(cluster, LOST);
        nodes[LOST].awaitLine("event=voter-again", GROUPS);
        nodes[0].awaitLine("event=former-life-voided", GROUPS);
        nodes[0].kill();
        append(cluster, "after");
        final String digest = digest(cluster, 2);
        assertTrue(digest.contains(Integer.toString(2 * ENTRIES)), digest);
        assertEquals(digest, digest(cluster, LOST));
        final String status = VireoProcess.run("status", "--dir", cluster.toString(), "--json")
                .output();
        assertEquals(4, count(status, "\"voter\":true"), status);
        assertEquals(0, count(status, "\"voter\":false"), status);
    }

    @Test
    void shouldGoOnWithTheOtherReplicaWhenADiskOfTwoIsLost() throws Exception {
        final Path cluster = dir.resolve("pair");
        format(cluster, 2);
        final VireoProcess[] nodes = {node(cluster, 0), node(cluster, 1)};
        for (final VireoProcess node : nodes) {
            node.awaitLine("to=NORMAL", GROUPS);
        }
        append(cluster, "before");
        final String before = digest(cluster, 0);
        nodes[LOST].kill();
        delete(cluster.resolve("replica-" + LOST));
        run("recover", "--dir", cluster.toString(), "--replica", Integer.toString(LOST));
        nodes[LOST] = node(cluster, LOST);
        nodes[LOST].awaitLine("event=voter-again", GROUPS);
        assertEquals(before, digest(cluster, LOST));
        append(cluster, "after");
        assertEquals(digest(cluster, 0), digest(cluster, LOST));
    }

    @Test
    void shouldRefuseWhenSomebodyListensWhereTheReplicaWouldAndSaysNothing() throws Exception {
        final Path cluster = dir.resolve("mute");
        format(cluster, 3);
        delete(cluster.resolve("replica-" + LOST));
        final String file = Files.readString(cluster.resolve("cluster.toml"));
        final java.util.regex.Matcher port =
                java.util.regex.Pattern.compile("127\\.0\\.0\\.1:(\\d+)").matcher(file);
        for (int replica = 0; replica <= LOST; replica++) {
            assertTrue(port.find(), file);
        }
        try (ServerSocket mute =
                new ServerSocket(Integer.parseInt(port.group(1)), 1, InetAddress.getLoopbackAddress())) {
            refused(cluster, "somebody listens at 127.0.0.1:" + mute.getLocalPort());
        }
        run("recover", "--dir", cluster.toString(), "--replica", Integer.toString(LOST));
    }

    @Test
    void shouldRefuseWithAReasonWhenThereIsNobodyToLearnFrom() throws Exception {
        final Path cluster = dir.resolve("alone");
        format(cluster, 1);
        delete(cluster.resolve("replica-0"));
        final VireoProcess recover = VireoProcess.run("recover", "--dir", cluster.toString(), "--replica", "0");
        assertEquals(ExitCodes.OPERATOR, recover.exitCode(), recover.output());
        assertTrue(recover.output().contains("a cluster of one replica has no other copy"), recover.output());
    }

    private VireoProcess node(final Path cluster, final int replica) throws IOException {
        final VireoProcess node = start(cluster, replica);
        running.add(node);
        return node;
    }

    private static VireoProcess start(final Path cluster, final int replica) throws IOException {
        return VireoProcess.start(
                "node", "--replica", Integer.toString(replica), "--dir", cluster.toString(), "--stop-on-end-of-input");
    }

    private void append(final Path cluster, final String name) throws Exception {
        final StringBuilder lines = new StringBuilder();
        for (int i = 0; i < ENTRIES; i++) {
            lines.append(name).append(' ').append(i).append(" a line that is long enough to bring checkpoints about\n");
        }
        final Path input = Files.createDirectories(dir.resolve(cluster.getFileName() + "-" + name));
        Files.writeString(input.resolve("lines.txt"), lines);
        run("append", "--dir", cluster.toString(), "--from-files", input.toString());
    }

    private static String digest(final Path cluster, final int replica) throws Exception {
        return run(
                        "read",
                        "--dir",
                        cluster.toString(),
                        "--replica",
                        Integer.toString(replica),
                        "--at-least",
                        Integer.toString(ENTRIES),
                        "--all",
                        "--sha256")
                .output();
    }

    private static void refused(final Path cluster, final String reason) throws Exception {
        final VireoProcess recover =
                VireoProcess.run("recover", "--dir", cluster.toString(), "--replica", Integer.toString(LOST));
        assertEquals(ExitCodes.OPERATOR, recover.exitCode(), recover.output());
        assertTrue(recover.output().contains(reason), recover.output());
    }

    private static void format(final Path cluster, final int replicas) throws Exception {
        final List<String> addresses = new ArrayList<>();
        DevCommand.freeAddresses(1).forEach(shards -> addresses.add(shards.get(0)));
        run(
                "format",
                "--dir",
                cluster.toString(),
                "--addresses",
                String.join(",", addresses.subList(0, replicas)),
                "--state-machine",
                "log",
                "--set",
                "groups=" + GROUPS,
                "--set",
                "wal_bytes=512KiB",
                "--set",
                "prepare_size_max=64KiB",
                "--set",
                "segment_bytes=64KiB",
                "--replica",
                "all");
    }

    private static int count(final String text, final String part) {
        return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
    }

    private static void delete(final Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static VireoProcess run(final String... arguments) throws IOException, InterruptedException {
        final VireoProcess process = VireoProcess.run(arguments);
        assertEquals(ExitCodes.OK, process.exitCode(), process.output());
        return process;
    }
}
