package io.vireo.node.launch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.iggy.client.blocking.tcp.IggyTcpClient;
import org.apache.iggy.consumergroup.Consumer;
import org.apache.iggy.consumergroup.ConsumerGroupDetails;
import org.apache.iggy.identifier.ConsumerId;
import org.apache.iggy.identifier.StreamId;
import org.apache.iggy.identifier.TopicId;
import org.apache.iggy.message.Message;
import org.apache.iggy.message.Partitioning;
import org.apache.iggy.message.PollingStrategy;
import org.apache.iggy.topic.CompressionAlgorithm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replicas 0 and 1 run a process for each of their two shards, replica 2 runs both as threads. Clients come to the process of any shard,
 * which has half of the groups, and members of consumer groups are those of the process that they are connected to.
 */
class ShardProcessesIT {
    private static final int REPLICAS = 3;
    private static final int SHARDS = 2;
    private static final int PARTITIONS = 6;
    private static final int GET_CLUSTER_METADATA = 12;
    private static final int NODE_PORTS_BYTES = 10;
    /** Five processes start at a time. */
    private static final long START_MS = 120_000;

    private static final long LOOK_MS = 50;
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final StreamId STREAM = StreamId.of("orders");
    private static final TopicId TOPIC = TopicId.of("events");
    private static final ConsumerId GROUP = ConsumerId.of("readers");
    private static final Map<String, String> VARIABLES =
            Map.of("VIREO_ROOT_USERNAME", "iggy", "VIREO_ROOT_PASSWORD", "iggy", "VIREO_PASSWORD_ITERATIONS", "1000");

    @TempDir
    Path dir;

    private final List<VireoProcess> started = new ArrayList<>();
    private final List<IggyTcpClient> clients = new ArrayList<>();
    private final int[] ports = new int[REPLICAS];

    @BeforeEach
    void format() throws Exception {
        final List<List<String>> doors = FreePorts.addresses(2 * REPLICAS, SHARDS);
        final List<String> addresses = doors.subList(0, REPLICAS).stream()
                .map(ofReplica -> String.join("+", ofReplica))
                .toList();
        final List<String> firsts = doors.subList(REPLICAS, 2 * REPLICAS).stream()
                .map(ofReplica -> ofReplica.get(0))
                .toList();
        for (int replica = 0; replica < REPLICAS; replica++) {
            ports[replica] = Integer.parseInt(firsts.get(replica).substring("127.0.0.1:".length()));
        }
        final VireoProcess format = VireoProcess.run(
                "format",
                "--dir",
                dir.toString(),
                "--addresses",
                String.join(",", addresses),
                "--clients",
                String.join(",", firsts),
                "--state-machine",
                "stream",
                "--set",
                "groups=4",
                "--set",
                "wal_bytes=16MiB",
                "--replica",
                "all");
        assertEquals(ExitCodes.OK, format.exitCode(), format.output());
    }

    /** Each client takes two seconds to close, for no reason of ours. */
    @AfterEach
    void stop() throws InterruptedException {
        started.forEach(VireoProcess::close);
        final ExecutorService closers = Executors.newCachedThreadPool();
        clients.forEach(client -> closers.execute(client::close));
        closers.shutdown();
        assertTrue(closers.awaitTermination(START_MS, TimeUnit.MILLISECONDS), "clients did not close");
    }

    @Test
    @Timeout(600)
    void shouldServeClientsAtEachProcessAndKnowWhoseMembersAreGone() throws Exception {
        final VireoProcess metadata = start(0, "--shard", "0");
        VireoProcess odds = start(0, "--shard", "1");
        final List<VireoProcess> others = List.of(start(1, "--shard", "0"), start(1, "--shard", "1"), start(2));
        awaitServing(metadata, 0);
        awaitServing(odds, 1);
        odds.awaitLine("event=root-password-unused");
        awaitServing(others.get(0), 0);
        awaitServing(others.get(1), 1);
        awaitServing(others.get(2), 1);

        // The partitions lie in groups 1 to 3, so that each door has to ask another process for some of them.
        final IggyTcpClient first = connect(0, 1);
        makeTopic(first);
        for (int replica = 0; replica < REPLICAS; replica++) {
            for (int shard = 0; shard < SHARDS; shard++) {
                send(connect(replica, shard), "by " + replica + "/" + shard);
            }
        }
        final TreeSet<String> expected = new TreeSet<>();
        IntStream.range(0, PARTITIONS)
                .forEach(partition -> IntStream.range(0, REPLICAS * SHARDS)
                        .forEach(door -> expected.add(partition + " by " + door / SHARDS + "/" + door % SHARDS)));
        for (int shard = 0; shard < SHARDS; shard++) {
            assertEquals(expected, new TreeSet<>(pollAll(connect(0, shard))));
        }
        assertEquals(
                List.of(ports[0] + 1, ports[1], ports[2]), doorsAt(0, 1), "the door one is at, and the others' first");
        assertEquals(List.of(ports[0], ports[1] + 1, ports[2]), doorsAt(1, 1));

        // Two members at two processes of one replica.
        final IggyTcpClient stays = connect(0, 0);
        first.consumerGroups().createConsumerGroup(STREAM, TOPIC, GROUP.getName());
        stays.consumerGroups().joinConsumerGroup(STREAM, TOPIC, GROUP);
        first.consumerGroups().joinConsumerGroup(STREAM, TOPIC, GROUP);
        assertEquals(2, group(stays).membersCount());

        // The process that leads the metadata hosts no group of the one that hangs, and the system goes on to answer
        // for it: it has to be missed all the same.
        odds.suspend();
        awaitMembers(stays, 1);
        odds.kill();
        odds.exitCode();
        assertEquals(PARTITIONS, group(stays).members().get(0).partitions().size());
        assertEquals(expected, readByGroup(stays, expected.size()), "nothing had been read");

        odds = start(0, "--shard", "1");
        awaitServing(odds, 1);
        final IggyTcpClient again = connect(0, 1);
        again.consumerGroups().joinConsumerGroup(STREAM, TOPIC, GROUP);
        assertEquals(2, group(stays).membersCount(), "its start has thrown out nobody else's members");

        // It comes back sooner than it is missed.
        odds.kill();
        odds.exitCode();
        odds = start(0, "--shard", "1");
        awaitServing(odds, 1);
        assertEquals(1, group(stays).membersCount(), "what the life before had is out when the next one begins");

        // The replica goes on as one process, and says that there is no process 1 any more.
        connect(0, 1).consumerGroups().joinConsumerGroup(STREAM, TOPIC, GROUP);
        connect(1, 1).consumerGroups().joinConsumerGroup(STREAM, TOPIC, GROUP);
        metadata.terminate();
        odds.kill();
        odds.exitCode();
        awaitServing(start(0), 1);
        final IggyTcpClient last = connect(0, 1);
        assertEquals(1, group(last).membersCount(), "only the one at replica 1");
        assertEquals(expected, new TreeSet<>(pollAll(last)));
    }

    private VireoProcess start(final int replica, final String... more) throws IOException {
        final List<String> arguments = new ArrayList<>(List.of(
                "node",
                "--dir",
                dir.toString(),
                "--replica",
                Integer.toString(replica),
                "--shards",
                Integer.toString(SHARDS),
                "--stop-on-end-of-input"));
        arguments.addAll(List.of(more));
        final VireoProcess process = VireoProcess.startWith(VARIABLES, arguments.toArray(new String[0]));
        started.add(process);
        return process;
    }

    private static void awaitServing(final VireoProcess process, final int shard) throws InterruptedException {
        process.awaitLineWithin("event=clients-listening shard=" + shard, START_MS);
    }

    private IggyTcpClient connect(final int replica, final int shard) {
        final IggyTcpClient client = IggyTcpClient.builder()
                .host("127.0.0.1")
                .port(ports[replica] + shard)
                .connectionPoolSize(1)
                .build();
        clients.add(client);
        client.connect();
        client.users().login("iggy", "iggy");
        return client;
    }

    private static void makeTopic(final IggyTcpClient client) {
        client.streams().createStream(STREAM.getName());
        client.topics()
                .createTopic(
                        STREAM,
                        (long) PARTITIONS,
                        CompressionAlgorithm.None,
                        BigInteger.ZERO,
                        BigInteger.ZERO,
                        Optional.empty(),
                        TOPIC.getName());
    }

    /** One message to each partition. */
    private static void send(final IggyTcpClient client, final String text) {
        for (long partition = 0; partition < PARTITIONS; partition++) {
            client.messages()
                    .sendMessages(
                            STREAM,
                            TOPIC,
                            Partitioning.partitionId(partition),
                            List.of(Message.of(partition + " " + text)));
        }
    }

    private static List<String> pollAll(final IggyTcpClient client) {
        final List<String> all = new ArrayList<>();
        for (long partition = 0; partition < PARTITIONS; partition++) {
            client.messages()
                    .pollMessages(
                            STREAM,
                            TOPIC,
                            Optional.of(partition),
                            Consumer.of(1L),
                            PollingStrategy.first(),
                            1_000L,
                            false)
                    .messages()
                    .forEach(message -> all.add(new String(message.payload(), UTF_8)));
        }
        return all;
    }

    private static TreeSet<String> readByGroup(final IggyTcpClient client, final int count) {
        final TreeSet<String> read = new TreeSet<>();
        final long deadline = System.nanoTime() + DEADLINE_NS;
        while (read.size() < count) {
            client.messages()
                    .pollMessages(
                            STREAM, TOPIC, Optional.empty(), Consumer.group(GROUP), PollingStrategy.next(), 100L, true)
                    .messages()
                    .forEach(message -> read.add(new String(message.payload(), UTF_8)));
            assertTrue(System.nanoTime() - deadline < 0, read::toString);
        }
        return read;
    }

    private static ConsumerGroupDetails group(final IggyTcpClient client) {
        return client.consumerGroups().getConsumerGroup(STREAM, TOPIC, GROUP).orElseThrow();
    }

    private static void awaitMembers(final IggyTcpClient client, final int count) throws InterruptedException {
        final long deadline = System.nanoTime() + DEADLINE_NS;
        while (group(client).membersCount() != count) {
            assertTrue(System.nanoTime() - deadline < 0, () -> group(client).toString());
            Thread.sleep(LOOK_MS);
        }
    }

    /** Ports of the nodes, by replica, as the metadata of the cluster names them there. */
    private List<Integer> doorsAt(final int replica, final int shard) throws IOException {
        try (LegacyClient client = new LegacyClient("127.0.0.1:" + (ports[replica] + shard))) {
            assertEquals(0, client.login("iggy", "iggy"));
            final ByteBuffer record = ByteBuffer.wrap(
                            client.request(GET_CLUSTER_METADATA, new byte[0]).payload())
                    .order(ByteOrder.LITTLE_ENDIAN);
            skipText(record);
            final List<Integer> doors = new ArrayList<>();
            for (int left = record.getInt(); left > 0; left--) {
                skipText(record);
                skipText(record);
                doors.add(record.getShort(record.position()) & 0xffff);
                record.position(record.position() + NODE_PORTS_BYTES);
            }
            return doors;
        }
    }

    private static void skipText(final ByteBuffer record) {
        final int length = record.getInt();
        record.position(record.position() + length);
    }
}
