package io.vireo.bootstrap.open;

import java.io.IOException;
import java.nio.file.Path;

/** A process that takes a lock, says so, and keeps it until it is killed or its input ends. */
final class DirectoryLockHolder {
    private DirectoryLockHolder() {}

    public static void main(final String[] args) throws IOException {
        final DirectoryLock lock = DirectoryLock.take(Path.of(args[0]));
        System.out.write('L');
        System.out.flush();
        while (System.in.read() >= 0) {
            // Whatever is written to this process only keeps it alive.
        }
        lock.close();
    }
}
