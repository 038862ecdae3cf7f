package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.iggy.client.async.tcp.AsyncIggyTcpClient;
import org.apache.iggy.consumergroup.Consumer;
import org.apache.iggy.identifier.StreamId;
import org.apache.iggy.identifier.TopicId;
import org.apache.iggy.message.Message;
import org.apache.iggy.message.PollingStrategy;
import org.apache.iggy.topic.TopicDetails;

/** Reads topics from end to end at one node that lives, by the asynchronous client of the SDK. */
final class NodeReader implements AutoCloseable {
    private static final long DEADLINE_S = 60;
    private static final Consumer READER = Consumer.of(1_000_001L);

    private final AsyncIggyTcpClient client;

    NodeReader(final int port) throws Exception {
        client = await(AsyncIggyTcpClient.builder()
                .host("127.0.0.1")
                .port(port)
                .credentials(StreamingCluster.USER, StreamingCluster.PASSWORD)
                .connectionPoolSize(1)
                .buildAndLogin());
    }

    /** The messages of each partition, as {@link SentHistory#text} shows them; offsets are dense. Empty if there is no such topic. */
    List<List<String>> read(final StreamId stream, final TopicId topic) throws Exception {
        final Optional<TopicDetails> found = await(client.topics().getTopic(stream, topic));
        final List<List<String>> partitions = new ArrayList<>();
        if (found.isPresent()) {
            for (long partition = 0; partition < found.get().partitionsCount(); partition++) {
                partitions.add(read(stream, topic, partition));
            }
        }
        return partitions;
    }

    private List<String> read(final StreamId stream, final TopicId topic, final long partition) throws Exception {
        final List<String> all = new ArrayList<>();
        List<Message> page;
        do {
            page = await(client.messages()
                            .pollMessages(
                                    stream,
                                    topic,
                                    Optional.of(partition),
                                    READER,
                                    PollingStrategy.offset(BigInteger.valueOf(all.size())),
                                    1_000L,
                                    false))
                    .messages();
            for (final Message message : page) {
                assertEquals(BigInteger.valueOf(all.size()), message.header().offset(), "offsets are dense");
                all.add(SentHistory.text(message.payload()));
            }
        } while (!page.isEmpty());
        return all;
    }

    @Override
    public void close() {
        client.close().orTimeout(DEADLINE_S, TimeUnit.SECONDS).join();
    }

    private static <T> T await(final CompletableFuture<T> answer) throws Exception {
        return answer.get(DEADLINE_S, TimeUnit.SECONDS);
    }
}
