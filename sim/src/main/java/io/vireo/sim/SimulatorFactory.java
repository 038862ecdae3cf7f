package io.vireo.sim;

import io.vireo.sim.cluster.SimCluster;

/** Makes the simulation of a seed; called anew for each run, from the thread that runs it. */
@FunctionalInterface
public interface SimulatorFactory {
    /** The simulations that seeds stand for. */
    SimulatorFactory OF_SEED = (seed, narrator) -> new Simulator(SimOptions.of(seed), narrator);

    /** @param narrator null for a silent run. */
    Simulator create(long seed, SimCluster.Narrator narrator);
}
