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
 */
public record Hazards(int linkFilters) {
    /** No disturbance. */
    public static final Hazards NONE = new Hazards(0);

    /** In the order of the progress at which they are due. */
    List<Disturbance> plan(final long seed, final int replicas) {
        final List<Disturbance> plan = new ArrayList<>();
        final Draws filterDraws = new Draws(seed, Stream.LINK_FILTER_PLAN, 0);
        for (int i = 0; i < linkFilters && replicas > 1; i++) {
            plan.add(LinkFilterPoint.draw(filterDraws, replicas));
        }
        plan.sort(Comparator.comparingInt(Disturbance::permille));
        return List.copyOf(plan);
    }
}
