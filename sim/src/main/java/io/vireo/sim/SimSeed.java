package io.vireo.sim;

import io.vireo.sim.cluster.ClusterOptions;

/** A seed and the profile that gives it a meaning: together, one run. */
public record SimSeed(SimProfile profile, long seed) {
    /** Of the plain log. */
    public static SimSeed of(final long seed) {
        return new SimSeed(SimProfile.LOG, seed);
    }

    /** The options of the whole run. */
    public ClusterOptions options() {
        return options(Integer.MAX_VALUE);
    }

    ClusterOptions options(final int replicasMax) {
        return profile.options(seed, replicasMax);
    }
}
