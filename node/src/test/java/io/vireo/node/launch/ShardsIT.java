package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replicas that run their groups in different shards, as threads and as processes: they are one cluster, the number of shards changes at a
 * restart, and nothing is lost.
 */
class ShardsIT {
    private static final int GROUPS = 4;
    private static final int LINES = 500;

    @TempDir
    Path dir;

    private final List<VireoProcess> started = new ArrayList<>();
    private final MessageDigest[] expected = new MessageDigest[GROUPS];
    private int appended;

    @AfterEach
    void killAll() {
        started.forEach(VireoProcess::close);
    }

    @Test
    @Timeout(400)
    void shouldLoseNothingWhenReplicasRunDifferentShardsAndChangeThem() throws Exception {
        // Nobody runs as many shards as there are addresses: everybody has to be told, the clients too.
        format(3, "127.0.0.1:P+127.0.0.1:P+127.0.0.1:P");
        final VireoProcess evens = node(2, "--replica", "0", "--shards", "2", "--shard", "0");
        VireoProcess odds = node(2, "--replica", "0", "--shards", "2", "--shard", "1");
        node(4, "--replica", "1", "--shards", "2");
        VireoProcess changing = node(4, "--replica", "2", "--shards", "1");
        append();
        assertStatus();
        assertRefused(
                "another process works in " + dir.resolve("replica-0/group-0"), "--replica", "0", "--shards", "2");
        // Shard 1 of three would have group 1 alone, which the process of the even groups does not host.
        assertRefused(
                " runs 2 shards in " + dir.resolve("replica-0") + ", and this one was told 3",
                "--replica",
                "0",
                "--shards",
                "3",
                "--shard",
                "1");
        assertRefused("shard = 2: replica 0 runs 2 shards, 0 to 1", "--replica", "0", "--shards", "2", "--shard", "2");

        changing.terminate();
        changing = node(4, "--replica", "2", "--shards", "3");
        append();
        assertReturned(2);

        odds.kill();
        changing.terminate();
        node(4, "--replica", "2", "--shards", "1");
        // Groups 1 and 3 have two replicas left, and two that run them in shards that do not fit each other.
        append();
        assertReturned(2);
        assertTrue(evens.isAlive());
        odds = node(2, "--replica", "0", "--shards", "2", "--shard", "1");
        evens.terminate();
        odds.terminate();
        node(4, "--replica", "0", "--shards", "1");
        append();
        for (int replica = 0; replica < 3; replica++) {
            assertReturned(replica);
        }
        assertTrue(Files.exists(dir.resolve("replica-0/running.toml")));
        assertFalse(Files.exists(dir.resolve("replica-0/running-shard-0.toml")), "of the start before");
    }

    @Test
    @Timeout(120)
    void shouldHandOverToTheRightShardWhenClientKnowsOnlyOneDoor() throws Exception {
        format(1, "127.0.0.1:P+127.0.0.1:P");
        node(4, "--replica", "0", "--shards", "2");
        final String whole = Files.readString(dir.resolve("cluster.toml"));
        final Path oneDoor = dir.resolve("one-door.toml");
        Files.writeString(oneDoor, whole.replaceAll("(shards = \\[\"[^\"]*\").*]", "$1]"));
        final VireoProcess append =
                VireoProcess.run("append", "--cluster", oneDoor.toString(), "--namespace", "1", "first", "second");
        assertEquals(ExitCodes.OK, append.exitCode(), append.output());
        final VireoProcess read =
                VireoProcess.run("read", "--cluster", oneDoor.toString(), "--namespace", "1", "--all");
        assertEquals("first\nsecond", read.output());
        final VireoProcess status = VireoProcess.run("status", "--dir", dir.toString(), "--json");
        assertTrue(status.output().matches("(?s).*\"handover\":\\{\"requests\":[1-9].*"), status.output());
        assertTrue(
                status.output().matches("(?s).*\"handover\":\\{\"requests\":0,\"answers\":[1-9].*"), status.output());
    }

    private void format(final int replicas, final String addressesOfOne) throws Exception {
        final List<String> addresses = new ArrayList<>();
        final List<ServerSocket> taken = new ArrayList<>();
        for (int replica = 0; replica < replicas; replica++) {
            String ofReplica = addressesOfOne;
            while (ofReplica.contains("P")) {
                taken.add(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
                ofReplica = ofReplica.replaceFirst(
                        "P", Integer.toString(taken.get(taken.size() - 1).getLocalPort()));
            }
            addresses.add(ofReplica);
        }
        for (final ServerSocket socket : taken) {
            socket.close();
        }
        final VireoProcess format = VireoProcess.run(
                "format",
                "--dir",
                dir.toString(),
                "--state-machine",
                "log",
                "--addresses",
                String.join(",", addresses),
                "--set",
                "groups=" + GROUPS,
                "--set",
                "wal_bytes=16MiB",
                "--replica",
                "all");
        assertEquals(ExitCodes.OK, format.exitCode(), format.output());
        for (int namespace = 0; namespace < GROUPS; namespace++) {
            expected[namespace] = MessageDigest.getInstance("SHA-256");
        }
    }

    /** Starts a process and waits until it has opened so many groups. */
    private VireoProcess node(final int groups, final String... more) throws Exception {
        final List<String> arguments = new ArrayList<>(List.of("node", "--dir", dir.toString()));
        arguments.addAll(Arrays.asList(more));
        final VireoProcess node = VireoProcess.start(arguments.toArray(new String[0]));
        started.add(node);
        node.awaitLine("event=opened", groups);
        return node;
    }

    private void assertRefused(final String text, final String... more) throws Exception {
        final List<String> arguments = new ArrayList<>(List.of("node", "--dir", dir.toString()));
        arguments.addAll(Arrays.asList(more));
        final VireoProcess node = VireoProcess.start(arguments.toArray(new String[0]));
        started.add(node);
        assertEquals(ExitCodes.OPERATOR, node.exitCode(), node.output());
        assertTrue(node.output().contains(text), node.output());
        assertFalse(node.output().contains("\tat "), node.output());
    }

    /** A file of lines to each of four namespaces, which lie in the four groups. */
    private void append() throws Exception {
        final Path input = Files.createDirectory(dir.resolve("input-" + appended));
        for (int namespace = 0; namespace < GROUPS; namespace++) {
            final StringBuilder lines = new StringBuilder();
            for (int i = 0; i < LINES; i++) {
                lines.append("namespace ")
                        .append(namespace)
                        .append(" line ")
                        .append(appended + i)
                        .append('\n');
            }
            expected[namespace].update(lines.toString().getBytes(StandardCharsets.UTF_8));
            Files.writeString(input.resolve("file-" + namespace), lines);
        }
        appended += LINES;
        final VireoProcess append =
                VireoProcess.run("append", "--dir", dir.toString(), "--from-files", input.toString(), "--clients", "4");
        assertEquals(ExitCodes.OK, append.exitCode(), append.output());
        assertTrue(append.output().contains("acknowledged=" + GROUPS * LINES), append.output());
    }

    private void assertReturned(final int replica) throws Exception {
        for (int namespace = 0; namespace < GROUPS; namespace++) {
            final VireoProcess read = VireoProcess.run(
                    "read",
                    "--dir",
                    dir.toString(),
                    "--all",
                    "--namespace",
                    Integer.toString(namespace),
                    "--replica",
                    Integer.toString(replica),
                    "--at-least",
                    Integer.toString(appended),
                    "--sha256");
            assertEquals(ExitCodes.OK, read.exitCode(), read.output());
            final MessageDigest soFar = (MessageDigest) expected[namespace].clone();
            assertTrue(
                    read.output().contains(HexFormat.of().formatHex(soFar.digest())),
                    "replica " + replica + ", namespace " + namespace + ": " + read.output());
        }
    }

    private void assertStatus() throws Exception {
        final VireoProcess status = VireoProcess.run("status", "--dir", dir.toString());
        assertEquals(ExitCodes.OK, status.exitCode(), status.output());
        for (int replica = 0; replica < 3; replica++) {
            for (int group = 0; group < GROUPS; group++) {
                final String shard = replica == 2 ? "0 of 1" : group % 2 + " of 2";
                assertTrue(
                        status.output()
                                .matches("(?s).*\n" + replica + " +" + group + " +[a-z]+ +NORMAL [^\n]*  " + shard
                                        + "  .*"),
                        "replica " + replica + ", group " + group + ", shard " + shard + " in\n" + status.output());
            }
        }
        assertTrue(
                Files.readString(dir.resolve("replica-0/running-shard-1.toml")).contains("# groups 1 3\n"));
        assertTrue(Files.readString(dir.resolve("replica-1/running.toml")).contains("# groups 0 1 2 3\n"));
        assertFalse(Files.exists(dir.resolve("replica-0/running.toml")));
    }
}
