package io.vireo.node.launch.stream;

import io.vireo.node.client.iggy.IggyClient;
import io.vireo.node.client.iggy.RequestRefusedException;
import io.vireo.node.iggy.IggyError;
import io.vireo.node.launch.ClusterOption;
import io.vireo.node.launch.FailedException;
import io.vireo.node.launch.OperatorException;
import io.vireo.node.tls.Tls;
import io.vireo.node.transport.HostPort;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the commands that work on streams reach a cluster and who they are. A picocli mixin. */
public final class ClientOption {
    /** A node answers within 15 s, if only that it does not know; another one is asked after one that does not. */
    private static final int ANSWER_MS_MAX = 20_000;

    private static final String SERVER_VARIABLE = "VIREO_SERVER";

    @Mixin
    private ClusterOption clusterOption;

    @Option(
            names = "--server",
            paramLabel = "HOST:PORT",
            split = ",",
            description =
                    "Where nodes serve clients, instead of what the cluster file says; tried in this order (else VIREO_SERVER).")
    private List<String> servers;

    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            description =
                    "Connect by TLS, to nodes whose certificate is of a CA in this PEM file (else as tls.clients and tls.ca_file of the cluster file say, or VIREO_TLS_CLIENTS and VIREO_TLS_CA_FILE).")
    private Path authorities;

    @Option(
            names = "--username",
            paramLabel = "NAME",
            description = "Who logs in (else VIREO_USERNAME, else the root user).")
    private String username;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description =
                    "File whose first line is the password (else VIREO_PASSWORD, else that of the root user as nodes are told of it, else you are asked).")
    private Path passwordFile;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File whose first line is a personal access token to log in by (else VIREO_TOKEN).")
    private Path tokenFile;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            defaultValue = "30",
            description = "Give up after so many seconds without an answer (${DEFAULT-VALUE}).")
    private int timeoutSeconds;

    /** What a command does as a client. */
    interface Work {
        int run(IggyClient client) throws IOException, RequestRefusedException, InterruptedException;
    }

    int timeoutSeconds() {
        return timeoutSeconds;
    }

    /** Connects, logs in, works, and says in words what went wrong. */
    int run(final Work work) throws InterruptedException {
        if (timeoutSeconds < 1 || timeoutSeconds > 3600) {
            throw new OperatorException("--timeout is " + timeoutSeconds + ", must be 1 to 3600");
        }
        final List<HostPort> nodes = nodes();
        final Tls tls = clusterOption.clientTls(isServerNamed(), authorities);
        final Credentials credentials = credentials();
        try (IggyClient client = new IggyClient(nodes, Math.min(timeoutSeconds * 1_000, ANSWER_MS_MAX), tls)) {
            connect(client);
            login(client, credentials);
            return work.run(client);
        } catch (final RequestRefusedException e) {
            throw failure(e);
        } catch (final IOException e) {
            throw new FailedException(e.getMessage(), e);
        } catch (final IllegalArgumentException e) {
            throw new OperatorException(e.getMessage(), e);
        }
    }

    /** A refusal in words: of a mistake, or of something that the caller cannot help. */
    static RuntimeException failure(final RequestRefusedException refusal) {
        if (refusal.isOutcomeUnknown()) {
            return new FailedException(
                    "the cluster did not answer in time, and it is unknown whether it was done: "
                            + refusal.getMessage(),
                    refusal);
        }
        final IggyError error = refusal.error();
        if (error == null) {
            return new FailedException(refusal.getMessage(), refusal);
        }
        return switch (error) {
            case INVALID_CREDENTIALS ->
                new OperatorException(
                        "the login was refused: no user of this name has this password; see --username and --password-file",
                        refusal);
            case ERROR, DISCONNECTED, STALE_CLIENT, SHARD_NOT_FOUND, SHARD_COMMUNICATION_ERROR, IO_ERROR ->
                new FailedException(refusal.getMessage(), refusal);
            default -> new OperatorException(refusal.getMessage(), refusal);
        };
    }

    /** A node that lets in may not answer yet: then the next one is asked. */
    private void login(final IggyClient client, final Credentials credentials)
            throws RequestRefusedException, InterruptedException {
        try {
            if (credentials.token() != null) {
                client.loginWithToken(credentials.token());
            } else {
                client.login(credentials.username(), credentials.password());
            }
        } catch (final IOException e) {
            new Patience(client, timeoutSeconds).reconnect(e, () -> {});
        } catch (final RequestRefusedException e) {
            if (!e.isOutcomeUnknown() && !e.isTransient()) {
                throw e;
            }
            new Patience(client, timeoutSeconds).reconnect(new IOException(e.getMessage(), e), () -> {});
        }
    }

    private void connect(final IggyClient client) {
        try {
            client.connect();
        } catch (final IOException e) {
            throw new FailedException(e.getMessage() + "; is the cluster running?", e);
        }
    }

    private List<HostPort> nodes() {
        final String variable = System.getenv(SERVER_VARIABLE);
        if (!isServerNamed()) {
            return clusterOption.clientAddresses(timeoutSeconds * 1_000);
        }
        final List<HostPort> nodes = new ArrayList<>();
        for (final String server : servers != null ? servers : List.of(variable.split(","))) {
            try {
                nodes.add(HostPort.parse(server.strip()));
            } catch (final IllegalArgumentException e) {
                throw new OperatorException(
                        (servers != null ? "--server" : SERVER_VARIABLE) + ": " + e.getMessage(), e);
            }
        }
        return nodes;
    }

    private boolean isServerNamed() {
        return servers != null || System.getenv(SERVER_VARIABLE) != null;
    }

    private Credentials credentials() {
        if (tokenFile != null && (username != null || passwordFile != null)) {
            throw new OperatorException("--token-file excludes --username and --password-file");
        }
        final Console console = System.console();
        return Credentials.of(
                username,
                Secrets.ofFile("--password-file", passwordFile),
                Secrets.ofFile("--token-file", tokenFile),
                System.getenv(),
                // What dev clusters have for a password is for no server that is named.
                isServerNamed() || !clusterOption.file().toFile().exists()
                        ? null
                        : clusterOption.load().name(),
                console == null ? null : name -> Secrets.ofTerminal(console, "password of " + name));
    }
}
