package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iggy.client.blocking.MessagesClient;
import org.apache.iggy.client.blocking.tcp.IggyTcpClient;
import org.apache.iggy.consumergroup.Consumer;
import org.apache.iggy.exception.IggyServerException;
import org.apache.iggy.identifier.ConsumerId;
import org.apache.iggy.identifier.StreamId;
import org.apache.iggy.identifier.TopicId;
import org.apache.iggy.message.Message;
import org.apache.iggy.message.Partitioning;
import org.apache.iggy.message.PolledMessages;
import org.apache.iggy.message.PollingStrategy;
import org.apache.iggy.topic.CompressionAlgorithm;
import org.apache.iggy.topic.TopicDetails;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * What tests of the blocking client begin with: a cluster for all tests of a class, clients at its nodes which are closed when a test has
 * ended, and the requests that many tests make. The release on the class path is the one that the build says is tested.
 */
abstract class SdkBlockingClients {
    static final BigInteger SERVER_DEFAULT = BigInteger.ZERO;
    static final TopicId TOPIC = TopicId.of("events");
    static final Consumer READER = Consumer.of(7L);

    private static final int DEADLINE_S = 30;
    private static final AtomicInteger NAMES = new AtomicInteger();

    @TempDir
    static Path dir;

    static StreamingCluster cluster;
    private static ExecutorService closers;

    final StreamId stream = StreamId.of("stream-" + NAMES.getAndIncrement());
    /** Open ones; a test that has been given up may be adding to it. */
    final List<IggyTcpClient> clients = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        final String release = System.getProperty("vireo.sdk");
        final String jar = IggyTcpClient.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
        assertTrue(jar.endsWith("iggy-" + release + ".jar"), () -> jar + " is not of release " + release);
        closers = Executors.newCachedThreadPool();
        cluster = new StreamingCluster(dir);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        closers.shutdown();
        final boolean isEnded = closers.awaitTermination(DEADLINE_S, TimeUnit.SECONDS);
        cluster.close();
        assertTrue(isEnded, "clients did not close");
    }

    /** Each takes two seconds to close, for no reason of ours. */
    @AfterEach
    public void disconnectInTheBackground() {
        clients.forEach(client -> closers.execute(() -> disconnect(client)));
    }

    // ---- where a suite runs in another way ----

    /** Where clients of this replica connect. */
    int port(final int replica) {
        return cluster.port(replica);
    }

    /** By which messages are sent and polled. */
    MessagesClient messages(final IggyTcpClient client) {
        return client.messages();
    }

    /** Something is deleted on purpose: nobody is to look for what was sent so far. */
    void forgetSends() {
        // Nobody keeps account here.
    }

    // ---- requests ----

    /** Not logged in. */
    final IggyTcpClient connect(final int replica) {
        final IggyTcpClient client = IggyTcpClient.builder()
                .host("127.0.0.1")
                .port(port(replica))
                // A member of a consumer group is a connection.
                .connectionPoolSize(1)
                .build();
        clients.add(client);
        client.connect();
        return client;
    }

    /** The root user at this replica. */
    final IggyTcpClient root(final int replica) {
        final IggyTcpClient client = connect(replica);
        client.users().login(StreamingCluster.USER, StreamingCluster.PASSWORD);
        return client;
    }

    static void disconnect(final Object client) {
        // Older releases cannot.
        if (client instanceof Closeable closeable) {
            try {
                closeable.close();
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    final TopicDetails topic(final IggyTcpClient client, final long partitions) {
        return client.topics()
                .createTopic(
                        stream,
                        partitions,
                        CompressionAlgorithm.None,
                        SERVER_DEFAULT,
                        SERVER_DEFAULT,
                        Optional.empty(),
                        TOPIC.getName());
    }

    final void send(final IggyTcpClient client, final long partition, final String text) {
        messages(client).sendMessages(stream, TOPIC, Partitioning.partitionId(partition), List.of(Message.of(text)));
    }

    final PolledMessages poll(
            final IggyTcpClient client, final long partition, final PollingStrategy strategy, final long count) {
        return messages(client).pollMessages(stream, TOPIC, Optional.of(partition), READER, strategy, count, false);
    }

    final PolledMessages pollGroup(final IggyTcpClient client, final ConsumerId group) {
        return messages(client)
                .pollMessages(
                        stream, TOPIC, Optional.empty(), Consumer.group(group), PollingStrategy.next(), 10L, true);
    }

    static List<String> payloads(final PolledMessages polled) {
        return polled.messages().stream().map(each -> text(each.payload())).toList();
    }

    static String text(final byte[] payload) {
        return new String(payload, StandardCharsets.UTF_8);
    }

    static void assertRefused(final int code, final Executable call) {
        assertEquals(code, assertThrows(IggyServerException.class, call).getRawErrorCode());
    }

    interface Condition {
        boolean isMet();
    }

    static void await(final String what, final Condition condition) {
        final long deadline = System.nanoTime() + DEADLINE_S * 1_000_000_000L;
        while (!condition.isMet()) {
            assertTrue(System.nanoTime() - deadline < 0, "not in time: " + what);
        }
    }
}
