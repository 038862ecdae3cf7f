package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.journal.superblock.StateMachineKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code vireo dev}: a cluster of three processes on loopback for trying things out. Makes what is missing in its directory, keeps what is
 * there, and runs the replicas as children until it is stopped.
 */
@Command(
        name = "dev",
        description = "Run a cluster of 3 replicas on this machine, made on first use.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  vireo dev                                  streams, for Apache Iggy clients, in ./vireo-dev",
            "  vireo dev vireo-log --state-machine log    a plain log in ./vireo-log",
        })
public final class DevCommand implements Callable<Integer> {
    private static final int REPLICAS = 3;

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            defaultValue = "vireo-dev",
            description = "Where its files are (${DEFAULT-VALUE}).")
    private Path dir;

    @Option(names = "--no-restart", description = "Leave a replica that died dead.")
    private boolean isLeavingDead;

    @Option(names = "--state-machine", paramLabel = "KIND", description = FormatCommand.STATE_MACHINE_DESCRIPTION)
    private String stateMachine;

    @Option(
            names = "--groups",
            paramLabel = "N",
            description = "Consensus groups of a new cluster (2, or as many as shards).")
    private Integer groups;

    @Option(
            names = "--shards",
            paramLabel = "S",
            description = "Shards of each replica of a new cluster, a thread and an address each (1).")
    private Integer shards;

    @Option(
            names = "--wal-bytes",
            paramLabel = "BYTES",
            description = "Size of each group's log in a new cluster (256MiB); it cannot grow later.")
    private String walBytes;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any other setting of a new cluster.")
    private Map<String, String> others = new LinkedHashMap<>();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        final Path file = dir.resolve(ClusterFile.NAME);
        final PrintWriter out = spec.commandLine().getOut();
        if (!Files.exists(file)) {
            ClusterFile.create(file, newCluster());
            say(out, "made " + file);
        } else if (stateMachine != null || groups != null || shards != null || walBytes != null || !others.isEmpty()) {
            throw new OperatorException(
                    "the cluster in " + dir
                            + " exists: --state-machine, --groups, --shards, --wal-bytes and --set are for a new one; name another directory, or remove this one");
        }
        final Settings settings = ClusterFile.read(file);
        final ClusterConfig cluster = settings.concludeCluster();
        int served = 0;
        for (int replica = 0; replica < cluster.replicaCount(); replica++) {
            served += settings.clients(replica) == null ? 0 : 1;
        }
        for (int replica = 0; replica < cluster.replicaCount(); replica++) {
            if (!Files.exists(NodeSettings.replicaDir(dir, replica))) {
                final long start = System.nanoTime();
                ReplicaFormatter.format(cluster, dir, replica);
                say(
                        out,
                        "formatted replica " + replica + ", " + cluster.groupCount() + " groups of "
                                + (cluster.walBytes() >> 20) + " MiB, in " + (System.nanoTime() - start) / 1_000_000
                                + " ms");
            }
        }
        final DevCluster running = new DevCluster(cluster, file, dir, !isLeavingDead, served, out);
        return running.run();
    }

    private Settings newCluster() {
        final Settings settings = new Settings();
        settings.put(Setting.NAME, "dev", "vireo dev");
        settings.put(Setting.CLUSTER_ID, FormatCommand.newClusterId(), "vireo dev");
        final int shardCount = shards == null ? 1 : shards;
        if (shardCount < 1 || shardCount > NodeContext.GROUPS_MAX) {
            throw new OperatorException("--shards " + shardCount + ": must be from 1 to the number of groups");
        }
        settings.put(
                Setting.GROUPS,
                groups == null ? Integer.toString(Math.max(2, shardCount)) : groups.toString(),
                "flag --groups");
        settings.put(Setting.WAL_BYTES, walBytes == null ? Long.toString(256L << 20) : walBytes, "flag --wal-bytes");
        settings.put(Setting.STATE_MACHINE, FormatCommand.STATE_MACHINE_DEFAULT, "vireo dev");
        settings.putFlags(others);
        FormatCommand.putStateMachine(settings, stateMachine, others);
        settings.addresses(freeAddresses(shardCount), "vireo dev");
        if (settings.concludeCluster().stateMachine() == StateMachineKind.STREAM) {
            final List<String> clients = ClientPorts.choose(REPLICAS, shardCount);
            for (int replica = 0; replica < REPLICAS; replica++) {
                settings.clients(replica, clients.get(replica));
            }
        }
        return settings;
    }

    /** Ports that nobody listens on now; the cluster file remembers them. */
    static List<List<String>> freeAddresses(final int shardsPerReplica) {
        final List<ServerSocket> taken = new ArrayList<>();
        final List<List<String>> addresses = new ArrayList<>();
        try {
            try {
                for (int i = 0; i < REPLICAS; i++) {
                    final List<String> ofReplica = new ArrayList<>();
                    for (int shard = 0; shard < shardsPerReplica; shard++) {
                        // All at a time, so that they differ.
                        final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                        taken.add(socket);
                        ofReplica.add("127.0.0.1:" + socket.getLocalPort());
                    }
                    addresses.add(ofReplica);
                }
            } finally {
                for (final ServerSocket socket : taken) {
                    socket.close();
                }
            }
        } catch (final IOException e) {
            throw new OperatorException(
                    "cannot get " + REPLICAS * shardsPerReplica + " free ports on 127.0.0.1: " + Failures.text(e), e);
        }
        return addresses;
    }

    static void say(final PrintWriter out, final String text) {
        out.println("vireo dev: " + text);
        out.flush();
    }
}
