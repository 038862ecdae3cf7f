package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster with a secret as real processes: replicas, shards, gateways and commands that know it work, all others are refused. */
class SecretIT {
    private static final String OTHER = "another secret than that of the file, of 32 bytes or more";

    @TempDir
    Path dir;

    private final List<VireoProcess> started = new ArrayList<>();

    @AfterEach
    void killAll() {
        started.forEach(VireoProcess::close);
    }

    @Test
    @Tag("X11")
    void shouldWorkForThoseWhoKnowTheSecretAndForNobodyElse() throws Exception {
        final String secret = format("log");
        start(Map.of(), "--replica", "0", "--shards", "2", "--shard", "0");
        start(Map.of(), "--replica", "0", "--shards", "2", "--shard", "1");
        start(Map.of(), "--replica", "1", "--shards", "2");
        for (final VireoProcess node : started) {
            node.awaitLine("event=opened");
        }
        final VireoProcess append = VireoProcess.run("append", "--dir", dir.toString(), "--namespace", "1", "hello");
        assertEquals(ExitCodes.OK, append.exitCode(), append.output());

        // Replica 2 dials the others, and is refused at every door.
        final Path without = withoutSecret();
        final VireoProcess stranger = startAt(without, Map.of("VIREO_SECRET", OTHER), "--replica", "2");
        stranger.awaitLine("the two sides have different secrets");
        started.get(0).awaitLine("reason=AUTHENTICATION");
        assertFalse(stranger.output().contains(OTHER), "the secret is in the log");
        final VireoProcess status = VireoProcess.start("status", "--dir", dir.toString(), "--json");
        assertEquals(ExitCodes.FAILED, status.exitCode(), "replica 2 has another secret:\n" + status.output());
        assertTrue(status.output().matches("(?s).*\"authentication\":[1-9].*"), status.output());
        assertTrue(status.output().contains("the two sides have different secrets"), status.output());

        final VireoProcess read = VireoProcess.run("read", "--cluster", without.toString(), "--all", "--timeout", "2");
        assertEquals(ExitCodes.FAILED, read.exitCode(), read.output());
        assertTrue(
                read.output().contains("asks for the secret of the cluster, and there is none here: set secret_file"),
                read.output());
        final VireoProcess wrong =
                VireoProcess.startWith(Map.of("VIREO_SECRET", OTHER), "status", "--cluster", without.toString());
        assertEquals(ExitCodes.FAILED, wrong.exitCode(), wrong.output());

        stranger.terminate();
        final VireoProcess joined = startAt(without, Map.of("VIREO_SECRET", secret), "--replica", "2", "--shards", "1");
        joined.awaitLine("to=NORMAL", 2);
        final VireoProcess last = VireoProcess.run(
                "read", "--dir", dir.toString(), "--all", "--namespace", "1", "--replica", "2", "--at-least", "1");
        assertEquals("hello", last.output());
        for (final VireoProcess each : started) {
            assertFalse(each.output().contains(secret), "the secret is in a log");
        }
        assertFalse(Files.readString(dir.resolve("replica-1/running.toml")).contains(secret));
    }

    @Test
    void shouldMakeNoSecretWhereTheEnvironmentHasOne() throws Exception {
        final VireoProcess format = VireoProcess.startWith(
                Map.of("VIREO_SECRET", OTHER), "format", "--dir", dir.toString(), "--addresses", "192.0.2.1:1");
        assertEquals(ExitCodes.OK, format.exitCode(), format.output());
        assertFalse(Files.exists(dir.resolve(SecretFile.NAME)));
        assertFalse(Files.readString(dir.resolve("cluster.toml")).contains("secret_file"), "both would be an error");
    }

    @Test
    void shouldServeClientsAtEveryNodeWhenGatewaysReachOtherNodesByTheSecret() throws Exception {
        format("stream");
        for (int replica = 0; replica < 3; replica++) {
            start(Map.of("VIREO_PASSWORD_ITERATIONS", "1000"), "--replica", Integer.toString(replica), "--shards", "1");
        }
        // The life of a node begins in the log of group 0, which two of the three reach over a connection only.
        for (final VireoProcess node : started) {
            node.awaitLine("event=clients-listening");
        }
    }

    /** A cluster of three with two groups and its secret in a file; returns what is in it. */
    private String format(final String stateMachine) throws Exception {
        final VireoProcess made =
                VireoProcess.run("secret", dir.resolve("cluster.secret").toString());
        assertEquals(ExitCodes.OK, made.exitCode(), made.output());
        final List<String> addresses = new ArrayList<>();
        DevCommand.freeAddresses(2).forEach(shards -> addresses.add(String.join("+", shards)));
        final List<String> arguments = new ArrayList<>(List.of(
                "format",
                "--dir",
                dir.toString(),
                "--addresses",
                String.join(",", addresses),
                "--state-machine",
                stateMachine,
                "--set",
                "groups=2",
                "--set",
                "wal_bytes=16MiB",
                "--set",
                "secret_file=cluster.secret",
                "--replica",
                "all"));
        if (stateMachine.equals("stream")) {
            arguments.addAll(List.of("--clients", "127.0.0.1:0,127.0.0.1:0,127.0.0.1:0"));
        }
        final VireoProcess format = VireoProcess.run(arguments.toArray(new String[0]));
        assertEquals(ExitCodes.OK, format.exitCode(), format.output());
        return Files.readString(dir.resolve("cluster.secret")).strip();
    }

    /** The same cluster file in the same directory, which names no secret. */
    private Path withoutSecret() throws Exception {
        final Path file = dir.resolve("without.toml");
        return Files.writeString(
                file, Files.readString(dir.resolve("cluster.toml")).replaceAll("secret_file.*\n", ""));
    }

    private VireoProcess start(final Map<String, String> variables, final String... more) throws Exception {
        return startAt(dir.resolve("cluster.toml"), variables, more);
    }

    private VireoProcess startAt(final Path cluster, final Map<String, String> variables, final String... more)
            throws Exception {
        final List<String> arguments = new ArrayList<>(List.of("node", "--cluster", cluster.toString()));
        arguments.addAll(Arrays.asList(more));
        final VireoProcess node = VireoProcess.startWith(variables, arguments.toArray(new String[0]));
        started.add(node);
        return node;
    }
}
