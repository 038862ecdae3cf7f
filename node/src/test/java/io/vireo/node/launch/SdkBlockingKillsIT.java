package io.vireo.node.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.apache.iggy.client.blocking.MessagesClient;
import org.apache.iggy.client.blocking.tcp.IggyTcpClient;
import org.apache.iggy.consumergroup.Consumer;
import org.apache.iggy.identifier.ConsumerId;
import org.apache.iggy.identifier.StreamId;
import org.apache.iggy.identifier.TopicId;
import org.apache.iggy.message.Message;
import org.apache.iggy.message.Partitioning;
import org.apache.iggy.message.PolledMessages;
import org.apache.iggy.message.PollingStrategy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The suite of the blocking client while one node after the other is killed and restarted, as {@link SuiteUnderKills} does it. */
class SdkBlockingKillsIT extends SdkBlockingSuite implements SuiteUnderKills.Subject {
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

    /** The SDK connects again and logs in by itself, and to the same address; what belonged to the connection is gone with it. */
    @Test
    @OfConnections
    @DisabledIfSystemProperty(
            named = "vireo.sdk",
            matches = "0.7.*",
            disabledReason = "it does not connect again by itself")
    void shouldGoOnWithTheSameClientWhenItsNodeComesBack() throws Exception {
        final IggyTcpClient client = root(1);
        client.streams().createStream(stream.getName());
        topic(client, 1);
        send(client, 0, "before");
        final ConsumerId group = ConsumerId.of("readers");
        client.consumerGroups().createConsumerGroup(stream, TOPIC, "readers");
        client.consumerGroups().joinConsumerGroup(stream, TOPIC, group);
        assertEquals(List.of("before"), payloads(pollGroup(client, group)));

        attempt.awaitNextLife();
        send(client, 0, "after");
        assertEquals(List.of("before", "after"), payloads(poll(client, 0, PollingStrategy.first(), 10)));
        assertRefused(5006, () -> pollGroup(client, group));
        client.consumerGroups().joinConsumerGroup(stream, TOPIC, group);
        assertEquals(List.of("after"), payloads(pollGroup(client, group)));
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
    void forgetSends() {
        attempt.history().forget();
    }

    @Override
    MessagesClient messages(final IggyTcpClient client) {
        return new Recorded(client.messages(), attempt.history());
    }

    /** Keeps account of what is sent. */
    private record Recorded(MessagesClient messages, SentHistory history) implements MessagesClient {
        @Override
        public PolledMessages pollMessages(
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
        public void sendMessages(
                final StreamId stream,
                final TopicId topic,
                final Partitioning partitioning,
                final List<Message> batch) {
            final SentHistory.Sent sent = history.sending(stream, topic, partitioning, batch, true);
            try {
                messages.sendMessages(stream, topic, partitioning, batch);
            } catch (final RuntimeException e) {
                sent.failed(e);
                throw e;
            }
            sent.acknowledged();
        }
    }
}
