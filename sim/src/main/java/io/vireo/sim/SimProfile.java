package io.vireo.sim;

import io.vireo.sim.cluster.ApplicationFactory;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.fault.Regime;

/** What runs of many seeds have in common: how their options are drawn, and what their clusters replicate. Used by several threads at once. */
public interface SimProfile extends ApplicationFactory {
    /** The plain log, everything drawn: what {@code vireo-sim} runs. */
    SimProfile LOG = new LogProfile(null);

    /** The same with all runs in this regime. */
    static SimProfile log(final Regime regime) {
        return new LogProfile(regime);
    }

    /** The profile of the plain log whose settings these are; {@link #LOG} if none has them. */
    static SimProfile logOf(final String settings) {
        for (final Regime regime : Regime.values()) {
            final SimProfile profile = log(regime);
            if (profile.settings().equals(settings)) {
                return profile;
            }
        }
        return LOG;
    }

    /**
     * The options of a seed; everything else is drawn as if there were all replicas.
     *
     * @param replicasMax at most so many of the replicas take part.
     */
    ClusterOptions options(long seed, int replicasMax);

    /** Name of what is replicated, for people. */
    String stateMachine();

    /** What is not left to the seed, in one line; runs of equal settings and state machines are equal. */
    String settings();
}
