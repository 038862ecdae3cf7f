package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.ops.StatusClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VireoMainTest {
    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldShowUsageWhenCommandIsMissingOrUnknown() {
        assertEquals(ExitCodes.OPERATOR, run());
        assertTrue(err.toString().contains("name a command"), err.toString());
        assertEquals(ExitCodes.OPERATOR, run("frobnicate"));
        assertEquals(ExitCodes.OK, run("help"));
        assertTrue(out.toString().contains("status"), out.toString());
        assertEquals(ExitCodes.OK, run("--version"));
    }

    @Test
    void shouldNameTheMistakeInOneLineWhenOperatorErred() {
        assertEquals(ExitCodes.OPERATOR, run("node", "--dir", dir.toString()));
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertTrue(
                err.toString().startsWith("vireo: there is no cluster file " + dir.resolve("cluster.toml")),
                err.toString());
    }

    @Test
    void shouldPrintEffectiveConfigurationWhenAsked() throws IOException {
        assertEquals(
                ExitCodes.OK,
                run("format", "--dir", dir.toString(), "--addresses", "127.0.0.1:1", "--set", "wal_bytes=16MiB"));
        assertEquals(
                ExitCodes.OK,
                run("node", "--dir", dir.toString(), "--replica", "0", "--listen", "127.0.0.1:0", "--print-config"));
        assertTrue(
                out.toString().contains("wal_bytes = 16777216 # " + dir.resolve("cluster.toml") + " line "),
                out.toString());
        assertTrue(out.toString().contains("listen = \"127.0.0.1:0\" # flag --listen"), out.toString());
        assertFalse(Files.exists(dir.resolve("replica-0")));
    }

    @Test
    void shouldMakeNothingWhenTheRingIsTooSmallForItsCheckpoints() {
        assertEquals(
                ExitCodes.OPERATOR,
                run("format", "--dir", dir.toString(), "--addresses", "127.0.0.1:1", "--set", "wal_bytes=8MiB"));
        assertTrue(
                err.toString()
                        .contains("wal_bytes = 8388608: three quarters of it must hold three prepares of"
                                + " prepare_size_max = 2097152, so it must be at least 8536064"),
                err.toString());
        assertFalse(Files.exists(dir.resolve("cluster.toml")));
    }

    @Test
    void shouldRefuseWhenClusterFileExistsOrSettingIsOfANode() throws IOException {
        assertEquals(ExitCodes.OK, run("format", "--dir", dir.toString(), "--addresses", "127.0.0.1:1"));
        final String before = Files.readString(dir.resolve("cluster.toml"));
        assertEquals(ExitCodes.OPERATOR, run("format", "--dir", dir.toString(), "--addresses", "127.0.0.1:2"));
        assertEquals(ExitCodes.OPERATOR, run("format", "--dir", dir.toString(), "--set", "groups=2"));
        assertEquals(ExitCodes.OPERATOR, run("format", "--dir", dir.toString(), "--replica", "1"));
        assertTrue(err.toString().contains("--replica 1: the cluster has replicas 0 to 0"), err.toString());
        assertEquals(
                ExitCodes.OPERATOR,
                run("format", "--dir", dir.resolve("x").toString(), "--addresses", "a:1", "--set", "idle=spin"));
        assertEquals(before, Files.readString(dir.resolve("cluster.toml")));
    }

    @Test
    void shouldRecordTheStateMachineWhenAClusterIsMade() throws IOException {
        final Path log = dir.resolve("log");
        assertEquals(
                ExitCodes.OK,
                run("format", "--dir", log.toString(), "--addresses", "127.0.0.1:1", "--state-machine", "log"));
        assertTrue(
                Files.readString(log.resolve("cluster.toml")).contains("state_machine = \"log\"\n"),
                Files.readString(log.resolve("cluster.toml")));
        final Path stream = dir.resolve("stream");
        assertEquals(
                ExitCodes.OK,
                run("format", "--dir", stream.toString(), "--addresses", "127.0.0.1:1"),
                "what is replicated when nothing is said");
        assertTrue(
                Files.readString(stream.resolve("cluster.toml")).contains("state_machine = \"stream\"\n"),
                Files.readString(stream.resolve("cluster.toml")));
        final Path said = dir.resolve("said");
        assertEquals(
                ExitCodes.OK,
                run("format", "--dir", said.toString(), "--addresses", "127.0.0.1:1", "--state-machine", "stream"));
        assertTrue(
                Files.readString(said.resolve("cluster.toml")).contains("state_machine = \"stream\"\n"),
                Files.readString(said.resolve("cluster.toml")));
        refused(
                "--state-machine log: the cluster of " + stream.resolve("cluster.toml")
                        + " has state_machine = \"stream\", which was chosen when it was made and cannot be changed",
                "format",
                "--dir",
                stream.toString(),
                "--replica",
                "0",
                "--state-machine",
                "log");
        refused(
                "state_machine = queue: must be one of log, stream (from flag --state-machine)",
                "format",
                "--dir",
                dir.resolve("other").toString(),
                "--addresses",
                "127.0.0.1:1",
                "--state-machine",
                "queue");
        refused(
                "--state-machine and --set state_machine say the same thing: give one of them",
                "format",
                "--dir",
                dir.resolve("other").toString(),
                "--addresses",
                "127.0.0.1:1",
                "--state-machine",
                "log",
                "--set",
                "state_machine=stream");
        assertFalse(Files.exists(dir.resolve("other")));
        refused(
                "--state-machine and --set state_machine say the same thing: give one of them",
                "dev",
                dir.resolve("other").toString(),
                "--state-machine",
                "log",
                "--set",
                "state_machine=stream");
        assertFalse(Files.exists(dir.resolve("other").resolve("cluster.toml")));
        refused(
                "exists: --state-machine, --groups, --shards, --wal-bytes and --set are for a new one",
                "dev",
                stream.toString(),
                "--state-machine",
                "log");
        for (final String command : new String[] {"append", "read"}) {
            refused(
                    "this command works on a plain log; use \"vireo produce\" and \"vireo consume\" on this one",
                    command,
                    "--dir",
                    stream.toString());
        }
    }

    @Test
    void shouldReportUnreachableReplicasWhenNobodyAnswers() throws IOException {
        // Port 1 of loopback: nobody listens there.
        assertEquals(ExitCodes.OK, run("format", "--dir", dir.toString(), "--addresses", "127.0.0.1:1,127.0.0.1:1"));
        out.getBuffer().setLength(0);
        assertEquals(ExitCodes.FAILED, run("status", "--dir", dir.toString()));
        assertTrue(out.toString().contains("unreachable"), out.toString());
        out.getBuffer().setLength(0);
        assertEquals(ExitCodes.FAILED, run("status", "--json", "--dir", dir.toString()));
        final String first = out.toString().lines().findFirst().orElseThrow().substring(1);
        assertEquals(
                0L, StatusClient.parse(first.substring(0, first.length() - 1)).get("replica"));
    }

    @Test
    void shouldNotCallAReplicaWholeWhenADirectoryIsMissingOrAnothers() throws IOException {
        assertEquals(
                ExitCodes.OK,
                run(
                        "format",
                        "--dir",
                        dir.toString(),
                        "--addresses",
                        "127.0.0.1:1,127.0.0.1:2",
                        "--set",
                        "groups=2",
                        "--set",
                        "wal_bytes=1MiB",
                        "--set",
                        "prepare_size_max=64KiB",
                        "--replica",
                        "all"));
        final Path replica = dir.resolve("replica-0");
        assertEquals(ExitCodes.OK, run("verify", replica.toString()), out.toString());

        Files.move(replica.resolve("group-1"), dir.resolve("away"));
        assertEquals(ExitCodes.FAILED, run("verify", replica.toString()), out.toString());
        assertTrue(out.toString().contains(replica.resolve("group-1") + ": 0 B read, 1 damaged"), out.toString());
        assertTrue(out.toString().endsWith("verdict: damaged; this replica will not open\n"), out.toString());
        assertFalse(Files.exists(replica.resolve("group-1")));
        assertEquals(ExitCodes.OK, run("verify", replica.resolve("group-0").toString()), out.toString());

        Files.move(dir.resolve("replica-1/group-1"), replica.resolve("group-1"));
        assertEquals(ExitCodes.FAILED, run("verify", replica.toString()), out.toString());
        assertTrue(out.toString().contains("replica: configured 0, the file was formatted with 1"), out.toString());

        Files.move(replica.resolve("group-1"), dir.resolve("replica-1/group-1"));
        Files.move(replica.resolve("group-0"), dir.resolve("away-too"));
        assertEquals(ExitCodes.FAILED, run("verify", dir.toString()), out.toString());
        assertTrue(out.toString().contains(replica.resolve("group-0") + ": 0 B read, 1 damaged"), out.toString());
    }

    @Test
    void shouldTakeATextWithAnAtSignForATextAndReadNoFile() throws IOException {
        final Path file = Files.writeString(dir.resolve("arguments"), "--help");
        refused("vireo: ", "append", "--dir", dir.resolve("nowhere").toString(), "@" + file);
    }

    private void refused(final String text, final String... arguments) {
        err.getBuffer().setLength(0);
        assertEquals(ExitCodes.OPERATOR, run(arguments));
        assertTrue(err.toString().contains(text), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    private int run(final String... arguments) {
        return VireoMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
