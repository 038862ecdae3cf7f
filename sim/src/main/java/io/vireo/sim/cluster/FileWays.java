package io.vireo.sim.cluster;

import java.util.Arrays;

/**
 * Connections for pieces of files that are gone for a while, with both ends aware of it: what is sent over them is lost, and whoever wants a piece can
 * ask another peer at once. Frames of consensus have connections of their own.
 */
final class FileWays {
    private final SimCluster cluster;
    private final int replicas;
    /** By the smaller and the larger index of two replicas: until when nothing carries files between them. */
    private final long[] closedUntilNs;

    FileWays(final SimCluster cluster) {
        this.cluster = cluster;
        replicas = cluster.options().replicas();
        closedUntilNs = new long[replicas * replicas];
    }

    void close(final int a, final int b, final long durationNs) {
        final int way = way(a, b);
        closedUntilNs[way] = Math.max(closedUntilNs[way], cluster.queue().nowNs() + durationNs);
    }

    boolean isOpen(final int a, final int b) {
        return cluster.queue().nowNs() >= closedUntilNs[way(a, b)];
    }

    /** No way is closed any more. */
    void end() {
        Arrays.fill(closedUntilNs, 0);
    }

    private int way(final int a, final int b) {
        return Math.min(a, b) * replicas + Math.max(a, b);
    }
}
