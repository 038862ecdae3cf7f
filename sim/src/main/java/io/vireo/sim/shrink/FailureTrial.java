package io.vireo.sim.shrink;

import io.vireo.sim.Reduction;
import io.vireo.sim.RunResult;
import io.vireo.sim.SimSeed;
import io.vireo.sim.Simulator;
import io.vireo.sim.cluster.RunListener;

/** Plays candidates of one failing run in this JVM, and takes for the same failure what has its verdict and signature. */
public final class FailureTrial implements Shrinker.Trial {
    private final SimSeed seed;
    private final RunResult whole;

    /** @param whole what the run has given that fails. */
    public FailureTrial(final SimSeed seed, final RunResult whole) {
        this.seed = seed;
        this.whole = whole;
    }

    @Override
    public long play(final Reduction candidate, final long eventsMax) {
        final Simulator simulator = Simulator.of(seed, candidate, RunListener.NONE);
        simulator.stopAt(eventsMax);
        final RunResult result = simulator.run();
        return isAlike(result) ? result.events() : Shrinker.Trial.PASSED;
    }

    /** True if this result is the same failure. */
    public boolean isAlike(final RunResult result) {
        return result.verdict() == whole.verdict()
                && whole.signature() != null
                && whole.signature().equals(result.signature());
    }
}
