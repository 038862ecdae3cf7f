package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.superblock.StateMachineKind;
import io.vireo.node.client.ClusterAccess;
import io.vireo.node.ops.StatusClient;
import io.vireo.node.tls.Tls;
import io.vireo.node.transport.HostPort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How every command finds its cluster: {@code --cluster FILE}, or {@code --dir DIR} which holds {@code cluster.toml}. A picocli mixin. */
public final class ClusterOption {
    private static final String DEFAULT_DIR = "vireo-dev";

    @ArgGroup(exclusive = true)
    private Place place;

    private static final class Place {
        @Option(
                names = "--cluster",
                paramLabel = "FILE",
                description = "The cluster file (else the environment's VIREO_CLUSTER).")
        private Path file;

        @Option(
                names = "--dir",
                paramLabel = "DIR",
                description = "Directory with cluster.toml (else VIREO_DIR, else ./" + DEFAULT_DIR + ").")
        private Path dir;
    }

    /** The cluster file, whether it exists or not. */
    public Path file() {
        if (place != null) {
            return place.file != null ? place.file : place.dir.resolve(ClusterFile.NAME);
        }
        final String file = System.getenv("VIREO_CLUSTER");
        if (file != null) {
            return Path.of(file);
        }
        final String dir = System.getenv("VIREO_DIR");
        return Path.of(dir == null ? DEFAULT_DIR : dir).resolve(ClusterFile.NAME);
    }

    /** Directory that holds the data directories where nothing else is said: the file's own. */
    public Path dataDir() {
        final Path parent = file().getParent();
        return parent == null ? Path.of("") : parent;
    }

    /** The cluster as its file describes it. */
    public ClusterConfig load() {
        return ClusterFile.load(file());
    }

    /** Where the nodes of a streaming cluster serve clients, in the order of the replicas; for a command that is such a client. */
    public List<HostPort> clientAddresses(final int timeoutMs) {
        final Settings settings = ClusterFile.read(file());
        final ClusterConfig cluster = settings.concludeCluster();
        if (cluster.stateMachine() != StateMachineKind.STREAM) {
            throw new OperatorException(
                    "the cluster of " + file() + " was formatted with state_machine = \""
                            + cluster.stateMachine().text()
                            + "\", and this command works on streams; use \"vireo append\" and \"vireo read\" on this one, or make one of streams by \"vireo format\" or \"vireo dev\"");
        }
        final List<HostPort> addresses = new ArrayList<>();
        for (int replica = 0; replica < cluster.replicaCount(); replica++) {
            if (settings.clients(replica) != null) {
                final HostPort address = HostPort.parse(settings.clients(replica));
                if (address.port() != 0) {
                    addresses.add(address);
                } else {
                    askForAddress(new StatusClient(cluster, access(), timeoutMs), replica, addresses);
                }
            }
        }
        if (addresses.isEmpty()) {
            throw new FailedException(
                    "no node of the cluster of " + file()
                            + " says where it serves clients; is the cluster running, and has a replica \"clients\" in its table?");
        }
        return addresses;
    }

    /** Of a node that serves clients at any free port, only it knows at which. */
    @SuppressWarnings("unchecked")
    private static void askForAddress(final StatusClient client, final int replica, final List<HostPort> addresses) {
        try {
            final Map<String, Object> status = StatusClient.parse(client.ask(replica));
            if (status.get("clients") instanceof Map) {
                addresses.add(HostPort.parse((String) ((Map<String, Object>) status.get("clients")).get("address")));
            }
        } catch (final IOException e) {
            // A node that does not answer is one that clients cannot use either; the others are asked.
            return;
        }
    }

    /** What the replicas of the cluster want of a command, by the cluster file and the environment. */
    ClusterAccess access() {
        final Settings settings =
                ClusterFile.read(file()).putSecret(System.getenv()).putTls(System.getenv());
        return new ClusterAccess(settings.concludeSecret(), TlsSettings.callingReplicas(settings));
    }

    /**
     * How a command calls the ports for clients; null if connections are without.
     *
     * @param isServerNamed true if it has been told where they are: then nothing is taken from the cluster file.
     * @param authorities file with the CAs to trust, which stands for TLS; null if it was not told.
     */
    public Tls clientTls(final boolean isServerNamed, final Path authorities) {
        final Settings settings = isServerNamed ? new Settings() : ClusterFile.read(file());
        settings.putTls(System.getenv());
        if (authorities != null) {
            settings.put(Setting.TLS_CLIENTS, TlsSettings.ON, "flag --tls-ca");
            settings.put(Setting.TLS_CA_FILE, authorities.toString(), "flag --tls-ca");
        }
        return TlsSettings.callingClients(settings);
    }

    /** The same as {@link #load}, for a command that knows the entries of the replicated log alone. */
    ClusterConfig loadLog() {
        final ClusterConfig cluster = load();
        if (cluster.stateMachine() != StateMachineKind.LOG) {
            throw new OperatorException("the cluster of " + file() + " was formatted with state_machine = \""
                    + cluster.stateMachine().text()
                    + "\", and this command works on a plain log; use \"vireo produce\" and \"vireo consume\" on this one, or make a log by \"vireo format --state-machine "
                    + StateMachineKind.LOG.text() + "\"");
        }
        return cluster;
    }

    /** The option to repeat in a command that a user is told to type; empty for the default place. */
    public String repeated() {
        if (file().equals(Path.of(DEFAULT_DIR, ClusterFile.NAME))) {
            return "";
        }
        return file().endsWith(ClusterFile.NAME) && file().getParent() != null
                ? " --dir " + file().getParent()
                : " --cluster " + file();
    }
}
