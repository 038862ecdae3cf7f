package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.iggy.client.blocking.tcp.IggyTcpClient;
import org.apache.iggy.consumergroup.Consumer;
import org.apache.iggy.identifier.ConsumerId;
import org.apache.iggy.identifier.StreamId;
import org.apache.iggy.identifier.TopicId;
import org.apache.iggy.message.PollingStrategy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands for streams as people type them, against a cluster of three processes; every test has a stream of its own. */
class StreamCommandsIT {
    private static final Map<String, String> ROOT = Map.of("VIREO_PASSWORD", StreamingCluster.PASSWORD);
    private static final int MANY = 20_000;
    /** So long a member waits for its share here: a machine with much else to do takes its time. */
    private static final String QUIET_MS = "15000";
    /** Many polls, and far less than a member waits. */
    private static final long WITHOUT_ITS_SHARE_NS = TimeUnit.MILLISECONDS.toNanos(600);

    @TempDir
    static Path dir;

    private static StreamingCluster cluster;
    private static Path rootPassword;

    @TempDir
    Path temp;

    @BeforeAll
    static void start() throws Exception {
        cluster = new StreamingCluster(dir);
        rootPassword = Files.writeString(dir.resolve("password-of-root"), StreamingCluster.PASSWORD);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void shouldMakeListAndDeleteWhatThereCanBe() throws Exception {
        says("made stream a, id ", "stream", "create", "a");
        refused("stream name already exists (1012)", "stream", "create", "a");
        says(
                "made topic t of a, id 0, partitions 3",
                "topic",
                "create",
                "a",
                "t",
                "--partitions",
                "3",
                "--expiry",
                "2h");
        refused("stream id not found (1009)", "topic", "create", "nowhere", "t");
        assertTrue(
                Pattern.compile("\\[\\{\"id\":0,\"name\":\"t\",\"partitions\":3,\"messages\":0,\"bytes\":0,"
                                + "\"expirySeconds\":7200,\"maxBytes\":null,\"created\":\"20.*\"}]")
                        .matcher(ok("topic", "list", "a", "--json"))
                        .matches(),
                "a topic as an object");
        assertTrue(ok("stream", "list").lines().anyMatch(line -> line.matches("[0-9]+ +a +1 +0 +0 +20.*Z")));
        refused("there is no stream nowhere", "topic", "list", "nowhere");
        says("made group g on t of a, id 0", "group", "create", "a", "t", "g");
        assertEquals(
                "[{\"id\":0,\"name\":\"g\",\"partitions\":3,\"members\":0}]", ok("group", "list", "a", "0", "--json"));
        refused("there is no topic u of a", "group", "list", "a", "u");
        says("deleted group g", "group", "delete", "a", "t", "g");
        says("deleted topic t", "topic", "delete", "a", "t");
        refused("topic id not found (2010)", "topic", "delete", "a", "t");
        says("deleted stream a", "stream", "delete", "a");
        assertFalse(ok("stream", "list").lines().anyMatch(line -> line.matches("[0-9]+ +a .*")));
    }

    @Test
    void shouldLetAUserDoWhatIsPermittedAndNoMore() throws Exception {
        final Path password = Files.writeString(temp.resolve("password"), "apple\nnot this\n");
        says(
                "made user ann",
                "user",
                "create",
                "ann",
                "--permissions",
                "read-streams",
                "--new-password-file",
                password.toString());
        assertTrue(ok("user", "list").lines().anyMatch(line -> line.matches("[0-9]+ +ann +true +20.*")));
        final Map<String, String> ann = Map.of("VIREO_USERNAME", "ann", "VIREO_PASSWORD", "apple");
        assertEquals(ExitCodes.OK, run(ann, "stream", "list").exitCode());
        final VireoProcess forbidden = run(ann, "stream", "create", "anns");
        assertEquals(ExitCodes.OPERATOR, forbidden.exitCode());
        assertEquals("vireo: create_stream was refused: unauthorized (41)", forbidden.output());
        final VireoProcess byFile =
                run(Map.of(), "stream", "list", "--username", "ann", "--password-file", password.toString());
        assertEquals(ExitCodes.OK, byFile.exitCode(), byFile.output());
        final VireoProcess wrong = run(Map.of("VIREO_PASSWORD", "pear"), "stream", "list", "--username", "ann");
        assertEquals(ExitCodes.OPERATOR, wrong.exitCode());
        assertTrue(wrong.output().startsWith("vireo: the login was refused: no user of this name"), wrong.output());
        final VireoProcess none = run(Map.of(), "stream", "list");
        assertEquals(ExitCodes.OPERATOR, none.exitCode());
        assertTrue(none.output().startsWith("vireo: no password of user iggy: set VIREO_PASSWORD"), none.output());
        says("deleted user ann", "user", "delete", "ann");
        refused("cannot delete user (48)", "user", "delete", "iggy");
    }

    @Test
    void shouldGiveBackWhatWasProducedFromEachPlaceThatIsAskedFor() throws Exception {
        topic("b", 2);
        final Path lines = Files.writeString(
                temp.resolve("lines"),
                IntStream.range(0, 10).mapToObj(i -> "line " + i + "\n").reduce("", String::concat));
        says("acknowledged=10 bytes=60 ", "produce", "b", "t", "--partition", "1", "--file", lines.toString());
        says(
                "\"acknowledged\":2,\"bytes\":6,",
                "produce",
                "b",
                "t",
                "one",
                "two",
                "--partition",
                "0",
                "--header",
                "k=v",
                "--json");
        assertEquals(Files.readString(lines), ok("consume", "b", "t", "--partition", "1") + "\n");
        assertEquals(12, ok("consume", "b", "t").lines().count());
        assertEquals(List.of("line 8", "line 9"), lines("--partition", "1", "--from", "last:2"));
        assertEquals(List.of("line 7"), lines("--partition", "1", "--from", "offset:7", "--count", "1"));
        assertEquals(List.of(), lines("--partition", "1", "--from", "offset:10"));
        assertEquals(List.of(), lines("--partition", "1", "--from", "timestamp:2200-01-01T00:00:00Z"));
        assertEquals(
                10,
                lines("--partition", "1", "--from", "timestamp:2020-01-01T00:00:00Z")
                        .size());
        assertEquals("onetwo", ok("consume", "b", "t", "--partition", "0", "--raw"));
        assertTrue(ok("consume", "b", "t", "--partition", "0", "--json", "--from", "last")
                .matches("\\{\"partition\":0,\"offset\":1,\"timestamp\":\"20.*\",\"originTimestamp\":\"20.*\","
                        + "\"id\":\"[0-9a-f]{32}\",\"headers\":\\{\"k\":\"v\"},\"payload\":\"two\"}"));
        refused("--partition 2: the topic has partitions 0 to 1", "consume", "b", "t", "--partition", "2");
        refused("partition not found (3007)", "produce", "b", "t", "--partition", "2", "x");
        refused("there is no topic u of b", "produce", "b", "u", "x");
        refused("--from next needs --consumer or --group", "consume", "b", "t", "--from", "next");
    }

    @Test
    void shouldRememberHowFarAConsumerAndAGroupCame() throws Exception {
        topic("c", 3);
        ok("produce", "c", "t", "--key-separator", ":", "x:1", "y:2", "x:3", "y:4", "x:5");
        final String all = ok("consume", "c", "t", "--consumer", "me", "--no-store");
        assertEquals(Set.of("1", "2", "3", "4", "5"), Set.copyOf(all.lines().toList()));
        final List<String> ofX =
                all.lines().filter(line -> "135".contains(line)).toList();
        assertEquals(List.of("1", "3", "5"), ofX, "of one key in order");
        assertEquals(all, ok("consume", "c", "t", "--consumer", "me"), "nothing was remembered");
        assertEquals("", ok("consume", "c", "t", "--consumer", "me"), "now it was");
        assertEquals(all, ok("consume", "c", "t", "--consumer", "you"));
        refused("there is no such consumer group", "consume", "c", "t", "--group", "g");
        ok("group", "create", "c", "t", "g");
        final List<String> seen = new ArrayList<>(
                ok("consume", "c", "t", "--group", "g", "--count", "2").lines().toList());
        assertEquals(2, seen.size());
        ok("consume", "c", "t", "--group", "g").lines().forEach(seen::add);
        assertEquals(5, seen.size());
        assertEquals(Set.of("1", "2", "3", "4", "5"), Set.copyOf(seen));
        refused("line 2 of the texts has no key", "produce", "c", "t", "--key-separator", ":", "x:6", "7");
    }

    /** Its share is on its way from a member that goes on for a while: until then it finds nothing, which is not all there is. */
    @Test
    void shouldWaitForItsShareWhenAnotherMemberStillHasIt() throws Exception {
        topic("h", 3);
        ok("group", "create", "h", "t", "g");
        ok("produce", "h", "t", "--partition", "2", "1", "2");
        final StreamId stream = StreamId.of("h");
        final TopicId topic = TopicId.of("t");
        final ConsumerId group = ConsumerId.of("g");
        try (IggyTcpClient other = IggyTcpClient.builder()
                .host("127.0.0.1")
                .port(cluster.port(1))
                .connectionPoolSize(1)
                .build()) {
            other.connect();
            other.users().login(StreamingCluster.USER, StreamingCluster.PASSWORD);
            other.consumerGroups().joinConsumerGroup(stream, topic, group);
            long polled = 0;
            for (int turn = 0; turn < 3; turn++) {
                // What it has polled and not stored keeps its partition from moving on.
                polled += other.messages()
                        .pollMessages(
                                stream,
                                topic,
                                Optional.empty(),
                                Consumer.group(group),
                                PollingStrategy.next(),
                                10L,
                                false)
                        .count();
            }
            assertEquals(2, polled);
            try (VireoProcess consume = start(
                    "consume",
                    "h",
                    "t",
                    "--group",
                    "g",
                    "--progress-ms",
                    "0",
                    "--quiet-ms",
                    QUIET_MS,
                    "--count",
                    "2")) {
                final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                long joinedNs = 0;
                while (joinedNs == 0 || System.nanoTime() - joinedNs < WITHOUT_ITS_SHARE_NS) {
                    final int members = other.consumerGroups()
                            .getConsumerGroup(stream, topic, group)
                            .orElseThrow()
                            .membersCount()
                            .intValue();
                    joinedNs = joinedNs == 0 && members == 2 ? System.nanoTime() : joinedNs;
                    assertTrue(System.nanoTime() - deadline < 0, consume::output);
                }
                other.consumerGroups().leaveConsumerGroup(stream, topic, group);
                assertEquals(ExitCodes.OK, consume.exitCode(), consume.output());
                assertEquals("1\n2", consume.output());
            }
        }
    }

    @Test
    void shouldGoOnAtAnotherNodeWhenTheOneItUsesIsKilled() throws Exception {
        topic("d", 1);
        final List<String> lines =
                IntStream.range(0, MANY).mapToObj(i -> "line " + i).toList();
        final Path file = Files.write(temp.resolve("many"), lines);
        final String servers = "127.0.0.1:" + cluster.port(1) + ",127.0.0.1:" + cluster.port(0);
        final VireoProcess follow = start("consume", "d", "t", "--follow", "--server", servers, "--progress-ms", "0");
        final VireoProcess produce = start(
                "produce",
                "d",
                "t",
                "--file",
                file.toString(),
                "--at-least-once",
                "--batch",
                "20",
                "--progress-ms",
                "50",
                "--server",
                servers);
        try {
            produce.awaitLine(
                    line -> line.startsWith("acknowledged ") && !line.startsWith("acknowledged 0,"), 1, "progress");
            cluster.kill(1);
            assertEquals(ExitCodes.OK, produce.exitCode(120_000), produce.output());
            assertTrue(produce.output().contains("acknowledged=" + MANY + " "), produce.output());
            follow.awaitLine(line -> line.equals("line " + (MANY - 1)), 1, "the last line");
            follow.terminate();
        } finally {
            follow.close();
            produce.close();
            cluster.start(1);
            cluster.awaitServing(1);
        }
        // What had an unknown outcome may be there twice, and behind it all goes on in order.
        final List<String> stored = ok("consume", "d", "t").lines().toList();
        assertEquals(lines, new ArrayList<>(new LinkedHashSet<>(stored)));
        assertEquals(stored, follow.output().lines().toList());
    }

    @Test
    void shouldGoOnWhenItsNodeRestartsWhileThereIsNothingToSend() throws Exception {
        topic("f", 1);
        final String servers = "127.0.0.1:" + cluster.port(1) + ",127.0.0.1:" + cluster.port(0);
        try (VireoProcess follow = start("consume", "f", "t", "--follow", "--server", "127.0.0.1:" + cluster.port(0));
                VireoProcess produce = start("produce", "f", "t", "--server", servers)) {
            produce.write("one\n");
            follow.awaitLine("one");
            cluster.kill(1);
            cluster.start(1);
            cluster.awaitServing(1);
            produce.write("two\n");
            follow.awaitLine("two");
            produce.endInput();
            assertEquals(ExitCodes.OK, produce.exitCode(), produce.output());
            assertTrue(produce.output().contains("acknowledged=2 bytes=6 resent=0 seconds="), produce.output());
        }
    }

    @Test
    void shouldSayWhatIsUnknownWhenItIsInterruptedAndNobodyAnswers() throws Exception {
        topic("g", 1);
        final Path file = Files.writeString(temp.resolve("endless"), "x\n".repeat(2_000_000));
        final VireoProcess produce = start(
                "produce",
                "g",
                "t",
                "--file",
                file.toString(),
                "--batch",
                "20",
                "--progress-ms",
                "50",
                "--server",
                "127.0.0.1:" + cluster.port(1));
        try {
            produce.awaitLine(
                    line -> line.startsWith("acknowledged ") && !line.startsWith("acknowledged 0,"), 1, "progress");
            cluster.kill(0);
            cluster.kill(2);
            produce.terminate();
            assertTrue(
                    Pattern.compile("(?m)^acknowledged=[1-9][0-9]* bytes=[1-9][0-9]* resent=0 unknown=20 seconds=")
                            .matcher(produce.output())
                            .find(),
                    produce.output());
        } finally {
            produce.close();
            cluster.start(0);
            cluster.start(2);
            cluster.awaitServing(0);
            cluster.awaitServing(2);
        }
    }

    @Test
    void shouldAskTheNextNodeWhenOneTakesConnectionsAndAnswersNothing() throws Exception {
        topic("e", 1);
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            final String servers = "127.0.0.1:" + silent.getLocalPort() + ",127.0.0.1:" + cluster.port(0);
            ok("produce", "e", "t", "hello", "--server", servers, "--timeout", "1");
            assertEquals("hello", ok("consume", "e", "t", "--server", servers, "--timeout", "1"));
        }
    }

    @Test
    void shouldSayWhatToDoWhenNobodyIsThereOrTheClusterIsALog() throws Exception {
        final VireoProcess nobody = run(ROOT, "stream", "list", "--server", "127.0.0.1:1", "--timeout", "2");
        assertEquals(ExitCodes.FAILED, nobody.exitCode());
        assertTrue(nobody.output().endsWith("is the cluster running?"), nobody.output());
        assertEquals(1, nobody.output().lines().count(), nobody.output());
        final VireoProcess format = VireoProcess.run(
                "format", "--dir", temp.toString(), "--addresses", "127.0.0.1:1", "--state-machine", "log");
        assertEquals(ExitCodes.OK, format.exitCode(), format.output());
        for (final String command : List.of("produce", "consume")) {
            final VireoProcess log = VireoProcess.startWith(ROOT, command, "--dir", temp.toString(), "a", "b");
            assertEquals(ExitCodes.OPERATOR, log.exitCode(), log.output());
            assertTrue(log.output().contains("use \"vireo append\" and \"vireo read\" on this one"), log.output());
        }
        final VireoProcess status = VireoProcess.run("status", "--dir", dir.toString());
        assertTrue(status.output().lines().findFirst().orElseThrow().contains("applied  lag"), status.output());
    }

    private void topic(final String stream, final int partitions) throws Exception {
        ok("stream", "create", stream);
        ok("topic", "create", stream, "t", "--partitions", Integer.toString(partitions));
    }

    private static List<String> lines(final String... more) throws Exception {
        final List<String> arguments = new ArrayList<>(List.of("consume", "b", "t"));
        arguments.addAll(Arrays.asList(more));
        return ok(arguments.toArray(new String[0])).lines().toList();
    }

    private static void says(final String text, final String... arguments) throws Exception {
        final String output = ok(arguments);
        assertTrue(output.contains(text), output);
    }

    private static String ok(final String... arguments) throws Exception {
        final Ended ended = runHere(arguments);
        assertEquals(ExitCodes.OK, ended.exitCode, () -> String.join(" ", arguments) + ": " + ended.output);
        return ended.output;
    }

    private static void refused(final String text, final String... arguments) throws Exception {
        final Ended ended = runHere(arguments);
        assertEquals(ExitCodes.OPERATOR, ended.exitCode, () -> String.join(" ", arguments) + ": " + ended.output);
        assertTrue(ended.output.contains(text), ended.output);
        assertFalse(ended.output.contains("\tat "), ended.output);
    }

    private record Ended(int exitCode, String output) {}

    /** In this JVM, as the program runs it: there are many, and each start of a JVM takes longer than what it does. */
    private static Ended runHere(final String... arguments) throws Exception {
        if (arguments[0].equals("consume")) {
            // It writes to the standard output of its process, whose bytes may be no text.
            final VireoProcess process = run(ROOT, arguments);
            return new Ended(process.exitCode(), process.output());
        }
        final List<String> all = new ArrayList<>(atCluster(arguments));
        all.addAll(List.of("--password-file", rootPassword.toString()));
        final StringWriter written = new StringWriter();
        final PrintWriter out = new PrintWriter(written);
        final int exitCode = VireoMain.commandLine().setOut(out).setErr(out).execute(all.toArray(new String[0]));
        out.flush();
        return new Ended(exitCode, String.join("\n", written.toString().lines().toList()));
    }

    private static VireoProcess run(final Map<String, String> variables, final String... arguments) throws Exception {
        final VireoProcess process = start(variables, arguments);
        process.exitCode();
        return process;
    }

    private static VireoProcess start(final String... arguments) throws Exception {
        return start(ROOT, arguments);
    }

    private static VireoProcess start(final Map<String, String> variables, final String... arguments) throws Exception {
        return VireoProcess.startWith(variables, atCluster(arguments).toArray(new String[0]));
    }

    private static List<String> atCluster(final String... arguments) {
        final List<String> all = new ArrayList<>(Arrays.asList(arguments));
        // Behind the name of the command and, of a group of commands, that of the one of it.
        final boolean isSingle = arguments[0].equals("produce") || arguments[0].equals("consume");
        all.addAll(isSingle ? 1 : 2, List.of("--dir", dir.toString()));
        return all;
    }
}
