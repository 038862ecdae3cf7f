package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.tls.TestCertificates;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iggy.client.blocking.tcp.IggyTcpClient;
import org.apache.iggy.consumergroup.Consumer;
import org.apache.iggy.identifier.StreamId;
import org.apache.iggy.identifier.TopicId;
import org.apache.iggy.message.Message;
import org.apache.iggy.message.Partitioning;
import org.apache.iggy.message.PollingStrategy;
import org.apache.iggy.topic.CompressionAlgorithm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clusters of processes by TLS: released clients and our own commands work by it, and who is without, or trusts others, is told so. */
class TlsIT {
    private static final Map<String, String> VARIABLES =
            Map.of("VIREO_ROOT_USERNAME", "iggy", "VIREO_ROOT_PASSWORD", "iggy", "VIREO_PASSWORD_ITERATIONS", "1000");

    @TempDir
    Path dir;

    private final List<VireoProcess> started = new ArrayList<>();

    @AfterEach
    void killAll() {
        started.forEach(VireoProcess::close);
    }

    @Test
    void shouldServeReleasedClientsAndCommandsByTls() throws Exception {
        format("stream");
        for (int replica = 0; replica < 3; replica++) {
            node(Integer.toString(replica));
        }
        for (final VireoProcess node : started) {
            node.awaitLine("event=tls replicas=true clients=true");
            node.awaitLine("event=clients-listening");
            assertFalse(node.output().contains("event=plain-text"), node.output());
        }
        final byte[] large = "x".repeat(200_000).getBytes(StandardCharsets.US_ASCII);
        try (Closing client = new Closing(sdk(port(started.get(0))))) {
            client.sdk.streams().createStream("shop");
            client.sdk
                    .topics()
                    .createTopic(
                            StreamId.of("shop"),
                            2L,
                            CompressionAlgorithm.None,
                            BigInteger.ZERO,
                            BigInteger.ZERO,
                            Optional.empty(),
                            "orders");
            for (int i = 0; i < 20; i++) {
                client.sdk
                        .messages()
                        .sendMessages(
                                StreamId.of("shop"),
                                TopicId.of("orders"),
                                Partitioning.partitionId(0L),
                                List.of(
                                        Message.of("order " + i),
                                        Message.of(new String(large, StandardCharsets.US_ASCII))));
            }
        }
        try (Closing client = new Closing(sdk(port(started.get(2))))) {
            final var polled = client.sdk
                    .messages()
                    .pollMessages(
                            StreamId.of("shop"),
                            TopicId.of("orders"),
                            Optional.of(0L),
                            Consumer.of(1L),
                            PollingStrategy.offset(BigInteger.ZERO),
                            4L,
                            false);
            assertEquals(4, polled.messages().size());
            assertEquals("order 0", new String(polled.messages().get(0).payload(), StandardCharsets.UTF_8));
            assertEquals(large.length, polled.messages().get(3).payload().length);
        }
        // Our own commands: what the cluster file says, what is told by hand, and what is forgotten.
        final VireoProcess produced =
                run("produce", "shop", "orders", "--partition", "1", "hello", "--dir", dir.toString());
        assertEquals(ExitCodes.OK, produced.exitCode(), produced.output());
        final String server = "127.0.0.1:" + port(started.get(1));
        final VireoProcess listed = run(
                "topic",
                "list",
                "shop",
                "--server",
                server,
                "--tls-ca",
                dir.resolve("ca.pem").toString());
        assertEquals(ExitCodes.OK, listed.exitCode(), listed.output());
        final VireoProcess plain = run("topic", "list", "shop", "--server", server, "--timeout", "1");
        assertEquals(ExitCodes.FAILED, plain.exitCode(), plain.output());
        assertTrue(plain.output().contains("answers by TLS: set tls.clients = \"on\" here as there"), plain.output());
        assertEquals(1, plain.output().strip().lines().count(), "one line, and no stack trace:\n" + plain.output());
        started.get(1).awaitLine("reason=TLS text=\"the other side speaks without TLS");
        final VireoProcess status = run("status", "--dir", dir.toString());
        assertEquals(ExitCodes.OK, status.exitCode(), status.output());
    }

    @Test
    void shouldJoinByTlsAloneAndTellWhoIsWithoutOrTrustsOthers() throws Exception {
        format("log");
        node("0");
        node("1");
        final VireoProcess append = run("append", "--dir", dir.toString(), "hello");
        assertEquals(ExitCodes.OK, append.exitCode(), append.output());

        // A command and a replica that were not told.
        final Path without = Files.writeString(
                dir.resolve("without.toml"),
                Files.readString(dir.resolve("cluster.toml")).replaceAll("tls\\..*\n", ""));
        final VireoProcess read = run("read", "--cluster", without.toString(), "--all");
        assertEquals(ExitCodes.FAILED, read.exitCode(), read.output());
        assertTrue(read.output().contains("answers by TLS: set tls.replicas = \"on\""), read.output());
        final VireoProcess plain = nodeAt(without, "2");
        plain.awaitLine("reason=TLS text=\"answers by TLS: set tls.replicas");
        started.get(0).awaitLine("reason=TLS text=\"the other side speaks without TLS");
        plain.terminate();

        // One of another CA.
        final TestCertificates other = new TestCertificates("another CA");
        Files.writeString(dir.resolve("other-ca.pem"), other.certificate());
        other.certify("node", "127.0.0.1").write(dir, "other");
        final Path foreign = Files.writeString(
                dir.resolve("foreign.toml"),
                Files.readString(dir.resolve("cluster.toml"))
                        .replace("ca.pem", "other-ca.pem")
                        .replace("node.pem", "other.pem")
                        .replace("node.key", "other.key"));
        final VireoProcess stranger = nodeAt(foreign, "2");
        stranger.awaitLine("the certificate of the other side is of a CA that is not trusted here (tls.ca_file = ");
        assertFalse(stranger.output().contains("\tat "), stranger.output());
        stranger.terminate();
        final VireoProcess asked = run("status", "--cluster", foreign.toString(), "--json");
        assertTrue(asked.output().contains("is of a CA that is not trusted here"), asked.output());

        final VireoProcess joined = node("2");
        joined.awaitLine("to=NORMAL");
        final VireoProcess last = run("read", "--dir", dir.toString(), "--all", "--replica", "2", "--at-least", "1");
        assertEquals("hello", last.output());
    }

    @Test
    void shouldEndWithOneLineWhenAFileIsWrong() throws Exception {
        format("log");
        Files.delete(dir.resolve("node.pem"));
        final VireoProcess node = VireoProcess.start(
                "node", "--cluster", dir.resolve("cluster.toml").toString(), "--replica", "0");
        started.add(node);
        assertEquals(ExitCodes.OPERATOR, node.exitCode(), node.output());
        final String said = "vireo: tls.certificate_file: " + dir.resolve("node.pem") + " does not exist (from "
                + dir.resolve("cluster.toml") + " line";
        assertTrue(node.output().contains(said), node.output());
        assertFalse(node.output().contains("\tat "), node.output());
    }

    private record Closing(IggyTcpClient sdk) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            sdk.close();
        }
    }

    private IggyTcpClient sdk(final int port) {
        return IggyTcpClient.builder()
                .host("127.0.0.1")
                .port(port)
                .enableTls()
                .tlsCertificate(dir.resolve("ca.pem").toFile())
                .credentials("iggy", "iggy")
                .requestTimeout(Duration.ofSeconds(30))
                .buildAndLogin();
    }

    private static int port(final VireoProcess node) throws InterruptedException {
        final String line = node.awaitLine("event=clients-listening");
        return Integer.parseInt(line.replaceFirst(".*address=[^ ]*:([0-9]+).*", "$1"));
    }

    private void format(final String stateMachine) throws Exception {
        Files.writeString(dir.resolve("ca.pem"), newCa(), StandardCharsets.US_ASCII);
        final List<String> addresses = new ArrayList<>();
        DevCommand.freeAddresses(1).forEach(shards -> addresses.add(String.join("+", shards)));
        final List<String> arguments = new ArrayList<>(List.of(
                "format",
                "--dir",
                dir.toString(),
                "--addresses",
                String.join(",", addresses),
                "--state-machine",
                stateMachine,
                "--set",
                "groups=1",
                "--set",
                "wal_bytes=16MiB",
                "--set",
                "tls.replicas=on",
                "--set",
                "tls.ca_file=ca.pem",
                "--set",
                "tls.certificate_file=node.pem",
                "--set",
                "tls.key_file=node.key",
                "--replica",
                "all"));
        if (stateMachine.equals("stream")) {
            arguments.addAll(List.of("--set", "tls.clients=on", "--clients", "127.0.0.1:0,127.0.0.1:0,127.0.0.1:0"));
        }
        final VireoProcess format = VireoProcess.run(arguments.toArray(new String[0]));
        assertEquals(ExitCodes.OK, format.exitCode(), format.output());
    }

    /** Of a CA of this test, which has certified this machine. */
    private String newCa() throws IOException {
        final TestCertificates authority = new TestCertificates("CA of the cluster");
        authority.certify("node", "127.0.0.1", "localhost").write(dir, "node");
        return authority.certificate();
    }

    private static VireoProcess run(final String... arguments) throws Exception {
        final VireoProcess command = VireoProcess.startWith(VARIABLES, arguments);
        command.exitCode();
        return command;
    }

    private VireoProcess node(final String replica) throws Exception {
        return nodeAt(dir.resolve("cluster.toml"), replica);
    }

    private VireoProcess nodeAt(final Path cluster, final String replica) throws Exception {
        final VireoProcess node = VireoProcess.startWith(
                VARIABLES, "node", "--cluster", cluster.toString(), "--replica", replica, "--stop-on-end-of-input");
        started.add(node);
        node.awaitLine("event=opened");
        return node;
    }
}
