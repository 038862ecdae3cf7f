package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.node.client.ClusterAccess;
import io.vireo.node.ops.StatusClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/** Three processes that serve released clients of the protocol, at free ports; each may be killed and started again, by one thread at a time. */
final class StreamingCluster implements AutoCloseable {
    static final int REPLICAS = 3;
    static final String USER = "iggy";
    static final String PASSWORD = "iggy";
    static final int GROUPS = 4;

    private static final Map<String, String> VARIABLES = Map.of(
            "VIREO_ROOT_USERNAME",
            USER,
            "VIREO_ROOT_PASSWORD",
            PASSWORD,
            // Nobody guesses these, and the processes of tests run without the compiler that makes hashes quick.
            "VIREO_PASSWORD_ITERATIONS",
            "1000");

    /** Three processes start at a time, and more when others test on the machine. */
    private static final long START_MS = 120_000;

    private static final long CATCH_UP_MS = 60_000;
    private static final int STATUS_MS = 2_000;
    private static final long LOOK_MS = 10;

    private final Path dir;
    private final ClusterConfig config;
    private final AtomicReferenceArray<VireoProcess> nodes = new AtomicReferenceArray<>(REPLICAS);
    private final int[] ports = new int[REPLICAS];

    /** Formats and starts all, and waits until all serve clients. */
    StreamingCluster(final Path dir) throws IOException, InterruptedException {
        this.dir = dir;
        final List<List<String>> both = FreePorts.addresses(2, REPLICAS);
        final List<String> addresses = both.get(0);
        final List<String> clients = both.get(1);
        final VireoProcess format = VireoProcess.run(
                "format",
                "--dir",
                dir.toString(),
                "--addresses",
                String.join(",", addresses),
                "--clients",
                String.join(",", clients),
                "--state-machine",
                "stream",
                "--set",
                "groups=" + GROUPS,
                "--set",
                "wal_bytes=16MiB",
                "--replica",
                "all");
        assertEquals(ExitCodes.OK, format.exitCode(), format.output());
        config = ClusterFile.load(dir.resolve(ClusterFile.NAME));
        for (int replica = 0; replica < REPLICAS; replica++) {
            ports[replica] = Integer.parseInt(clients.get(replica).substring("127.0.0.1:".length()));
            start(replica);
        }
        for (int replica = 0; replica < REPLICAS; replica++) {
            awaitServing(replica);
        }
    }

    void start(final int replica) throws IOException {
        nodes.set(
                replica,
                VireoProcess.startWith(
                        VARIABLES,
                        "node",
                        "--replica",
                        Integer.toString(replica),
                        "--dir",
                        dir.toString(),
                        "--stop-on-end-of-input"));
    }

    /** Waits until clients are let in. */
    void awaitServing(final int replica) throws InterruptedException {
        nodes.get(replica).awaitLineWithin("event=clients-listening", START_MS);
    }

    /** Waits until it has found its data, of so many groups. */
    void awaitOpened(final int replica, final int groups) throws InterruptedException {
        nodes.get(replica).awaitLineWithin("event=opened", groups, START_MS);
    }

    /** Waits until it is in normal operation with all groups, and has applied in each what any replica had applied when this began. */
    void awaitCaughtUp(final int replica) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CATCH_UP_MS);
        final long[] wanted = new long[GROUPS];
        for (int other = 0; other < REPLICAS; other++) {
            final long[] applied = applied(other);
            for (int group = 0; group < GROUPS; group++) {
                wanted[group] = Math.max(wanted[group], applied[group]);
            }
        }
        while (true) {
            final long[] applied = applied(replica);
            if (IntStream.range(0, GROUPS).allMatch(group -> applied[group] >= wanted[group])) {
                return;
            }
            assertTrue(
                    System.nanoTime() - deadlineNs < 0,
                    () -> "replica " + replica + " has " + Arrays.toString(applied) + " of " + Arrays.toString(wanted)
                            + output());
            Thread.sleep(LOOK_MS);
        }
    }

    /** By group what a replica has applied, as its status says; -1 where it is not in normal operation. */
    private long[] applied(final int replica) {
        final long[] applied = new long[GROUPS];
        Arrays.fill(applied, -1);
        try {
            final Map<String, Object> status =
                    StatusClient.parse(new StatusClient(config, ClusterAccess.OPEN, STATUS_MS).ask(replica));
            for (final Object each : (List<?>) status.get("groups")) {
                final Map<?, ?> group = (Map<?, ?>) each;
                if ("NORMAL".equals(group.get("status"))) {
                    applied[((Long) group.get("group")).intValue()] = (Long) group.get("commitMin");
                }
            }
        } catch (final IOException e) {
            // It does not answer: nothing is known of it.
            return applied;
        }
        return applied;
    }

    ClusterConfig config() {
        return config;
    }

    /** Returns when it is gone. */
    void kill(final int replica) throws InterruptedException {
        nodes.get(replica).kill();
        nodes.get(replica).exitCode();
    }

    /** Where clients connect to a replica, on loopback. */
    int port(final int replica) {
        return ports[replica];
    }

    /** What the nodes have said since each was started. */
    String output() {
        final StringBuilder output = new StringBuilder();
        for (int replica = 0; replica < REPLICAS; replica++) {
            output.append("\n---- replica ")
                    .append(replica)
                    .append('\n')
                    .append(nodes.get(replica).output());
        }
        return output.toString();
    }

    @Override
    public void close() {
        for (int replica = 0; replica < REPLICAS; replica++) {
            if (nodes.get(replica) != null) {
                nodes.get(replica).close();
            }
        }
    }
}
