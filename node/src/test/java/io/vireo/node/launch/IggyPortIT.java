package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes and a client of the protocol: any node serves it, also when the one that led is gone, and when that comes back. */
class IggyPortIT {
    private static final int REPLICAS = 3;
    private static final int INVALID_CREDENTIALS = 42;
    private static final Pattern NORMAL = Pattern.compile("event=status group=0 .*to=NORMAL view=(\\d+)");

    @TempDir
    Path dir;

    private final VireoProcess[] nodes = new VireoProcess[REPLICAS];
    private final String[] clients = new String[REPLICAS];

    @AfterEach
    void stop() {
        for (final VireoProcess node : nodes) {
            if (node != null) {
                node.close();
            }
        }
    }

    private void format(final int shards) throws Exception {
        final List<String> addresses = new ArrayList<>();
        DevCommand.freeAddresses(shards).forEach(ofReplica -> addresses.add(String.join("+", ofReplica)));
        final VireoProcess format = VireoProcess.run(
                "format",
                "--dir",
                dir.toString(),
                "--addresses",
                String.join(",", addresses),
                "--clients",
                "127.0.0.1:0,127.0.0.1:0,127.0.0.1:0",
                "--state-machine",
                "stream",
                "--set",
                "groups=3",
                "--set",
                "wal_bytes=16MiB",
                "--replica",
                "all");
        assertEquals(ExitCodes.OK, format.exitCode(), format.output());
    }

    private void start(final int replica, final int shards) throws IOException {
        nodes[replica] = VireoProcess.start(
                "node",
                "--dir",
                dir.toString(),
                "--replica",
                Integer.toString(replica),
                "--shards",
                Integer.toString(shards),
                "--set",
                "password_iterations=1000");
    }

    /** Where clients connect to the last shard of a node. */
    private String awaitClients(final int replica, final int shards) throws InterruptedException {
        final String line = nodes[replica].awaitLine("event=clients-listening shard=" + (shards - 1));
        clients[replica] = line.replaceFirst(".*address=(\\S+).*", "$1");
        return clients[replica];
    }

    /** Shown once, by the node that made the user. */
    private String rootPassword() {
        final List<String> shown = new ArrayList<>();
        for (final VireoProcess node : nodes) {
            shown.addAll(node.lines(line -> line.contains("event=root-user")));
        }
        assertEquals(1, shown.size(), shown.toString());
        return shown.get(0).replaceFirst(".*password=(\\S+).*", "$1");
    }

    private int primaryOfMetadata() {
        int view = 0;
        for (final VireoProcess node : nodes) {
            for (final String line : node.lines(each -> NORMAL.matcher(each).find())) {
                final Matcher matcher = NORMAL.matcher(line);
                if (matcher.find()) {
                    view = Math.max(view, Integer.parseInt(matcher.group(1)));
                }
            }
        }
        return view % REPLICAS;
    }

    @Test
    void shouldServeClientsAtAnyNodeWhenTheOneThatLedIsKilled() throws Exception {
        format(1);
        for (int replica = 0; replica < REPLICAS; replica++) {
            start(replica, 1);
        }
        for (int replica = 0; replica < REPLICAS; replica++) {
            awaitClients(replica, 1);
        }
        final String password = rootPassword();
        final int killed = primaryOfMetadata();
        final int first = (killed + 1) % REPLICAS;
        final int second = (killed + 2) % REPLICAS;
        final VireoProcess status = VireoProcess.run("status", "--dir", dir.toString(), "--json");
        assertTrue(
                status.output().contains("\"clients\":{\"address\":\"" + clients[first] + "\",\"serving\":true"),
                status.output());
        assertTrue(Files.readString(dir.resolve("replica-" + first).resolve("running.toml"))
                .contains("\n# clients of shard 0 connect to " + clients[first] + "\n"));
        try (LegacyClient producer = new LegacyClient(clients[first])) {
            assertEquals(INVALID_CREDENTIALS, producer.login("iggy", password + "x"));
            assertEquals(0, producer.login("iggy", password));
            assertEquals(0, producer.createStream("orders"));
            assertEquals(0, producer.createTopic("orders", "events", 2));
            assertEquals(0, producer.send("orders", "events", 0, List.of("a", "b")));
            assertEquals(0, producer.send("orders", "events", 1, List.of("c")));
            assertPolled(killed, password, 0, List.of("a", "b"));

            nodes[killed].kill();
            assertEquals(0, producer.send("orders", "events", 0, List.of("d")), "the same connection goes on");
            assertEquals(0, producer.createStream("later"));
            assertPolled(second, password, 0, List.of("a", "b", "d"));
            assertPolled(second, password, 1, List.of("c"));

            start(killed, 1);
            awaitClients(killed, 1);
            assertPolled(killed, password, 0, List.of("a", "b", "d"));
        }
        for (final VireoProcess node : nodes) {
            node.terminate();
            assertEquals(128 + 15, node.exitCode(), node.output());
            assertFalse(node.output().contains("event=failed"), node.output());
        }
    }

    @Test
    void shouldServeClientsAtEveryShardWhenAProcessRunsSeveral() throws Exception {
        format(2);
        for (int replica = 0; replica < REPLICAS; replica++) {
            start(replica, 2);
        }
        for (int replica = 0; replica < REPLICAS; replica++) {
            awaitClients(replica, 2);
        }
        final String password = rootPassword();
        try (LegacyClient producer = new LegacyClient(clients[0])) {
            assertEquals(0, producer.login("iggy", password));
            assertEquals(0, producer.createStream("orders"));
            assertEquals(0, producer.createTopic("orders", "events", 4));
            for (int partition = 0; partition < 4; partition++) {
                assertEquals(0, producer.send("orders", "events", partition, List.of("p" + partition)));
            }
        }
        for (int partition = 0; partition < 4; partition++) {
            assertPolled(partition % REPLICAS, password, partition, List.of("p" + partition));
        }
    }

    @Test
    void shouldKeepHouseWhenTheNodeThatLeadsHasNoPort() throws Exception {
        format(1);
        final Path file = dir.resolve(ClusterFile.NAME);
        // Only the last replica has a port; in the first view the first one leads the metadata.
        final String text = Files.readString(file);
        final int last = text.lastIndexOf("clients = ");
        Files.writeString(file, text.substring(0, last).replaceAll("clients = .*\n", "") + text.substring(last));
        for (int replica = 0; replica < REPLICAS; replica++) {
            start(replica, 1);
        }
        awaitClients(REPLICAS - 1, 1);
        final String password = rootPassword();
        final Path kept = dir.resolve("replica-" + (REPLICAS - 1)).resolve(RootPasswordFile.NAME);
        assertEquals(password + "\n", Files.readString(kept));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)));
        try (LegacyClient client = new LegacyClient(clients[REPLICAS - 1])) {
            assertEquals(0, client.login("iggy", password));
            assertEquals(0, client.createStream("orders"));
            assertEquals(0, client.createTopic("orders", "events", 2));
            assertEquals(0, client.send("orders", "events", 0, List.of("a")));
            // It is answered when the data is dropped, which whoever keeps house sees to.
            assertEquals(0, client.purgeTopic("orders", "events"));
            assertEquals(List.of(), client.poll("orders", "events", 0, 0));
        }
    }

    @Test
    void shouldSayThatThereAreNoClientsWhenTheClusterFileNamesNoAddress() throws Exception {
        format(1);
        final Path file = dir.resolve(ClusterFile.NAME);
        Files.writeString(file, Files.readString(file).replaceAll("clients = .*\n", ""));
        start(0, 1);
        final String line = nodes[0].awaitLine("event=no-clients");
        assertTrue(line.contains("in the cluster file has no clients"), line);
    }

    private void assertPolled(
            final int replica, final String password, final int partition, final List<String> messages)
            throws IOException {
        try (LegacyClient consumer = new LegacyClient(clients[replica])) {
            assertEquals(0, consumer.login("iggy", password));
            assertEquals(messages, consumer.poll("orders", "events", partition, 0));
        }
    }
}
