package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;

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

    private final Path dir;
    private final AtomicReferenceArray<VireoProcess> nodes = new AtomicReferenceArray<>(REPLICAS);
    private final int[] ports = new int[REPLICAS];

    /** Formats and starts all, and waits until all serve clients. */
    StreamingCluster(final Path dir) throws IOException, InterruptedException {
        this.dir = dir;
        final List<String> addresses = new ArrayList<>();
        DevCommand.freeAddresses(1).forEach(shards -> addresses.add(shards.get(0)));
        final List<String> clients = ClientPorts.choose(REPLICAS, 1);
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
        nodes.get(replica).awaitLine("event=clients-listening");
    }

    /** Waits until it has found its data, of so many groups. */
    void awaitOpened(final int replica, final int groups) throws InterruptedException {
        nodes.get(replica).awaitLine("event=opened", groups);
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
