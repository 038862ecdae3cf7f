package io.vireo.sim.cluster;

import io.vireo.sim.fault.FaultPoint;
import io.vireo.sim.time.EventQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Lets each planned fault strike when the run's progress is there. Owns how far each kind has come; what a fault does is its class's. */
final class FaultSchedule {
    private final EventQueue queue;
    private final List<Kind<?>> kinds = new ArrayList<>();

    FaultSchedule(final EventQueue queue) {
        this.queue = queue;
    }

    /**
     * One kind of faults. Where several kinds are due at once, the one that was added first strikes first.
     *
     * @param points in the order of their progress.
     */
    <T extends FaultPoint> void add(final List<T> points, final Consumer<? super T> strike) {
        kinds.add(new Kind<>(points, strike));
    }

    /** What is due now strikes with the next event. */
    void onProgress(final int permille) {
        for (final Kind<?> kind : kinds) {
            kind.onProgress(permille, queue);
        }
    }

    private static final class Kind<T extends FaultPoint> {
        private final List<T> points;
        private final Consumer<? super T> strike;
        private int next;

        Kind(final List<T> points, final Consumer<? super T> strike) {
            this.points = points;
            this.strike = strike;
        }

        void onProgress(final int permille, final EventQueue queue) {
            while (next < points.size() && points.get(next).permille() <= permille) {
                final T point = points.get(next++);
                queue.after(0, () -> strike.accept(point));
            }
        }
    }
}
