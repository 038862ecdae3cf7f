package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes, each a process, whose disk is taken away, and the command that brings their replica back. The commands run in this JVM; what
 * {@code vireo recover} refuses without a node is tested in {@code RecoverCommandTest}.
 */
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
        end(nodes[LOST]);
        delete(cluster.resolve("replica-" + LOST));
        try (VireoProcess empty = start(cluster, LOST)) {
            assertEquals(ExitCodes.OPERATOR, empty.exitCode(), empty.output());
        }
        assertEquals(
                "{\"replica\":1,\"groups\":" + GROUPS + ",\"running\":[0,2],\"needed\":2}",
                run("recover", "--dir", cluster.toString(), "--replica", Integer.toString(LOST), "--json")
                        .strip());
        nodes[LOST] = node(cluster, LOST);
        nodes[LOST].awaitLine("event=voter-again", GROUPS);
        nodes[0].awaitLine("event=former-life-voided", GROUPS);
        end(nodes[0]);
        append(cluster, "after");
        final String digest = digest(cluster, 2, 2 * ENTRIES);
        assertTrue(digest.contains(Integer.toString(2 * ENTRIES)), digest);
        assertEquals(digest, digest(cluster, LOST, 2 * ENTRIES));
        final String status = execute(ExitCodes.FAILED, "status", "--dir", cluster.toString(), "--json");
        assertEquals(4, count(status, "\"voter\":true"), status);
        assertEquals(0, count(status, "\"voter\":false"), status);
        assertEquals(4, count(status, "\"ready\":true,\"readiness\":\"READY\""), status);
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
        final String before = digest(cluster, 0, ENTRIES);
        end(nodes[LOST]);
        delete(cluster.resolve("replica-" + LOST));
        final VireoProcess recovery = VireoProcess.start(
                "recover", "--dir", cluster.toString(), "--replica", Integer.toString(LOST), "--wait");
        running.add(recovery);
        recovery.awaitLine("replica 1: does not answer");
        nodes[LOST] = node(cluster, LOST);
        nodes[LOST].awaitLine("event=voter-again", GROUPS);
        nodes[LOST].awaitLine(
                line -> line.contains("event=fetching-ended") && line.contains("complete=true"), 1, "complete");
        assertEquals(ExitCodes.OK, recovery.exitCode(), recovery.output());
        recovery.awaitLine("replica 1: 2 of 2 groups ready");
        recovery.awaitLine("replica 1 is ready");
        assertEquals(before, digest(cluster, LOST, ENTRIES));
        append(cluster, "after");
        assertEquals(digest(cluster, 0, 2 * ENTRIES), digest(cluster, LOST, 2 * ENTRIES));
    }

    @Test
    @Tag("X18")
    void shouldStopWithinASecondWhileFilesAreFetchedAndGoOnWithThem() throws Exception {
        final Path cluster = dir.resolve("slow");
        format(cluster, 3);
        final VireoProcess[] nodes = {node(cluster, 0), node(cluster, 1), node(cluster, 2)};
        for (final VireoProcess node : nodes) {
            node.awaitLine("to=NORMAL", GROUPS);
        }
        append(cluster, "before");
        end(nodes[LOST]);
        delete(cluster.resolve("replica-" + LOST));
        run("recover", "--dir", cluster.toString(), "--replica", Integer.toString(LOST));
        nodes[LOST] = slowNode(cluster, LOST);
        nodes[LOST].awaitLine("stage=FILES");
        assertStops(nodes[LOST]);
        nodes[LOST] = slowNode(cluster, LOST);
        nodes[LOST].awaitLine("stage=FILES");
        assertStops(nodes[0]);
        end(nodes[LOST]);
        nodes[0] = node(cluster, 0);
        nodes[LOST] = node(cluster, LOST);
        nodes[LOST].awaitLine("complete=true");
        assertEquals(digest(cluster, 2, ENTRIES), digest(cluster, LOST, ENTRIES));
    }

    private static void assertStops(final VireoProcess node) throws InterruptedException {
        final long millis = node.terminate();
        node.awaitLine("event=stopped");
        assertTrue(millis < 1_000, "stopping took " + millis + " ms");
    }

    /** One that takes some seconds for its files. */
    private VireoProcess slowNode(final Path cluster, final int replica) throws IOException {
        final VireoProcess node = start(cluster, replica, "--set", "transfer_bytes_per_second=65536");
        running.add(node);
        return node;
    }

    private VireoProcess node(final Path cluster, final int replica) throws IOException {
        final VireoProcess node = start(cluster, replica);
        running.add(node);
        return node;
    }

    private static VireoProcess start(final Path cluster, final int replica, final String... more) throws IOException {
        final List<String> arguments = new ArrayList<>(List.of(
                "node", "--replica", Integer.toString(replica), "--dir", cluster.toString(), "--stop-on-end-of-input"));
        arguments.addAll(List.of(more));
        return VireoProcess.start(arguments.toArray(String[]::new));
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

    /** What a replica has, once that is so much. */
    private static String digest(final Path cluster, final int replica, final int entries) {
        return run(
                "read",
                "--dir",
                cluster.toString(),
                "--replica",
                Integer.toString(replica),
                "--at-least",
                Integer.toString(entries),
                "--all",
                "--sha256");
    }

    private static void refused(final Path cluster, final String reason) {
        final String output = execute(
                ExitCodes.OPERATOR, "recover", "--dir", cluster.toString(), "--replica", Integer.toString(LOST));
        assertTrue(output.contains(reason), output);
    }

    private static void format(final Path cluster, final int replicas) {
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

    /** SIGKILL, and nothing listens there any more. */
    private static void end(final VireoProcess node) throws InterruptedException {
        node.kill();
        node.exitCode();
    }

    private static String run(final String... arguments) {
        return execute(ExitCodes.OK, arguments);
    }

    /** What a command of this JVM says, on both outputs. */
    private static String execute(final int exitCode, final String... arguments) {
        final StringWriter output = new StringWriter();
        final PrintWriter writer = new PrintWriter(output, true);
        assertEquals(
                exitCode, VireoMain.commandLine().setOut(writer).setErr(writer).execute(arguments), output::toString);
        return output.toString();
    }
}
