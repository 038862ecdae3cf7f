package io.vireo.node.launch;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.iggy.client.async.MessagesClient;
import org.apache.iggy.client.async.tcp.AsyncIggyTcpClient;
import org.apache.iggy.consumergroup.Consumer;
import org.apache.iggy.identifier.StreamId;
import org.apache.iggy.identifier.TopicId;
import org.apache.iggy.message.Message;
import org.apache.iggy.message.Partitioning;
import org.apache.iggy.message.PolledMessages;
import org.apache.iggy.message.PollingStrategy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suite of the asynchronous client while one node after the other is killed and restarted, as {@link SuiteUnderKills} does it. */
class SdkAsyncKillsIT extends SdkAsyncSuite implements SuiteUnderKills.Subject {
    @RegisterExtension
    static final SuiteUnderKills UNDER_KILLS = new SuiteUnderKills();

    private final SuiteUnderKills.Attempt attempt = UNDER_KILLS.attempt();

    @BeforeAll
    static void beginToKill() {
        UNDER_KILLS.begin(cluster);
    }

    @AfterAll
    static void verify() throws Exception {
        UNDER_KILLS.end();
    }

    @Override
    public SuiteUnderKills.Attempt attempt() {
        return attempt;
    }

    @Override
    int port(final int replica) {
        return attempt.port(replica);
    }

    @Override
    MessagesClient messages(final AsyncIggyTcpClient client, final int connections) {
        return new Recorded(client.messages(), attempt.history(), connections == 1);
    }

    /** Keeps account of what is sent. */
    private record Recorded(MessagesClient messages, SentHistory history, boolean isOrdered) implements MessagesClient {
        @Override
        public CompletableFuture<PolledMessages> pollMessages(
                final StreamId stream,
                final TopicId topic,
                final Optional<Long> partition,
                final Consumer consumer,
                final PollingStrategy strategy,
                final Long count,
                final boolean isAutoCommit) {
            return messages.pollMessages(stream, topic, partition, consumer, strategy, count, isAutoCommit);
        }

        @Override
        public CompletableFuture<Void> sendMessages(
                final StreamId stream,
                final TopicId topic,
                final Partitioning partitioning,
                final List<Message> batch) {
            final SentHistory.Sent sent = history.sending(stream, topic, partitioning, batch, isOrdered);
            return messages.sendMessages(stream, topic, partitioning, batch).whenComplete((nothing, problem) -> {
                if (problem == null) {
                    sent.acknowledged();
                } else {
                    sent.failed(problem);
                }
            });
        }
    }
}
