package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When {@code vireo repair} ends, with what, and what it does not take for a repair: against answers that a node could give. */
@Timeout(60)
class RepairCommandTest {
    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    /** Questions that came, in order. */
    private final List<Command> questions = Collections.synchronizedList(new ArrayList<>());

    private ServerSocket door;
    private ClusterConfig cluster;
    private Thread node;

    @BeforeEach
    void format() throws IOException {
        door = new ServerSocket(0, 16, InetAddress.getByName("127.0.0.1"));
        final String file = dir.resolve("vireo").toString();
        assertEquals(
                ExitCodes.OK,
                run("format", "--dir", file, "--addresses", "127.0.0.1:" + door.getLocalPort(), "--set", "groups=1"));
        out.getBuffer().setLength(0);
        cluster = ClusterFile.load(dir.resolve("vireo/cluster.toml"));
    }

    @AfterEach
    void close() throws Exception {
        door.close();
        if (node != null) {
            node.join();
        }
    }

    @Test
    void shouldEndWithTheFiguresOfThePassThatItAskedFor() {
        answer(
                scrub(3, 2, true, 0, 7, 1, 1, 0),
                scrub(3, 2, true, 40, 47, 3, 2, 1),
                scrub(3, 3, false, 0, 107, 3, 3, 0));
        assertEquals(ExitCodes.OK, repair());
        assertEquals("replica 0: 100 chunks of 1 groups checked, 2 found damaged, 2 healed, 0 damaged now", out());
        assertEquals(List.of(Command.SCRUB, Command.STATUS, Command.STATUS), questions);
    }

    @Test
    void shouldEndWithOneWhenSomethingIsDamagedStill() {
        answer(scrub(1, 0, true, 0, 0, 0, 0, 0), scrub(1, 1, false, 0, 100, 2, 1, 1));
        assertEquals(ExitCodes.FAILED, repair("--json"));
        assertEquals("{\"replica\":0,\"groups\":1,\"checked\":100,\"damaged\":2,\"healed\":1,\"damagedNow\":1}", out());
    }

    @Test
    void shouldWaitForThePassAfterTheOneThatWasUnderWayWhenItAsked() {
        answer(
                scrub(5, 3, true, 90, 90, 0, 0, 0),
                scrub(5, 4, true, 10, 110, 0, 0, 0),
                scrub(5, 5, false, 0, 200, 0, 0, 0));
        assertEquals(ExitCodes.OK, repair());
        assertEquals(3, questions.size());
    }

    @Test
    void shouldTakeNoRestartForARepair() {
        answer(
                scrub(1, 0, true, 0, 0, 0, 0, 0),
                scrub(1, 1, false, 0, 100, 0, 0, 0).replace("\"life 1\"", "\"life 2\""));
        assertEquals(ExitCodes.FAILED, repair());
        assertSays("shard 0 of replica 0 was restarted before all was checked; ask again");
    }

    @Test
    void shouldTakeNoNewLifeOfAReplicaForARepair() {
        answer(scrub(1, 0, true, 0, 0, 0, 0, 0), scrub(1, 0, false, 0, 0, 0, 0, 0));
        assertEquals(ExitCodes.FAILED, repair());
        assertSays("group 0 of replica 0 began anew before all was checked; ask again");
    }

    @Test
    void shouldSayWhichGroupCannotBeCheckedWhenItIsNotRunning() {
        answer(scrub(1, 0, true, 0, 0, 0, 0, 0).replace("RUNNING", "SYNCING"));
        assertEquals(ExitCodes.FAILED, repair());
        assertSays("group 0 of replica 0 is SYNCING: nothing of it can be checked now; ask again when it runs");
    }

    @Test
    void shouldRefuseWhenAnAnswerLeavesGroupsOut() {
        answer(scrub(1, 0, true, 0, 0, 0, 0, 0).replace("\"groupsOmitted\":0", "\"groupsOmitted\":3"));
        assertEquals(ExitCodes.FAILED, repair());
        assertSays("replica 0 has too many groups for one answer, which leaves out 3");
    }

    @Test
    void shouldGiveUpWhenTheNodeIsGone() throws IOException {
        answer(scrub(1, 0, true, 0, 0, 0, 0, 0));
        assertEquals(ExitCodes.FAILED, repair("--timeout-ms", "300"));
        assertSays("replica 0 answers no longer: ");
    }

    @Test
    void shouldNameTheReplicasThereAreWhenAskedForAnother() {
        assertEquals(
                ExitCodes.OPERATOR, run("repair", "--dir", dir.resolve("vireo").toString(), "--replica", "1"));
        assertSays("--replica 1: the cluster has replicas 0 to 0");
    }

    private int repair(final String... more) {
        final List<String> arguments =
                new ArrayList<>(List.of("repair", "--dir", dir.resolve("vireo").toString(), "--replica", "0"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private int run(final String... arguments) {
        return VireoMain.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private String out() {
        return out.toString().strip();
    }

    private void assertSays(final String text) {
        assertTrue(err.toString().contains(text), err.toString());
        assertFalse(err.toString().contains("Exception"), err.toString());
    }

    /** The status document of a shard with one group. */
    private static String scrub(
            final long askedAt,
            final long askedPasses,
            final boolean isAsked,
            final long passDone,
            final long checked,
            final long damaged,
            final long healed,
            final long damagedNow) {
        return "{\"shards\":1,\"processNonce\":\"life 1\",\"groupsOmitted\":0,\"groups\":[{\"group\":0,\"state\":\"RUNNING\","
                + "\"scrub\":{\"askedAt\":" + askedAt + ",\"askedPasses\":" + askedPasses + ",\"asked\":" + isAsked
                + ",\"passChunks\":100,\"passDone\":" + passDone + ",\"checked\":" + checked + ",\"damaged\":" + damaged
                + ",\"healed\":" + healed + ",\"damagedNow\":" + damagedNow + "}}]}";
    }

    /** Answers one question with each of these, and then is gone. */
    private void answer(final String... documents) {
        node = new Thread(() -> {
            try {
                for (final String document : documents) {
                    try (Socket caller = door.accept()) {
                        read(caller.getInputStream());
                        questions.add(read(caller.getInputStream()));
                        caller.getOutputStream().write(reply(document));
                    }
                }
                door.close();
            } catch (final IOException e) {
                if (!door.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        node.start();
    }

    private static Command read(final InputStream in) throws IOException {
        final HeaderFlyweight header =
                new HeaderFlyweight().wrap(new UnsafeBuffer(in.readNBytes(HeaderFlyweight.HEADER_LENGTH)), 0);
        in.skipNBytes(header.size() - HeaderFlyweight.HEADER_LENGTH);
        return header.command();
    }

    private byte[] reply(final String document) {
        final byte[] text = document.getBytes(StandardCharsets.UTF_8);
        final byte[] frame = new byte[HeaderFlyweight.HEADER_LENGTH + text.length];
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        buffer.putBytes(HeaderFlyweight.HEADER_LENGTH, text);
        final HeaderFlyweight header = new HeaderFlyweight().wrap(buffer, 0);
        header.init(Command.STATUS_REPLY, cluster.clusterLo(), cluster.clusterHi(), frame.length, 0, 0, 0);
        header.seal(new Checksum());
        return frame;
    }
}
