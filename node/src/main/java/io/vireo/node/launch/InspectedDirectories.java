package io.vireo.node.launch;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.inspect.DataInspector;
import io.vireo.bootstrap.inspect.GroupInspection;
import io.vireo.bootstrap.inspect.InspectedParts;
import io.vireo.bootstrap.inspect.InspectionProgress;
import io.vireo.bootstrap.open.DirectoryLock;
import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.bootstrap.replay.SessionTable;
import io.vireo.bootstrap.replay.StateMachineFactory;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.ReadOnlyStorage;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.session.ClientSessions;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The group directories below one that a user names, locked against whoever would write in them for as long as this is open. It is a group's
 * directory itself, a replica's, or the one that holds replicas. Nothing in them is changed or created.
 */
final class InspectedDirectories implements AutoCloseable {
    private static final Pattern PID = Pattern.compile("# pid ([0-9]+)");

    private final List<Path> groups = new ArrayList<>();
    private final List<DirectoryLock> locks = new ArrayList<>();

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

    /** Looks at one of {@link #groups}. */
    static GroupInspection inspect(
            final Path group,
            final ClusterConfig cluster,
            final boolean isVerifying,
            final InspectionProgress progress) {
        return new DataInspector(() -> new ReadOnlyStorage(group), cluster, new Parts(), progress).inspect(isVerifying);
    }

    private void find(final Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new OperatorException("there is no directory " + directory);
        }
        if (isGroup(directory)) {
            groups.add(directory);
            return;
        }
        groups.addAll(below(directory, "group-"));
        for (final Path replica : below(directory, "replica-")) {
            groups.addAll(below(replica, "group-"));
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
                if (entry.getFileName().toString().matches(prefix + "[0-9]{1,6}")) {
                    found.add(entry);
                }
            }
        } catch (final IOException e) {
            throw new OperatorException("cannot read " + directory + ": " + Failures.text(e), e);
        }
        found.sort((a, b) -> Integer.compare(number(a, prefix), number(b, prefix)));
        return Collections.unmodifiableList(found);
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
        final Path parent = group.toAbsolutePath().normalize().getParent();
        try {
            final Matcher matcher = PID.matcher(Files.readString(parent.resolve("running.toml")));
            final boolean isAlive = matcher.find()
                    && ProcessHandle.of(Long.parseLong(matcher.group(1)))
                            .map(ProcessHandle::isAlive)
                            .orElse(false);
            return isAlive ? "; by running.toml it is process " + matcher.group(1) : "";
        } catch (final IOException e) {
            return "";
        }
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
            return segments -> new LogStateMachine(config, group, segments);
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
