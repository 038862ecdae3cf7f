package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.node.core.Quorums;
import io.vireo.node.ops.StatusClient;
import io.vireo.node.ops.StatusException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vireo recover}: prepares an empty disk in the place of one that was lost, for a replica that has taken part before. */
@Command(
        name = "recover",
        description =
                "Prepare an empty disk for a replica that has lost its own. Its node then joins without a vote, fetches everything from the others, and counts again when it has it.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Only for a replica whose data is gone for good, and that runs nowhere else: the others forget what it has promised.",
            "The cluster file (and the secret, if there is one) must be in the directory again: copy them from another machine.",
            "",
            "Example:   vireo recover --dir vireo --replica 1",
            "then       vireo node --dir vireo --replica 1",
            "and watch  vireo status --dir vireo",
            "With --wait it ends when the replica is ready; Ctrl-C ends the waiting, and the replica goes on.",
        })
public final class RecoverCommand implements Callable<Integer> {
    @Mixin
    private ClusterOption clusterOption;

    @Option(names = "--replica", paramLabel = "K", required = true, description = "Which replica.")
    private int replica;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Directory that is to hold replica-K (default: that of the cluster file).")
    private Path dataDir;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    @Option(
            names = "--wait",
            description =
                    "Wait until the replica is ready again, and say every second how far it is, on standard error; start its node meanwhile.")
    private boolean isWaiting;

    @Option(
            names = "--timeout-ms",
            paramLabel = "MS",
            defaultValue = "1000",
            description = "How long to wait for an answer of a node (${DEFAULT-VALUE}).")
    private int timeoutMs;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        final ClusterConfig cluster = clusterOption.load();
        if (replica < 0 || replica >= cluster.replicaCount()) {
            throw new OperatorException(
                    "--replica " + replica + ": the cluster has replicas 0 to " + (cluster.replicaCount() - 1));
        }
        if (cluster.replicaCount() == 1) {
            throw new OperatorException(
                    "a cluster of one replica has no other copy of what the disk held: restore its directory from a backup");
        }
        final StatusClient client = new StatusClient(cluster, clusterOption.access(), timeoutMs);
        requireStopped(client, cluster);
        final List<Integer> running = running(client, cluster);
        final Path target = dataDir == null ? clusterOption.dataDir() : dataDir;
        ReplicaFormatter.recover(cluster, target, replica);
        print(cluster, target, running);
        if (isWaiting) {
            new RecoveryWatch(client, cluster, replica, spec.commandLine().getErr()).await();
            sayReady();
        }
        return ExitCodes.OK;
    }

    /**
     * A replica that runs has its disk; and it must not go on beside its next life. Only where nobody listens it is taken for stopped: whoever
     * does not answer as expected may be the replica all the same.
     */
    private void requireStopped(final StatusClient client, final ClusterConfig cluster) {
        for (int shard = 0; shard < cluster.addresses(replica).size(); shard++) {
            final String address = cluster.addresses(replica).get(shard);
            try {
                client.ask(replica, shard);
            } catch (final IOException e) {
                if (isOf(StatusException.Kind.NOT_REACHED, e)) {
                    continue;
                }
                throw new OperatorException(
                        "somebody listens at " + address + ", where replica " + replica
                                + " would, and does not say who (" + e.getMessage() + "): stop what runs there first",
                        e);
            }
            throw new OperatorException("replica " + replica + " runs, at " + address
                    + ": only one whose disk is lost is to be recovered; if that is so, stop it first");
        }
    }

    /** The others that answer. One that belongs to another cluster ends the command. */
    private List<Integer> running(final StatusClient client, final ClusterConfig cluster) {
        final List<Integer> running = new ArrayList<>();
        for (int other = 0; other < cluster.replicaCount(); other++) {
            if (other == replica) {
                continue;
            }
            try {
                client.ask(other);
                running.add(other);
            } catch (final IOException e) {
                if (isOf(StatusException.Kind.STRANGER, e)) {
                    throw new OperatorException(
                            "at " + cluster.addresses(other).get(0) + ", where replica " + other
                                    + " of this cluster should be, somebody else answers (" + e.getMessage()
                                    + "): is " + clusterOption.file()
                                    + " the cluster file of the other replicas, and the secret theirs?",
                            e);
                }
            }
        }
        return running;
    }

    private static boolean isOf(final StatusException.Kind kind, final IOException failure) {
        return failure instanceof StatusException told && told.kind() == kind;
    }

    private void sayReady() {
        final PrintWriter out =
                isJson ? spec.commandLine().getErr() : spec.commandLine().getOut();
        out.println("replica " + replica + " is ready: it has everything, and counts again");
        out.flush();
    }

    private void print(final ClusterConfig cluster, final Path target, final List<Integer> running) {
        final PrintWriter out = spec.commandLine().getOut();
        final int needed = Math.min(Quorums.of(cluster.replicaCount()).viewChange(), cluster.replicaCount() - 1);
        if (isJson) {
            out.println("{\"replica\":" + replica + ",\"groups\":" + cluster.groupCount() + ",\"running\":"
                    + running.toString().replace(" ", "") + ",\"needed\":" + needed + "}");
        } else {
            out.println(
                    "prepared " + NodeSettings.replicaDir(target, replica) + " for another life of replica " + replica);
            out.println("it needs " + needed + " of the other " + (cluster.replicaCount() - 1)
                    + " replicas to begin with; running now: "
                    + (running.isEmpty()
                            ? "none"
                            : running.stream().map(String::valueOf).collect(Collectors.joining(", "))));
            out.println("start it:  vireo node" + clusterOption.repeated()
                    + (dataDir == null ? "" : " --data-dir " + dataDir) + " --replica " + replica);
        }
        out.flush();
    }
}
