package io.vireo.node.launch;

import io.vireo.bootstrap.open.DirectoryLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The locks of all group directories that a process works in: all of them or none. */
final class DirectoryLocks implements AutoCloseable {
    private final List<DirectoryLock> locks = new ArrayList<>();

    private DirectoryLocks() {}

    static DirectoryLocks take(final Path dataDir, final int replica, final int... groups) {
        final DirectoryLocks taken = new DirectoryLocks();
        boolean isWhole = false;
        try {
            for (final int group : groups) {
                final Path dir = NodeSettings.groupDir(dataDir, replica, group);
                try {
                    taken.locks.add(DirectoryLock.take(dir));
                } catch (final IOException e) {
                    throw new OperatorException(
                            "cannot lock " + dir + ": " + Failures.text(e)
                                    + "; the directory must be there and writable",
                            e);
                }
            }
            isWhole = true;
        } finally {
            if (!isWhole) {
                taken.close();
            }
        }
        return taken;
    }

    @Override
    public void close() {
        locks.forEach(DirectoryLock::close);
        locks.clear();
    }
}
