package io.vireo.node.launch;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.inspect.DataInspector;
import io.vireo.bootstrap.inspect.GroupInspection;
import io.vireo.bootstrap.inspect.GroupPlace;
import io.vireo.bootstrap.inspect.InspectedParts;
import io.vireo.bootstrap.inspect.InspectionProgress;
import io.vireo.bootstrap.open.DirectoryLock;
import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.bootstrap.replay.SessionTable;
import io.vireo.bootstrap.replay.StateMachineFactory;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.ReadOnlyStorage;
import io.vireo.node.session.ClientSessions;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The group directories below one that a user names, locked against whoever would write in them for as long as this is open. It is a group's
 * directory itself, a replica's, or the one that holds replicas. Nothing in them is changed or created.
 */
final class InspectedDirectories implements AutoCloseable {
    private static final String GROUP_PREFIX = "group-";
    private static final String REPLICA_PREFIX = "replica-";

    private final List<Path> groups = new ArrayList<>();
    private final List<DirectoryLock> locks = new ArrayList<>();
    /** One group was named, and nothing is said of the others. */
    private boolean isSingle;

    /** Finds and locks them all; refuses if a process works in any. */
    static InspectedDirectories open(final Path directory) {
        final InspectedDirectories opened = new InspectedDirectories();
        boolean isWhole = false;
        try {
            opened.find(directory);
            for (final Path group : opened.groups) {
                opened.lock(group);
            }
            isWhole = true;
            return opened;
        } finally {
            if (!isWhole) {
                opened.close();
            }
        }
    }

    List<Path> groups() {
        return groups;
    }

    /**
     * Looks at each of {@link #groups}, in their order. Groups of a replica that its cluster has, but the replica's directory has not, are
     * found out by then and join them: a start does not do without.
     */
    List<GroupInspection> inspect(
            final ClusterConfig cluster,
            final boolean isVerifying,
            final Function<Path, InspectionProgress> progressOf) {
        final List<GroupInspection> found = new ArrayList<>();
        final Map<Path, Integer> groupCounts = new LinkedHashMap<>();
        for (final Path group : groups) {
            final GroupInspection inspection = inspect(group, cluster, isVerifying, progressOf.apply(group));
            found.add(inspection);
            if (inspection.superblock() != null && inspection.superblock().identity() != null) {
                groupCounts.merge(
                        parent(group), inspection.superblock().identity().groupCount(), Math::max);
            }
        }
        if (!isSingle) {
            groupCounts.forEach((replica, count) -> addMissing(replica, count, cluster, found));
        }
        return found;
    }

    private static Path parent(final Path group) {
        // A relative name of one element has no parent.
        return group.getParent() == null ? Path.of("") : group.getParent();
    }

    private void addMissing(
            final Path replica, final int count, final ClusterConfig cluster, final List<GroupInspection> found) {
        for (int group = 0; group < count; group++) {
            final Path directory = replica.resolve(GROUP_PREFIX + group);
            if (!groups.contains(directory)) {
                groups.add(directory);
                found.add(inspect(directory, cluster, false, InspectionProgress.NONE));
            }
        }
    }

    private static GroupInspection inspect(
            final Path group,
            final ClusterConfig cluster,
            final boolean isVerifying,
            final InspectionProgress progress) {
        return new DataInspector(() -> new ReadOnlyStorage(group), cluster, place(group), new Parts(), progress)
                .inspect(isVerifying);
    }

    private static GroupPlace place(final Path group) {
        final Path absolute = group.toAbsolutePath().normalize();
        return new GroupPlace(numberOrAny(absolute.getParent(), REPLICA_PREFIX), numberOrAny(absolute, GROUP_PREFIX));
    }

    private static int numberOrAny(final Path path, final String prefix) {
        return isNumbered(path, prefix) ? number(path, prefix) : GroupPlace.ANY;
    }

    private void find(final Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new OperatorException("there is no directory " + directory);
        }
        if (isGroup(directory)) {
            groups.add(directory);
            isSingle = true;
            return;
        }
        groups.addAll(below(directory, GROUP_PREFIX));
        for (final Path replica : below(directory, REPLICA_PREFIX)) {
            final List<Path> found = below(replica, GROUP_PREFIX);
            // Every replica has a group 0; a directory that has lost all of them is not passed over.
            groups.addAll(found.isEmpty() ? List.of(replica.resolve(GROUP_PREFIX + 0)) : found);
        }
        if (groups.isEmpty()) {
            throw new OperatorException("there is no data of a replica in " + directory
                    + "; name the directory of a group (with the file \"" + DataFileLayout.FILE_NAME
                    + "\"), of a replica (with group-0), or the one above it (with replica-0)");
        }
    }

    private static boolean isGroup(final Path directory) {
        return Files.exists(directory.resolve(DataFileLayout.FILE_NAME))
                || Files.exists(directory.resolve(DirectoryLock.FILE_NAME));
    }

    /** Directories named by prefix and number, in the order of their numbers. */
    private static List<Path> below(final Path directory, final String prefix) {
        final List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
            for (final Path entry : entries) {
                if (isNumbered(entry, prefix)) {
                    found.add(entry);
                }
            }
        } catch (final IOException e) {
            throw new OperatorException("cannot read " + directory + ": " + Failures.text(e), e);
        }
        found.sort((a, b) -> Integer.compare(number(a, prefix), number(b, prefix)));
        return Collections.unmodifiableList(found);
    }

    private static boolean isNumbered(final Path path, final String prefix) {
        return path != null
                && path.getFileName() != null
                && path.getFileName().toString().matches(prefix + "[0-9]{1,6}");
    }

    private static int number(final Path path, final String prefix) {
        return Integer.parseInt(path.getFileName().toString().substring(prefix.length()));
    }

    private void lock(final Path group) {
        try {
            final DirectoryLock lock = DirectoryLock.takeShared(group);
            if (lock != null) {
                locks.add(lock);
            }
        } catch (final RecoveryException held) {
            throw new OperatorException(held.getMessage() + runningProcess(group), held);
        } catch (final IOException e) {
            throw new OperatorException("cannot lock " + group + " for reading: " + Failures.text(e), e);
        }
    }

    /** Which process it is, as far as the running configuration of the replica says so. */
    private static String runningProcess(final Path group) {
        final Path directory = group.toAbsolutePath().normalize();
        return isNumbered(directory, GROUP_PREFIX)
                ? RunningConfiguration.processOf(directory.getParent(), number(directory, GROUP_PREFIX))
                : "";
    }

    @Override
    public void close() {
        locks.forEach(DirectoryLock::close);
        locks.clear();
    }

    /** The parts of a node of this release. */
    private static final class Parts implements InspectedParts {
        @Override
        public StateMachineFactory stateMachines(final ClusterConfig config, final int group) {
            return StateMachines.of(config, group);
        }

        @Override
        public SessionTable sessions(final ClusterConfig config, final int replySizeMax) {
            return new ClientSessions(config.sessionsMax(), config.sessionWindow(), replySizeMax);
        }

        @Override
        public long sessionCount(final SnapshotInput sessions) {
            return ClientSessions.countIn(sessions);
        }
    }
}
