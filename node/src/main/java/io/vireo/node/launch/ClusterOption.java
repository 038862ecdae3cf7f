package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.superblock.StateMachineKind;
import java.nio.file.Path;
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

    /** The same, for a command that knows the entries of the replicated log alone. */
    ClusterConfig loadLog() {
        final ClusterConfig cluster = load();
        if (cluster.stateMachine() != StateMachineKind.LOG) {
            throw new OperatorException("the cluster of " + file() + " was formatted with state_machine = \""
                    + cluster.stateMachine().text()
                    + "\", and this command works on a plain log; make a cluster for it by \"vireo format --state-machine "
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
