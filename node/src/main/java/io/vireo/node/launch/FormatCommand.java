package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.superblock.StateMachineKind;
import io.vireo.node.transport.HostPort;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vireo format}: makes the cluster file of a new cluster, and the data files of a replica. Never touches what exists. */
@Command(
        name = "format",
        description = "Make the cluster file of a new cluster and the data files of replicas; never overwrites.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A new cluster:    vireo format --dir DIR --addresses 127.0.0.1:9090,127.0.0.1:9091,127.0.0.1:9092 --replica all",
            "of a plain log:   the same with --state-machine log",
            "then for each K:  vireo node --dir DIR --replica K",
        })
public final class FormatCommand implements Callable<Integer> {
    /** What new clusters replicate where nothing is said. */
    static final String STATE_MACHINE_DEFAULT = "stream";

    static final String STATE_MACHINE_DESCRIPTION =
            "What a new cluster replicates, for the life of its data: stream, for clients of the Apache Iggy protocol, or log, a plain log for \"vireo append\" and \"vireo read\" ("
                    + STATE_MACHINE_DEFAULT + ").";

    @Mixin
    private ClusterOption clusterOption;

    @Option(names = "--state-machine", paramLabel = "KIND", description = STATE_MACHINE_DESCRIPTION)
    private String stateMachine;

    @Option(
            names = "--addresses",
            paramLabel = "HOST:PORT",
            split = ",",
            description =
                    "Addresses of the replicas of a new cluster; those of the shards of one replica with + between them.")
    private List<String> addresses = List.of();

    @Option(
            names = "--clients",
            paramLabel = "HOST:PORT",
            split = ",",
            description =
                    "Where clients of the protocol connect to each replica of a new streaming cluster (127.0.0.1, from port 8090 on); the next shards of one replica have the next ports.")
    private List<String> clients = List.of();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of a new cluster (groups=2, wal_bytes=256MiB, ...).")
    private Map<String, String> others = new LinkedHashMap<>();

    @Option(
            names = "--replica",
            paramLabel = "K",
            split = ",",
            description = "Format this replica's data; several separated by commas, or \"all\".")
    private List<String> replicas = List.of();

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Directory that is to hold replica-K (default: that of the cluster file).")
    private Path dataDir;

    @Spec
    private CommandSpec spec;

    private final List<Path> made = new ArrayList<>();
    /** A secret that was there, and is the cluster's now; or null. */
    private Path foundSecret;

    private boolean isSecretElsewhere;

    @Override
    public Integer call() {
        final PrintWriter out = spec.commandLine().getOut();
        final Path file = clusterOption.file();
        if (!addresses.isEmpty()) {
            create(file);
            made.forEach(each -> out.println("made " + each));
            sayWhereTheSecretIs(out);
        } else if (!others.isEmpty() || !clients.isEmpty()) {
            throw new OperatorException((others.isEmpty() ? "--clients" : "--set")
                    + " is for a new cluster, which needs --addresses too; the settings of an existing one stand in "
                    + file);
        }
        final ClusterConfig cluster = ClusterFile.load(file);
        requireStateMachine(cluster, file);
        final Path target = dataDir == null ? clusterOption.dataDir() : dataDir;
        final List<Integer> wanted = wanted(cluster);
        if (wanted.isEmpty() && addresses.isEmpty()) {
            throw new OperatorException(
                    "nothing to do: give --replica K (0 to " + (cluster.replicaCount() - 1) + ") or --replica all");
        }
        for (final int replica : wanted) {
            ReplicaFormatter.format(cluster, target, replica);
            out.println("formatted replica " + replica + " in " + NodeSettings.replicaDir(target, replica));
        }
        out.flush();
        return ExitCodes.OK;
    }

    private void sayWhereTheSecretIs(final PrintWriter out) {
        if (made.size() > 1) {
            out.println("copy both to every machine of the cluster and to its clients; the secret is for nobody else");
        } else if (foundSecret != null) {
            out.println("uses the secret that is in " + foundSecret
                    + ": copy both to every machine of the cluster and to its clients");
        } else if (isSecretElsewhere) {
            out.println(
                    "made no secret: the environment has one, which every machine of the cluster and its clients need");
        }
    }

    private void create(final Path file) {
        if (Files.exists(file)) {
            throw new OperatorException(
                    "the cluster file " + file + " exists and is left as it is; --addresses is for a new cluster");
        }
        final Settings settings = new Settings();
        settings.put(Setting.CLUSTER_ID, newClusterId(), "vireo format");
        settings.put(Setting.STATE_MACHINE, STATE_MACHINE_DEFAULT, "vireo format");
        settings.putFlags(others);
        putStateMachine(settings, stateMachine, others);
        for (final Setting setting : Setting.values()) {
            if (!setting.isOfCluster() && settings.isSet(setting)) {
                throw new OperatorException(
                        "flag --set " + setting.key() + ": that is a setting of one node, not of a cluster");
            }
        }
        final List<List<String>> shards = new ArrayList<>();
        addresses.forEach(ofShards -> shards.add(List.of(ofShards.strip().split("\\+"))));
        settings.addresses(shards, "flag --addresses");
        final ClusterConfig cluster = settings.concludeCluster();
        if (cluster.stateMachine() == StateMachineKind.STREAM) {
            putClients(settings, cluster);
        } else if (!clients.isEmpty()) {
            throw new OperatorException(
                    "--clients is for a cluster that replicates streams; this one is made to replicate a "
                            + cluster.stateMachine().text());
        }
        if (AddressGuard.isReachable(cluster, settings) && !settings.isSet(Setting.SECRET_FILE)) {
            isSecretElsewhere = Settings.isSecretAmong(System.getenv());
            if (isSecretElsewhere) {
                // What is no secret is found now and not when the nodes start.
                new Settings().putSecret(System.getenv()).concludeSecret();
            } else {
                settings.put(Setting.SECRET_FILE, SecretFile.NAME, "vireo format");
                putSecret(file.toAbsolutePath().resolveSibling(SecretFile.NAME));
            }
        }
        ClusterFile.create(file, settings);
        made.add(file);
    }

    private void putSecret(final Path secret) {
        if (Files.exists(secret)) {
            // One that is no secret, or that others may read, is found now and not when the nodes start.
            SecretFile.read(secret, "vireo format");
            foundSecret = secret;
        } else {
            SecretFile.create(secret);
            made.add(secret);
        }
    }

    /** @param chosen null where nothing was said. */
    static void putStateMachine(final Settings settings, final String chosen, final Map<String, String> others) {
        if (chosen == null) {
            return;
        }
        if (others.containsKey(Setting.STATE_MACHINE.key())) {
            throw new OperatorException("--state-machine and --set state_machine say the same thing: give one of them");
        }
        settings.put(Setting.STATE_MACHINE, chosen, "flag --state-machine");
    }

    private void putClients(final Settings settings, final ClusterConfig cluster) {
        if (!clients.isEmpty() && clients.size() != cluster.replicaCount()) {
            throw new OperatorException("--clients names " + clients.size() + " addresses, and --addresses "
                    + cluster.replicaCount() + " replicas: give one for each");
        }
        int port = ClientPorts.FIRST;
        for (int replica = 0; replica < cluster.replicaCount(); replica++) {
            if (clients.isEmpty()) {
                settings.clients(replica, new HostPort("127.0.0.1", port).toString());
                port += cluster.addresses(replica).size();
            } else {
                settings.clients(replica, clients.get(replica).strip());
            }
            try {
                HostPort.parse(settings.clients(replica));
            } catch (final IllegalArgumentException e) {
                throw new OperatorException("--clients: " + e.getMessage(), e);
            }
        }
    }

    /** A replica that is added to a cluster gets what the cluster has. */
    private void requireStateMachine(final ClusterConfig cluster, final Path file) {
        if (stateMachine != null && !stateMachine.equals(cluster.stateMachine().text())) {
            throw new OperatorException("--state-machine " + stateMachine + ": the cluster of " + file
                    + " has state_machine = \"" + cluster.stateMachine().text()
                    + "\", which was chosen when it was made and cannot be changed");
        }
    }

    private List<Integer> wanted(final ClusterConfig cluster) {
        final List<Integer> wanted = new ArrayList<>();
        for (final String each : replicas) {
            if (each.equals("all")) {
                for (int replica = 0; replica < cluster.replicaCount(); replica++) {
                    wanted.add(replica);
                }
            } else if (each.matches("[0-9]") && Integer.parseInt(each) < cluster.replicaCount()) {
                wanted.add(Integer.parseInt(each));
            } else {
                throw new OperatorException(
                        "--replica " + each + ": the cluster has replicas 0 to " + (cluster.replicaCount() - 1));
            }
        }
        return wanted;
    }

    /** 128 bits that no other cluster has, as 32 hexadecimal digits. */
    static String newClusterId() {
        final SecureRandom random = new SecureRandom();
        return String.format("%016x%016x", random.nextLong(), random.nextLong() | 1);
    }
}
