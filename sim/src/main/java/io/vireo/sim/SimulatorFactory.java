package io.vireo.sim;

import io.vireo.sim.cluster.RunListener;

/** Makes the simulation of a seed; called anew for each run, from the thread that runs it. */
@FunctionalInterface
public interface SimulatorFactory {
    /** The simulations that seeds stand for. */
    SimulatorFactory OF_SEED = (seed, listener) -> new Simulator(SimOptions.of(seed), listener);

    /** @param listener {@link RunListener#NONE} for a silent run. */
    Simulator create(long seed, RunListener listener);
}
