package io.vireo.node.launch;

import java.util.List;

/**
 * The number of this life of the node, which the first shard gets from the log and all shards of the process have. Written once; any thread
 * reads.
 */
final class LifeNumber {
    static final long NONE = 0;

    private volatile long number = NONE;
    private volatile List<Runnable> wakeups = List.of();

    /** Who is to be woken when there is a number; before any shard runs. */
    void wakeups(final List<Runnable> ofShards) {
        wakeups = List.copyOf(ofShards);
    }

    void set(final long life) {
        number = life;
        wakeups.forEach(Runnable::run);
    }

    /** {@link #NONE} before it is known. */
    long get() {
        return number;
    }
}
