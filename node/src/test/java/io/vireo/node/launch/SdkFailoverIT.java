package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.apache.iggy.client.async.tcp.AsyncIggyTcpClient;
import org.apache.iggy.config.RetryPolicy;
import org.apache.iggy.consumergroup.Consumer;
import org.apache.iggy.identifier.StreamId;
import org.apache.iggy.identifier.TopicId;
import org.apache.iggy.message.Message;
import org.apache.iggy.message.Partitioning;
import org.apache.iggy.message.PollingStrategy;
import org.apache.iggy.topic.CompressionAlgorithm;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The asynchronous client of the released SDK writes while one node after the other is killed and comes back. A node that lives answers
 * whatever it is asked, sooner or later; only what was under way at a node that is killed has no answer.
 */
class SdkFailoverIT {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int BATCHES_PER_ROUND = 60;
    private static final int BATCH = 10;
    private static final StreamId STREAM = StreamId.of("failover");
    private static final TopicId TOPIC = TopicId.of("events");

    @TempDir
    static Path dir;

    private static StreamingCluster cluster;
    private static AtomicReferenceArray<Life> lives;

    /** One life of a node: requests to it are answered until it ends. */
    private static final class Life {
        private volatile boolean isOver;
    }

    @BeforeAll
    static void start() throws Exception {
        cluster = new StreamingCluster(dir);
        lives = new AtomicReferenceArray<>(StreamingCluster.REPLICAS);
        for (int replica = 0; replica < StreamingCluster.REPLICAS; replica++) {
            lives.set(replica, new Life());
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void shouldKeepEachAcknowledgedBatchOnceAndInOrderWhileOneNodeAfterTheOtherIsKilled() throws Exception {
        final AsyncIggyTcpClient client = await(connect(0));
        await(client.streams().createStream(STREAM.getName()));
        await(client.topics()
                .createTopic(
                        STREAM,
                        (long) StreamingCluster.REPLICAS,
                        CompressionAlgorithm.None,
                        BigInteger.ZERO,
                        BigInteger.ZERO,
                        Optional.empty(),
                        TOPIC.getName()));
        final List<Writer> writers = new ArrayList<>();
        for (int w = 0; w < StreamingCluster.REPLICAS; w++) {
            writers.add(new Writer(w));
        }
        writers.forEach(Thread::start);
        try {
            awaitProgress(writers);
            for (int killed = 0; killed < StreamingCluster.REPLICAS; killed++) {
                lives.get(killed).isOver = true;
                cluster.kill(killed);
                awaitProgress(writers);
                cluster.start(killed);
                cluster.awaitServing(killed);
                lives.set(killed, new Life());
                awaitProgress(writers);
            }
        } finally {
            writers.forEach(Writer::end);
        }
        for (final Writer writer : writers) {
            writer.join(TimeUnit.NANOSECONDS.toMillis(DEADLINE_NS));
            assertFalse(writer.isAlive(), () -> "writer " + writer.index + " does not end" + cluster.output());
            if (writer.problem != null) {
                throw new AssertionError("a living node did not serve" + cluster.output(), writer.problem);
            }
            writer.verify(read(writer.index));
        }
    }

    /** Until each of them has so many more acknowledgements. */
    private static void awaitProgress(final List<Writer> writers) throws InterruptedException {
        writers.forEach(writer -> writer.acknowledgements.drainPermits());
        for (final Writer writer : writers) {
            assertTrue(
                    writer.problem != null
                            || writer.acknowledgements.tryAcquire(BATCHES_PER_ROUND, DEADLINE_NS, TimeUnit.NANOSECONDS),
                    () -> "writer " + writer.index + " got stuck" + cluster.output());
        }
    }

    /** All messages of a partition, from every node the same. */
    private static List<String> read(final long partition) throws Exception {
        final List<List<String>> byNode = new ArrayList<>();
        for (int replica = 0; replica < StreamingCluster.REPLICAS; replica++) {
            final AsyncIggyTcpClient client = await(connect(replica));
            final List<String> all = new ArrayList<>();
            List<Message> page;
            do {
                page = await(client.messages()
                                .pollMessages(
                                        STREAM,
                                        TOPIC,
                                        Optional.of(partition),
                                        Consumer.of(1L),
                                        PollingStrategy.offset(BigInteger.valueOf(all.size())),
                                        1000L,
                                        false))
                        .messages();
                for (final Message message : page) {
                    assertEquals(
                            BigInteger.valueOf(all.size()), message.header().offset(), "offsets are dense");
                    all.add(new String(message.payload(), StandardCharsets.UTF_8));
                }
            } while (!page.isEmpty());
            byNode.add(all);
        }
        assertEquals(byNode.get(0), byNode.get(1));
        assertEquals(byNode.get(0), byNode.get(2));
        return byNode.get(0);
    }

    private static CompletableFuture<AsyncIggyTcpClient> connect(final int replica) {
        return AsyncIggyTcpClient.builder()
                .host("127.0.0.1")
                .port(cluster.port(replica))
                .credentials(StreamingCluster.USER, StreamingCluster.PASSWORD)
                .retryPolicy(RetryPolicy.noRetry())
                .connectionPoolSize(1)
                .buildAndLogin();
    }

    private static <T> T await(final CompletableFuture<T> answer) throws Exception {
        return answer.get(DEADLINE_NS, TimeUnit.NANOSECONDS);
    }

    /** Sends one batch after the other to a partition of its own, by whichever node lives. */
    private static final class Writer extends Thread {
        private final int index;
        private final List<Integer> acknowledged = new ArrayList<>();
        private final Set<Integer> unknown = new HashSet<>();
        private final Semaphore acknowledgements = new Semaphore(0);
        private volatile boolean isEnding;
        private volatile Exception problem;
        private int sent;

        Writer(final int index) {
            super("writer-" + index);
            this.index = index;
            setDaemon(true);
        }

        void end() {
            isEnding = true;
        }

        @Override
        public void run() {
            try {
                for (int replica = index; !isEnding; replica = (replica + 1) % StreamingCluster.REPLICAS) {
                    final Life life = lives.get(replica);
                    final Optional<AsyncIggyTcpClient> client = answerOf(connect(replica), life);
                    if (client.isPresent()) {
                        writeTo(client.get(), life);
                    }
                }
            } catch (final Exception e) {
                problem = e;
                // Nobody has to wait for this one any more.
                acknowledgements.release(BATCHES_PER_ROUND);
            }
        }

        private void writeTo(final AsyncIggyTcpClient client, final Life life) throws Exception {
            while (!isEnding && !life.isOver) {
                final int batch = sent++;
                final List<Message> messages = IntStream.range(0, BATCH)
                        .mapToObj(i -> Message.of(batch + ":" + i))
                        .toList();
                final CompletableFuture<Boolean> answer = client.messages()
                        .sendMessages(STREAM, TOPIC, Partitioning.partitionId((long) index), messages)
                        .thenApply(nothing -> true);
                if (answerOf(answer, life).isPresent()) {
                    acknowledged.add(batch);
                    acknowledgements.release();
                } else {
                    unknown.add(batch);
                }
            }
        }

        /** Empty if the node was killed before it answered; what a living one refuses, or leaves unanswered, is a failure. */
        private static <T> Optional<T> answerOf(final CompletableFuture<T> answer, final Life life) throws Exception {
            final long deadline = System.nanoTime() + DEADLINE_NS;
            while (true) {
                try {
                    return Optional.of(answer.get(20, TimeUnit.MILLISECONDS));
                } catch (final TimeoutException e) {
                    if (life.isOver) {
                        return Optional.empty();
                    }
                    if (System.nanoTime() >= deadline) {
                        throw e;
                    }
                } catch (final ExecutionException e) {
                    if (life.isOver) {
                        return Optional.empty();
                    }
                    throw e;
                }
            }
        }

        /** Whole batches in the order of sending: each that was acknowledged once, and of the others none more often. */
        void verify(final List<String> read) {
            final List<Integer> found = new ArrayList<>();
            for (int i = 0; i < read.size(); i += BATCH) {
                final int batch =
                        Integer.parseInt(read.get(i).substring(0, read.get(i).indexOf(':')));
                for (int k = 0; k < BATCH; k++) {
                    assertEquals(batch + ":" + k, read.get(i + k), "batches are whole");
                }
                found.add(batch);
            }
            assertEquals(new HashSet<>(found).size(), found.size(), "nothing is there twice");
            found.removeAll(unknown);
            assertEquals(acknowledged, found);
        }
    }
}
