package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.open.DataFileFormatter;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.VsrState;
import io.vireo.node.host.StorageFailureException;
import io.vireo.node.rejoin.Rejoin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Formats all groups of a replica on the calling thread, for commands: waits until every byte is durable. */
final class ReplicaFormatter {
    /** Only the bound of one wait: the storage wakes the thread. */
    private static final long PARK_NS = 100_000_000L;

    private ReplicaFormatter() {}

    /** For a replica of a new cluster. Refuses, before it writes anything, where any of the groups has a data file. */
    static void format(final ClusterConfig cluster, final Path dataDir, final int replica) {
        format(
                cluster,
                dataDir,
                replica,
                "replica " + replica + " is formatted",
                "to start anew, remove it yourself after making sure that it is not needed",
                group -> VsrState.root(cluster.clusterLo(), cluster.clusterHi(), group));
    }

    /** For another life of a replica that has lost its disk. Refuses, before it writes anything, where any of the groups has a data file. */
    static void recover(final ClusterConfig cluster, final Path dataDir, final int replica) {
        final SecureRandom random = new SecureRandom();
        format(
                cluster,
                dataDir,
                replica,
                "replica " + replica + " has data here",
                "to recover is to begin without it: where the node can still open it, start the node instead (vireo verify says what is damaged);"
                        + " where it cannot, or where an earlier \"vireo recover\" was interrupted before it had prepared all groups,"
                        + " move the directory of the replica away as a whole first",
                group -> VsrState.wiped(
                        cluster.clusterLo(),
                        cluster.clusterHi(),
                        group,
                        replica,
                        Rejoin.nextLife(0, random.nextLong())));
    }

    private static void format(
            final ClusterConfig cluster,
            final Path dataDir,
            final int replica,
            final String state,
            final String advice,
            final IntFunction<VsrState> first) {
        for (int group = 0; group < cluster.groupCount(); group++) {
            final Path file = NodeSettings.groupDir(dataDir, replica, group).resolve(DataFileLayout.FILE_NAME);
            if (Files.exists(file)) {
                throw new OperatorException(state + ": " + file + " exists and is left as it is; " + advice);
            }
        }
        makeDirectories(cluster, dataDir, replica);
        final DirectoryLocks locks = DirectoryLocks.take(
                dataDir, replica, IntStream.range(0, cluster.groupCount()).toArray());
        try {
            for (int group = 0; group < cluster.groupCount(); group++) {
                formatGroup(cluster, dataDir, replica, group, first.apply(group));
            }
        } finally {
            locks.close();
        }
    }

    private static void makeDirectories(final ClusterConfig cluster, final Path dataDir, final int replica) {
        for (int group = 0; group < cluster.groupCount(); group++) {
            final Path dir = NodeSettings.groupDir(dataDir, replica, group);
            try {
                FileStorage.createDirectory(dir);
            } catch (final IOException e) {
                throw new OperatorException("cannot make the directory " + dir + ": " + Failures.text(e), e);
            }
        }
    }

    private static void formatGroup(
            final ClusterConfig cluster, final Path dataDir, final int replica, final int group, final VsrState first) {
        final SecureRandom random = new SecureRandom();
        final Thread caller = Thread.currentThread();
        final Path dir = NodeSettings.groupDir(dataDir, replica, group);
        final FileStorage storage = new FileStorage(dir, () -> LockSupport.unpark(caller));
        try {
            final DataFileFormatter formatter = new DataFileFormatter(
                    storage, cluster.identity(replica, group, random.nextLong(), random.nextLong()), first);
            final Outcomes outcomes = new Outcomes(formatter);
            formatter.start();
            while (!formatter.isDone()) {
                if (storage.poll(outcomes) == 0) {
                    LockSupport.parkNanos(PARK_NS);
                }
            }
            if (formatter.failure() != null) {
                throw new OperatorException(
                        formatter.failure().getMessage() + " (in " + dir + ")", formatter.failure());
            }
        } finally {
            storage.close();
        }
    }

    private record Outcomes(DataFileFormatter formatter) implements Storage.Completions {
        @Override
        public void onCompletion(final long token, final long result) {
            formatter.onCompletion(token, result);
        }

        @Override
        public void onFailure(final String message) {
            throw new StorageFailureException(message);
        }
    }
}
