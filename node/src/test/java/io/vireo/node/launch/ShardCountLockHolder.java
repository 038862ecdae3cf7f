package io.vireo.node.launch;

import java.io.IOException;
import java.nio.file.Path;

/** A process that takes the lock for a number of shards, says so, and keeps it until it is killed or its input ends. */
final class ShardCountLockHolder {
    private ShardCountLockHolder() {}

    public static void main(final String[] args) throws IOException {
        try (ShardCountLock lock = ShardCountLock.take(Path.of(args[0]), Integer.parseInt(args[1]))) {
            System.out.write(lock == null ? 'N' : 'L');
            System.out.flush();
            while (System.in.read() >= 0) {
                // Whatever is written to this process only keeps it alive.
            }
        }
    }
}
