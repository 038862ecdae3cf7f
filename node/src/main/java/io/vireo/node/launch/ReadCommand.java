package io.vireo.node.launch;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.node.client.ClientReads;
import io.vireo.node.client.Consistency;
import io.vireo.node.client.Outcome;
import io.vireo.node.client.Reply;
import io.vireo.node.client.VireoClient;
import io.vireo.node.log.LogStateMachine;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vireo read}: prints entries of a namespace of the replicated log, or only their number and checksum. */
@Command(
        name = "read",
        description = "Print entries of the replicated log as they are, each followed by a newline.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Without --replica the primary answers and everything acknowledged before is seen (linearizable). With --replica K that",
            "replica answers from what it has applied (committed), which may be less: say --at-least to wait for it.",
            "",
            "Examples:",
            "  vireo read --all",
            "  vireo read --from 100 --max 10",
            "  vireo read --all --replica 2 --at-least 345755 --sha256",
            "",
            "Exit code 0 if everything asked for was read, 1 if not, 2 for a mistake in the arguments.",
        })
public final class ReadCommand implements Callable<Integer> {
    private static final long RETRY_MS = 20;

    @Mixin
    private ClusterOption clusterOption;

    @Option(
            names = "--namespace",
            paramLabel = "N",
            defaultValue = "0",
            description = "Namespace to read (${DEFAULT-VALUE}).")
    private long namespace;

    @Option(names = "--all", description = "Everything from the start; the default unless --from is given.")
    private boolean isAll;

    @Option(names = "--from", paramLabel = "OFFSET", description = "Offset of the first entry.")
    private Long from;

    @Option(names = "--max", paramLabel = "N", description = "At most so many entries.")
    private Long max;

    @Option(
            names = "--replica",
            paramLabel = "K",
            description = "Let this replica answer; implies --consistency committed.")
    private Integer replica;

    @Option(names = "--consistency", paramLabel = "HOW", description = "linearizable (default) or committed.")
    private String consistencyText;

    @Option(
            names = "--at-least",
            paramLabel = "N",
            defaultValue = "0",
            description = "Wait until the namespace holds so many entries.")
    private long atLeast;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            defaultValue = "30",
            description = "Give up after so many seconds without progress (${DEFAULT-VALUE}).")
    private int timeoutSeconds;

    @Option(names = "--sha256", description = "Print number, bytes and SHA-256 instead of the entries.")
    private boolean isDigest;

    @Spec
    private CommandSpec spec;

    private final EntryDigest digest = new EntryDigest();
    private long entries;
    private long bytes;

    @Override
    public Integer call() throws InterruptedException {
        require(!isAll || from == null, "--all and --from exclude each other");
        require(from == null || from >= 0, "--from is " + from + ", must not be negative");
        require(max == null || max >= 0, "--max is " + max + ", must not be negative");
        require(timeoutSeconds >= 1, "--timeout is " + timeoutSeconds + ", must be at least 1");
        final ClusterConfig cluster = clusterOption.loadLog();
        require(
                replica == null || (replica >= 0 && replica < cluster.replicaCount()),
                "--replica is " + replica + ", this cluster has replicas 0 to " + (cluster.replicaCount() - 1));
        require(
                namespace >= 0 && namespace < cluster.namespacesMax(),
                "--namespace is " + namespace + ", the namespaces of this cluster are 0 to "
                        + (cluster.namespacesMax() - 1));
        final Consistency consistency = consistency();
        // Not closed: the digest is printed to the same descriptor later.
        final OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);
        final int connectSeconds = Math.min(ClusterConnection.CONNECT_SECONDS, timeoutSeconds);
        try (VireoClient client = ClusterConnection.connect(cluster, clusterOption.access(), 1, connectSeconds)) {
            read(client, cluster, consistency, out);
            out.flush();
        } catch (final IOException e) {
            throw new FailedException("cannot write to the standard output: " + Failures.text(e), e);
        }
        if (isDigest) {
            spec.commandLine()
                    .getOut()
                    .printf(
                            Locale.ROOT,
                            "namespace=%d from=%d entries=%d bytes=%d sha256=%s%n",
                            namespace,
                            from == null ? 0 : from,
                            entries,
                            bytes,
                            digest.hex());
            spec.commandLine().getOut().flush();
        }
        return ExitCodes.OK;
    }

    private Consistency consistency() {
        if (consistencyText == null) {
            return replica == null ? Consistency.LINEARIZABLE : Consistency.COMMITTED;
        }
        switch (consistencyText) {
            case "committed" -> {
                return Consistency.COMMITTED;
            }
            case "linearizable" -> {
                require(
                        replica == null,
                        "--replica and --consistency linearizable exclude each other: only the primary can answer so");
                return Consistency.LINEARIZABLE;
            }
            default ->
                throw new OperatorException(
                        "--consistency is \"" + consistencyText + "\", must be linearizable or committed");
        }
    }

    private static void require(final boolean holds, final String text) {
        if (!holds) {
            throw new OperatorException(text);
        }
    }

    private void read(
            final VireoClient client,
            final ClusterConfig cluster,
            final Consistency consistency,
            final OutputStream out)
            throws IOException, InterruptedException {
        long next = from == null ? 0 : from;
        final long end = max == null ? Long.MAX_VALUE : next + max;
        long lastProgressNs = System.nanoTime();
        while (next < end) {
            final Reply reply = ClusterConnection.await(
                    client.read(
                            namespace,
                            query(next, (int) Math.min(end - next, Integer.MAX_VALUE)),
                            consistency,
                            replica == null ? ClientReads.ANY_REPLICA : replica,
                            Duration.ofSeconds(timeoutSeconds)),
                    timeoutSeconds + 5);
            if (!reply.isOk()) {
                throw new FailedException(failure(reply, client, cluster));
            }
            final UnsafeBuffer answer = new UnsafeBuffer(reply.body());
            final long logEnd = answer.getLong(LogStateMachine.ANSWER_END_OFFSET, LITTLE_ENDIAN);
            final int count = answer.getInt(LogStateMachine.ANSWER_COUNT_OFFSET, LITTLE_ENDIAN);
            write(reply.body(), answer, count, out);
            next += count;
            final long nowNs = System.nanoTime();
            if (count > 0) {
                lastProgressNs = nowNs;
            } else if (logEnd >= atLeast) {
                return;
            } else if (nowNs - lastProgressNs > timeoutSeconds * 1_000_000_000L) {
                throw new FailedException("namespace " + namespace + " holds " + logEnd + " entries"
                        + (replica == null ? "" : " at replica " + replica) + ", not the " + atLeast
                        + " of --at-least, and got no more for " + timeoutSeconds + " s");
            } else {
                TimeUnit.MILLISECONDS.sleep(RETRY_MS);
            }
        }
    }

    private void write(final byte[] body, final UnsafeBuffer answer, final int count, final OutputStream out)
            throws IOException {
        int at = LogStateMachine.ANSWER_PREFIX_LENGTH;
        for (int i = 0; i < count; i++) {
            final int length = answer.getInt(at, LITTLE_ENDIAN);
            at += Integer.BYTES;
            if (isDigest) {
                digest.add(body, at, length);
            } else {
                out.write(body, at, length);
                out.write('\n');
            }
            at += length;
            entries++;
            bytes += length;
        }
    }

    private String failure(final Reply reply, final VireoClient client, final ClusterConfig cluster) {
        if (reply.outcome() == Outcome.UNKNOWN) {
            final String problems = ClusterConnection.problems(client, cluster);
            return "no answer within " + timeoutSeconds + " s (last heard: " + ReplyStatus.text(reply.status()) + ")"
                    + (problems.isEmpty() ? "" : "; " + problems);
        }
        return "the read was refused: " + ReplyStatus.text(reply.status());
    }

    private static byte[] query(final long next, final int maxEntries) {
        final byte[] query = new byte[LogStateMachine.QUERY_LENGTH];
        final UnsafeBuffer buffer = new UnsafeBuffer(query);
        buffer.putLong(LogStateMachine.QUERY_FROM_OFFSET, next, LITTLE_ENDIAN);
        buffer.putInt(LogStateMachine.QUERY_MAX_ENTRIES_OFFSET, maxEntries, LITTLE_ENDIAN);
        return query;
    }
}
