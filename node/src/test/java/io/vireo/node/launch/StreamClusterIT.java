package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.node.client.ClientReads;
import io.vireo.node.client.Consistency;
import io.vireo.node.client.Outcome;
import io.vireo.node.client.Reply;
import io.vireo.node.client.VireoClient;
import io.vireo.node.client.VireoClientContext;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.StreamStatus;
import io.vireo.node.stream.machine.Actor;
import io.vireo.node.stream.machine.Answers;
import io.vireo.node.stream.machine.MachineStatus;
import io.vireo.node.stream.machine.MetadataCommand;
import io.vireo.node.stream.machine.MetadataMachine;
import io.vireo.node.stream.machine.MetadataQuery;
import io.vireo.node.stream.machine.MetadataReply;
import io.vireo.node.stream.machine.StreamCommands;
import io.vireo.node.stream.machine.SystemQueries;
import io.vireo.node.stream.machine.TopicQueries;
import io.vireo.node.stream.machine.UserCommands;
import io.vireo.node.stream.metadata.TopicSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A streaming cluster of three processes: the metadata survives the loss of its primary, and what is not made for it keeps away. */
class StreamClusterIT {
    private static final int REPLICAS = 3;
    private static final long DEADLINE_NS = 30_000_000_000L;
    private static final Identifier ORDERS = Identifier.of("orders");
    private static final Identifier EVENTS = Identifier.of("events");
    private static final TopicSettings SETTINGS =
            new TopicSettings(TopicSettings.COMPRESSION_NONE, TopicSettings.NEVER, TopicSettings.UNLIMITED, 1);

    @TempDir
    Path dir;

    private final VireoProcess[] nodes = new VireoProcess[REPLICAS];
    private ClusterConfig cluster;

    @BeforeEach
    void format() throws Exception {
        final List<String> addresses = new ArrayList<>();
        DevCommand.freeAddresses(1).forEach(shards -> addresses.add(shards.get(0)));
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
                "groups=2",
                "--set",
                "wal_bytes=16MiB",
                "--replica",
                "all");
        assertEquals(ExitCodes.OK, format.exitCode(), format.output());
        cluster = ClusterFile.load(dir.resolve(ClusterFile.NAME));
    }

    @AfterEach
    void stop() {
        for (final VireoProcess node : nodes) {
            if (node != null) {
                node.close();
            }
        }
    }

    @Test
    void shouldKeepTheMetadataWhenThePrimaryIsKilledAndComesBack() throws Exception {
        for (int replica = 0; replica < REPLICAS; replica++) {
            start(replica);
        }
        try (VireoClient client = new VireoClient(new VireoClientContext(cluster))) {
            done(client, new UserCommands.CreateRoot("iggy", "hash"));
            assertEquals(
                    0, done(client, new StreamCommands.CreateStream("orders")).number());
            final MetadataReply topic = done(client, new StreamCommands.CreateTopic(ORDERS, "events", 5, SETTINGS));
            assertEquals(5, topic.incarnation());
            final Reply again = submit(client, new StreamCommands.CreateStream("orders"));
            assertEquals(MachineStatus.ofStream(StreamStatus.STREAM_NAME_ALREADY_EXISTS), again.status());

            // Replica 0 is primary of group 0 in view 0.
            nodes[0].kill();
            assertEquals(
                    1, done(client, new StreamCommands.CreateStream("later")).number());
            final TopicQueries.GetTopic query = new TopicQueries.GetTopic(ORDERS, EVENTS, 0);
            final byte[] atNewPrimary = read(client, query, Consistency.LINEARIZABLE, ClientReads.ANY_REPLICA)
                    .body();
            assertEquals("events", topic(atNewPrimary).name());
            assertEquals(topic.timestampMicros(), topic(atNewPrimary).createdAtMicros());
            awaitAnswer(client, query, 1, atNewPrimary);
            awaitAnswer(client, query, 2, atNewPrimary);

            start(0);
            done(client, new StreamCommands.DeleteTopic(ORDERS, EVENTS));
            // The groups drop what was in the topic, and then nothing of it is left anywhere.
            for (int replica = 0; replica < REPLICAS; replica++) {
                awaitCounts(client, replica, new Answers.Counts(2, 0, 0, 0, 1, 0));
            }
        }
        for (final VireoProcess node : nodes) {
            node.terminate();
        }
        final VireoProcess verify = VireoProcess.run("inspect", dir.toString());
        assertEquals(ExitCodes.OK, verify.exitCode(), verify.output());
        assertTrue(verify.output().contains("state machine stream"), verify.output());
    }

    @Test
    void shouldRefuseWhatIsMadeForALog() throws Exception {
        for (final String command : List.of("append", "read")) {
            final VireoProcess refused = VireoProcess.run(command, "--dir", dir.toString());
            assertEquals(ExitCodes.OPERATOR, refused.exitCode(), refused.output());
            assertTrue(
                    refused.output().contains("state_machine = \"stream\", and this command works on a plain log"),
                    refused.output());
        }
        final Path file = dir.resolve(ClusterFile.NAME);
        final String text = Files.readString(file);
        assertNotEquals(text, text.replace("state_machine = \"stream\"", "state_machine = \"log\""));
        for (final String other : List.of("state_machine = \"log\"", "")) {
            // A log has no clients of the protocol, which would be said first.
            Files.writeString(
                    file,
                    text.replace("state_machine = \"stream\"", other)
                            .lines()
                            .filter(line -> !line.startsWith("clients"))
                            .collect(Collectors.joining("\n")));
            final VireoProcess node = VireoProcess.run("node", "--dir", dir.toString(), "--replica", "0");
            assertEquals(ExitCodes.OPERATOR, node.exitCode(), node.output());
            assertTrue(
                    node.output()
                            .contains(
                                    "stateMachine: configured log, the file was formatted with stream, which it keeps for life"),
                    node.output());
        }
    }

    private void start(final int replica) throws Exception {
        nodes[replica] = VireoProcess.start("node", "--dir", dir.toString(), "--replica", Integer.toString(replica));
        nodes[replica].awaitLine("event=listening");
    }

    /** The replica applies what was committed before it was asked, or soon after: until then it gives another answer. */
    private static void awaitAnswer(
            final VireoClient client, final MetadataQuery query, final int replica, final byte[] expected)
            throws Exception {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        final UnsafeBuffer wanted = new UnsafeBuffer(expected);
        Reply reply;
        do {
            reply = read(client, query, Consistency.COMMITTED, replica);
        } while ((reply.outcome() != Outcome.OK || !wanted.equals(new UnsafeBuffer(reply.body())))
                && System.nanoTime() < deadlineNs);
        assertEquals(Outcome.OK, reply.outcome(), ReplyStatus.text(reply.status()));
        assertEquals(wanted, new UnsafeBuffer(reply.body()));
    }

    private static void awaitCounts(final VireoClient client, final int replica, final Answers.Counts expected)
            throws Exception {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        Answers.Counts counts;
        do {
            final Reply reply = read(client, new SystemQueries.GetCounts(), Consistency.COMMITTED, replica);
            counts = reply.outcome() == Outcome.OK ? Answers.decode(reply.body(), Answers.Counts::read) : null;
        } while (!expected.equals(counts) && System.nanoTime() < deadlineNs);
        assertEquals(expected, counts);
    }

    private static MetadataReply done(final VireoClient client, final MetadataCommand command) throws Exception {
        final Reply reply = submit(client, command);
        assertEquals(Outcome.OK, reply.outcome(), command + ": " + ReplyStatus.text(reply.status()));
        assertEquals(MetadataReply.LENGTH, reply.body().length);
        return MetadataReply.read(new UnsafeBuffer(reply.body()), 0);
    }

    private static Reply submit(final VireoClient client, final MetadataCommand command) throws Exception {
        final CompletableFuture<Reply> future = new CompletableFuture<>();
        client.submit(
                command.operation().code(),
                MetadataMachine.NAMESPACE,
                command.encode(Actor.SYSTEM),
                (outcome, status, op, reply, offset, length) -> {
                    final byte[] body = new byte[length];
                    reply.getBytes(offset, body);
                    future.complete(new Reply(outcome, status, op, body));
                });
        return future.get(VireoProcess.DEADLINE_MS, TimeUnit.MILLISECONDS);
    }

    private static Reply read(
            final VireoClient client, final MetadataQuery query, final Consistency consistency, final int replica)
            throws Exception {
        return client.read(
                        MetadataMachine.NAMESPACE,
                        query.encode(Actor.SYSTEM),
                        consistency,
                        replica,
                        Duration.ofMillis(VireoProcess.DEADLINE_MS))
                .toCompletableFuture()
                .get(2 * VireoProcess.DEADLINE_MS, TimeUnit.MILLISECONDS);
    }

    private static Answers.TopicInfo topic(final byte[] answer) {
        return Answers.decode(answer, Answers.TopicDetails::read).topic();
    }
}
