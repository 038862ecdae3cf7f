package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.iggy.client.async.MessagesClient;
import org.apache.iggy.client.async.tcp.AsyncIggyTcpClient;
import org.apache.iggy.consumergroup.Consumer;
import org.apache.iggy.consumergroup.ConsumerGroupDetails;
import org.apache.iggy.exception.IggyServerException;
import org.apache.iggy.identifier.ConsumerId;
import org.apache.iggy.identifier.StreamId;
import org.apache.iggy.identifier.TopicId;
import org.apache.iggy.message.Message;
import org.apache.iggy.message.Partitioning;
import org.apache.iggy.message.PolledMessages;
import org.apache.iggy.message.PollingStrategy;
import org.apache.iggy.topic.CompressionAlgorithm;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The asynchronous client of the released SDK, unchanged, against a cluster of three processes: many requests without waiting, large batches,
 * and consumers of a group of which one goes. Clients are at nodes that lead neither group 0 nor, in most cases, the group of the partition.
 */
abstract class SdkAsyncSuite {
    private static final int DEADLINE_S = 30;
    private static final TopicId TOPIC = TopicId.of("events");
    private static final Consumer READER = Consumer.of(7L);

    @TempDir
    static Path dir;

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final List<CompletableFuture<Void>> CLOSING = new CopyOnWriteArrayList<>();
    static StreamingCluster cluster;

    private final StreamId stream = StreamId.of("async-" + NAMES.getAndIncrement());
    /** Open ones; a test that has been given up may be adding to it. */
    private final List<AsyncIggyTcpClient> clients = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        cluster = new StreamingCluster(dir);
    }

    @AfterAll
    static void stop() throws Exception {
        for (final CompletableFuture<Void> each : CLOSING) {
            each.get(DEADLINE_S, TimeUnit.SECONDS);
        }
        CLOSING.clear();
        cluster.close();
    }

    /** Each takes two seconds to close, for no reason of ours. */
    @AfterEach
    public void disconnectInTheBackground() {
        clients.forEach(client -> CLOSING.add(client.close()));
    }

    // ---- where the suite runs in another way ----

    /** Where clients of this replica connect. */
    int port(final int replica) {
        return cluster.port(replica);
    }

    /**
     * By which messages are sent and polled.
     *
     * @param connections of the client: the sends of one are in order.
     */
    MessagesClient messages(final AsyncIggyTcpClient client, final int connections) {
        return client.messages();
    }

    // ---- tests ----

    @Test
    void shouldKeepTheOrderOfSendsThatNobodyWaitsForBetween() throws Exception {
        final AsyncIggyTcpClient client = root(1, 1);
        makeTopic(client, 1);
        final List<CompletableFuture<Void>> sends = new ArrayList<>();
        final List<String> sent = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            final String text = "message " + i;
            sent.add(text);
            sends.add(messages(client, 1)
                    .sendMessages(stream, TOPIC, Partitioning.partitionId(0L), List.of(Message.of(text))));
        }
        for (final CompletableFuture<Void> each : sends) {
            done(each);
        }
        assertEquals(sent, payloads(poll(root(2, 1), 0, 1_000)));
    }

    @Test
    void shouldHaveEachAcknowledgedMessageOnceWhenManyConnectionsSendAtATime() throws Exception {
        final AsyncIggyTcpClient client = root(2, 8);
        makeTopic(client, 4);
        final List<CompletableFuture<Void>> sends = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            sends.add(messages(client, 8)
                    .sendMessages(
                            stream,
                            TOPIC,
                            Partitioning.partitionId((long) (i % 4)),
                            List.of(Message.of("message " + i))));
        }
        for (final CompletableFuture<Void> each : sends) {
            done(each);
        }
        final List<String> found = new ArrayList<>();
        for (int partition = 0; partition < 4; partition++) {
            found.addAll(payloads(poll(client, partition, 1_000)));
        }
        assertEquals(400, found.size());
        assertEquals(
                new TreeSet<>(
                        IntStream.range(0, 400).mapToObj(i -> "message " + i).toList()),
                new TreeSet<>(found));
    }

    @Test
    void shouldTakeBatchesThatAreLargerThanAnEntryOfTheLog() throws Exception {
        final AsyncIggyTcpClient client = root(1, 1);
        makeTopic(client, 1);
        final List<CompletableFuture<Void>> sends = new ArrayList<>();
        final List<String> sent = new ArrayList<>();
        for (int batch = 0; batch < 3; batch++) {
            final List<Message> messages = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                final String text = batch + "/" + i + " " + "x".repeat(1_000);
                sent.add(text);
                messages.add(Message.of(text));
            }
            sends.add(messages(client, 1).sendMessages(stream, TOPIC, Partitioning.partitionId(0L), messages));
        }
        for (final CompletableFuture<Void> each : sends) {
            done(each);
        }
        final List<String> found = new ArrayList<>();
        while (found.size() < sent.size()) {
            final List<String> next = payloads(done(messages(client, 1)
                    .pollMessages(
                            stream,
                            TOPIC,
                            Optional.of(0L),
                            READER,
                            PollingStrategy.offset(BigInteger.valueOf(found.size())),
                            4_000L,
                            false)));
            assertTrue(!next.isEmpty(), () -> "only " + found.size() + " of " + sent.size());
            found.addAll(next);
        }
        assertEquals(sent, found);
    }

    @Test
    @OfConnections
    void shouldGiveAllPartitionsToTheOtherConsumerWhenOneDisconnects() throws Exception {
        final AsyncIggyTcpClient stays = root(1, 1);
        final AsyncIggyTcpClient goes = root(2, 1);
        makeTopic(stays, 4);
        final ConsumerId group = ConsumerId.of("readers");
        done(stays.consumerGroups().createConsumerGroup(stream, TOPIC, "readers"));
        done(goes.consumerGroups().joinConsumerGroup(stream, TOPIC, group));
        done(stays.consumerGroups().joinConsumerGroup(stream, TOPIC, group));
        final TreeSet<String> read = new TreeSet<>();
        send(stays, 0, 4);
        while (read.size() < 4) {
            read.addAll(payloads(pollGroup(stays, group)));
            read.addAll(payloads(pollGroup(goes, group)));
        }
        clients.remove(goes);
        CLOSING.add(goes.close());
        final long deadline = System.nanoTime() + DEADLINE_S * 1_000_000_000L;
        while (true) {
            final ConsumerGroupDetails found = done(stays.consumerGroups().getConsumerGroup(stream, TOPIC, group))
                    .orElseThrow();
            if (found.membersCount() == 1 && found.members().get(0).partitions().size() == 4) {
                break;
            }
            assertTrue(System.nanoTime() - deadline < 0, () -> "the other is still a member: " + found);
        }
        send(stays, 4, 8);
        final List<String> later = new ArrayList<>();
        while (later.size() < 4) {
            later.addAll(payloads(pollGroup(stays, group)));
            assertTrue(System.nanoTime() - deadline < 0, later::toString);
        }
        assertEquals(
                List.of("to 4", "to 5", "to 6", "to 7"), later.stream().sorted().toList());
    }

    @Test
    void shouldFailTheRequestAndNotTheConnectionWhenItIsRefused() throws Exception {
        final AsyncIggyTcpClient client = root(2, 1);
        makeTopic(client, 1);
        assertRefused(1012, client.streams().createStream(stream.getName()));
        assertRefused(
                2010,
                messages(client, 1)
                        .sendMessages(
                                stream,
                                TopicId.of("none"),
                                Partitioning.partitionId(0L),
                                List.of(Message.of("nowhere"))));
        assertRefused(
                3007,
                messages(client, 1)
                        .sendMessages(stream, TOPIC, Partitioning.partitionId(9L), List.of(Message.of("nowhere"))));
        done(messages(client, 1)
                .sendMessages(stream, TOPIC, Partitioning.partitionId(0L), List.of(Message.of("here"))));
        assertEquals(List.of("here"), payloads(poll(client, 0, 10)));
    }

    private void send(final AsyncIggyTcpClient client, final int first, final int end) throws Exception {
        for (int i = first; i < end; i++) {
            done(messages(client, 1)
                    .sendMessages(
                            stream, TOPIC, Partitioning.partitionId((long) (i % 4)), List.of(Message.of("to " + i))));
        }
    }

    /** @param connections of the client, each of which has one request at a time. */
    private AsyncIggyTcpClient root(final int replica, final int connections) throws Exception {
        final AsyncIggyTcpClient client = done(AsyncIggyTcpClient.builder()
                .host("127.0.0.1")
                .port(port(replica))
                .credentials(StreamingCluster.USER, StreamingCluster.PASSWORD)
                .connectionPoolSize(connections)
                // On a machine with much else to do the last of many waits for longer than the client would by itself.
                .acquireTimeout(Duration.ofSeconds(DEADLINE_S))
                .requestTimeout(Duration.ofSeconds(DEADLINE_S))
                .buildAndLogin());
        clients.add(client);
        return client;
    }

    private void makeTopic(final AsyncIggyTcpClient client, final long partitions) throws Exception {
        done(client.streams().createStream(stream.getName()));
        done(client.topics()
                .createTopic(
                        stream,
                        partitions,
                        CompressionAlgorithm.None,
                        BigInteger.ZERO,
                        BigInteger.ZERO,
                        Optional.empty(),
                        TOPIC.getName()));
    }

    private PolledMessages poll(final AsyncIggyTcpClient client, final long partition, final long count)
            throws Exception {
        return done(messages(client, 1)
                .pollMessages(stream, TOPIC, Optional.of(partition), READER, PollingStrategy.first(), count, false));
    }

    private PolledMessages pollGroup(final AsyncIggyTcpClient client, final ConsumerId group) throws Exception {
        return done(messages(client, 1)
                .pollMessages(
                        stream, TOPIC, Optional.empty(), Consumer.group(group), PollingStrategy.next(), 10L, true));
    }

    private static <T> T done(final CompletableFuture<T> future) throws Exception {
        return future.get(DEADLINE_S, TimeUnit.SECONDS);
    }

    private static List<String> payloads(final PolledMessages polled) {
        return polled.messages().stream()
                .map(each -> new String(each.payload(), StandardCharsets.UTF_8))
                .toList();
    }

    private static void assertRefused(final int code, final CompletableFuture<?> future) {
        final ExecutionException failure = assertThrows(ExecutionException.class, () -> done(future));
        assertEquals(code, ((IggyServerException) failure.getCause()).getRawErrorCode());
    }
}
