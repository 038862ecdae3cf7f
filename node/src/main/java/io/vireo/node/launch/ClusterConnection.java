package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.node.client.ClusterAccess;
import io.vireo.node.client.Outcome;
import io.vireo.node.client.Reply;
import io.vireo.node.client.VireoClient;
import io.vireo.node.client.VireoClientContext;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How the commands that are clients reach the cluster, and the words they use when they do not. */
final class ClusterConnection {
    /** How long a command waits for the first connection before it says that the cluster is not there. */
    static final int CONNECT_SECONDS = 10;

    private ClusterConnection() {}

    /** A client with at least one connection, or an exception that says for each replica why there is none. */
    static VireoClient connect(
            final ClusterConfig cluster,
            final ClusterAccess access,
            final int sessionsPerGroup,
            final int connectSeconds)
            throws InterruptedException {
        final VireoClient client =
                new VireoClient(new VireoClientContext(cluster).access(access).sessionsPerGroupMax(sessionsPerGroup));
        if (!client.awaitConnection(Duration.ofSeconds(connectSeconds))) {
            final String problems = problems(client, cluster);
            client.close();
            throw new FailedException("no replica of the cluster answers: " + problems + "; is the cluster running?");
        }
        return client;
    }

    /** Why replicas are not connected, for people; empty if all are. */
    static String problems(final VireoClient client, final ClusterConfig cluster) {
        final StringBuilder text = new StringBuilder();
        for (int replica = 0; replica < cluster.replicaCount(); replica++) {
            final String problem = client.problem(replica);
            if (problem != null) {
                text.append(text.length() == 0 ? "" : "; ")
                        .append("replica ")
                        .append(replica)
                        .append(" at ")
                        .append(String.join(" ", cluster.addresses(replica)))
                        .append(": ")
                        .append(problem);
            }
        }
        return text.toString();
    }

    /** Waits for a reply. */
    static Reply await(final CompletionStage<Reply> stage, final int timeoutSeconds) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(timeoutSeconds, TimeUnit.SECONDS);
        } catch (final TimeoutException e) {
            throw new FailedException("no answer within " + timeoutSeconds + " s", e);
        } catch (final ExecutionException e) {
            throw new IllegalStateException("the client failed: " + e.getCause(), e);
        }
    }

    /** What it means that a request was not applied. */
    static String text(final Outcome outcome, final int status) {
        final String reason = switch (status) {
            case ReplyStatus.NO_SESSION ->
                "the cluster no longer knows the session, because more clients than sessions_max came after it";
            case ReplyStatus.TOO_LARGE -> "it is larger than prepare_size_max allows";
            case ReplyStatus.UNKNOWN_NAMESPACE -> "the namespace is not below namespaces_max";
            default -> "status " + ReplyStatus.text(status);
        };
        return (outcome == Outcome.UNKNOWN
                        ? "it is unknown whether the request was applied: "
                        : "the request was not applied: ")
                + reason;
    }
}
