package io.vireo.sim.cluster;

import io.vireo.sim.fault.Disturbance;
import io.vireo.sim.fault.LinkFilterPoint;
import java.util.List;

/** Carries out the planned disturbances, each when the run's progress is there, and ends what still lasts when the storm is over. */
final class Disturbances {
    private final SimCluster cluster;
    private final List<Disturbance> plan;
    private int next;
    private boolean isOver;

    Disturbances(final SimCluster cluster, final List<Disturbance> plan) {
        this.cluster = cluster;
        this.plan = plan;
    }

    /** What is due now begins with the next event. */
    void onProgress(final int permille) {
        while (next < plan.size() && plan.get(next).permille() <= permille) {
            final Disturbance point = plan.get(next++);
            cluster.queue().after(0, () -> {
                if (!isOver) {
                    begin(point);
                }
            });
        }
    }

    /** Nothing begins or lasts any more. */
    void end() {
        isOver = true;
    }

    private void begin(final Disturbance point) {
        if (point instanceof LinkFilterPoint filter) {
            filter(filter);
        }
    }

    private void filter(final LinkFilterPoint point) {
        cluster.counters().linkFilters++;
        change(point, true);
        cluster.narrate(Note.FAULT, point.replica(), 0, () -> "begin of " + point);
        cluster.queue().after(point.durationNs(), () -> {
            if (!isOver) {
                change(point, false);
                cluster.narrate(Note.FAULT, point.replica(), 0, () -> "end of " + point);
            }
        });
    }

    private void change(final LinkFilterPoint point, final boolean isOn) {
        final int replicas = cluster.options().replicas();
        for (int from = 0; from < replicas; from++) {
            for (int to = 0; to < replicas; to++) {
                if (from != to && point.isLost(from, to)) {
                    cluster.network().filter(from, to, point.command(), isOn);
                }
            }
        }
    }
}
