package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How many disturbances of each kind a run plans. Immutable.
 *
 * @param linkFilters times at which a command does not pass some links.
 * @param pauses times at which a process does nothing.
 */
public record Hazards(int linkFilters, int pauses) {
    /** No disturbance. */
    public static final Hazards NONE = new Hazards(0, 0);

    /** In the order of the progress at which they are due. */
    List<Disturbance> plan(final long seed, final int replicas) {
        final List<Disturbance> plan = new ArrayList<>();
        final Draws filterDraws = new Draws(seed, Stream.LINK_FILTER_PLAN, 0);
        for (int i = 0; i < linkFilters && replicas > 1; i++) {
            plan.add(LinkFilterPoint.draw(filterDraws, replicas));
        }
        final Draws pauseDraws = new Draws(seed, Stream.PAUSE_PLAN, 0);
        for (int i = 0; i < pauses; i++) {
            plan.add(PausePoint.draw(pauseDraws, replicas));
        }
        plan.sort(Comparator.comparingInt(Disturbance::permille));
        return List.copyOf(plan);
    }
}
