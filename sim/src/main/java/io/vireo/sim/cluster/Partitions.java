package io.vireo.sim.cluster;

import io.vireo.sim.fault.PartitionPoint;

/** Carries out the planned partitions: cuts links, and mends them when the time of the partition is over, if the storm is not. */
final class Partitions {
    private final SimCluster cluster;

    Partitions(final SimCluster cluster) {
        this.cluster = cluster;
    }

    void begin(final PartitionPoint point) {
        cluster.counters().partitions++;
        cut(point, true);
        final int first = Integer.numberOfTrailingZeros(point.members());
        cluster.narrate(Note.FAULT, first, 0, () -> "partition " + point);
        cluster.queue().after(point.durationNs(), () -> {
            if (cluster.isStorm()) {
                cut(point, false);
                cluster.narrate(Note.FAULT, first, 0, () -> "end of the partition " + point);
            }
        });
    }

    private void cut(final PartitionPoint point, final boolean cut) {
        final int replicas = cluster.options().replicas();
        for (int from = 0; from < replicas; from++) {
            for (int to = 0; to < replicas; to++) {
                if (from != to && point.isCut(from, to)) {
                    cluster.network().cut(from, to, cut);
                }
            }
        }
    }
}
