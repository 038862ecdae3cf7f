package io.vireo.node.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.replay.ReplyStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client says when nothing answers: every request and read has one outcome, and an honest one. */
@Timeout(30)
class VireoClientTest {
    private ServerSocket silent;
    private VireoClient client;

    @BeforeEach
    void connect() throws IOException {
        // Accepts connections by its backlog and never says a word.
        silent = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        final String address = "127.0.0.1:" + silent.getLocalPort();
        final ClusterConfig config = new NodeContext()
                .clusterId(1, 2)
                .addReplica(List.of(address))
                .addReplica(List.of(address))
                .addReplica(List.of(address))
                .namespacesMax(8)
                .prepareSizeMax(16 << 10)
                .walBytes(1 << 20)
                .conclude();
        client = new VireoClient(new VireoClientContext(config).outstandingMax(4, 1000));
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        silent.close();
    }

    private static Reply get(final CompletionStage<Reply> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static void assertOutcome(final Outcome outcome, final int status, final CompletionStage<Reply> stage)
            throws Exception {
        final Reply reply = get(stage);
        assertEquals(outcome, reply.outcome(), reply.toString());
        assertEquals(status, reply.status(), reply.toString());
    }

    @Test
    void shouldRefuseAtOnceWhenTheRequestCannotBe() throws Exception {
        assertOutcome(Outcome.NOT_APPLIED, ReplyStatus.UNKNOWN_NAMESPACE, client.submit(8, new byte[1]));
        assertOutcome(Outcome.NOT_APPLIED, ReplyStatus.UNKNOWN_NAMESPACE, client.submit(-1, new byte[1]));
        assertOutcome(Outcome.NOT_APPLIED, ReplyStatus.TOO_LARGE, client.submit(0, new byte[16 << 10]));
        assertOutcome(
                Outcome.NOT_APPLIED,
                ReplyStatus.UNKNOWN_NAMESPACE,
                client.read(8, new byte[16], Consistency.COMMITTED));
    }

    @Test
    void shouldRefuseAsBusyWhenTooManyRequestsOrBytesWait() throws Exception {
        final List<CompletionStage<Reply>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(client.submit(i, new byte[300]));
        }
        assertOutcome(Outcome.NOT_APPLIED, ReplyStatus.BUSY, client.submit(0, new byte[101]));
        waiting.add(client.submit(0, new byte[100]));
        assertOutcome(Outcome.NOT_APPLIED, ReplyStatus.BUSY, client.submit(0, new byte[0]));
        client.close();
        for (final CompletionStage<Reply> each : waiting) {
            assertOutcome(Outcome.NOT_APPLIED, ReplyStatus.RETRY, each);
        }
        assertOutcome(Outcome.NOT_APPLIED, ReplyStatus.RETRY, client.submit(0, new byte[0]));
    }

    @Test
    void shouldReportUnknownWhenAReadIsNotAnsweredInTime() throws Exception {
        assertOutcome(
                Outcome.UNKNOWN,
                ReplyStatus.RETRY,
                client.read(0, new byte[16], Consistency.LINEARIZABLE, ClientReads.ANY_REPLICA, Duration.ofMillis(50)));
    }

    @Test
    void shouldSayWhyWhenThereIsNoConnection() throws Exception {
        assertFalse(client.awaitConnection(Duration.ofMillis(20)));
        for (int replica = 0; replica < 3; replica++) {
            assertNotNull(client.problem(replica));
        }
    }
}
