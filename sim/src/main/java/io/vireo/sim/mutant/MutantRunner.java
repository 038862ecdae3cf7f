package io.vireo.sim.mutant;

import io.vireo.sim.Reduction;
import io.vireo.sim.RunResult;
import io.vireo.sim.SimProfile;
import io.vireo.sim.SimSeed;
import io.vireo.sim.Simulator;
import io.vireo.sim.cluster.RunListener;
import java.util.function.BiFunction;

/** Runs one seed inside the world of a mutant; the answer crosses over as a text, because its classes do not. */
public final class MutantRunner implements BiFunction<String, Long, String> {
    /** The signature of the failure of this machine's seed, or null if it passes. */
    @Override
    public String apply(final String machine, final Long seed) {
        final RunResult result = Simulator.of(seed(machine, seed), Reduction.NONE, RunListener.NONE)
                .run();
        return result.verdict().isFailure() ? result.verdict() + " " + result.signature() : null;
    }

    static SimSeed seed(final String machine, final long seed) {
        for (final SimProfile.Machine each : SimProfile.Machine.values()) {
            if (each.toString().equals(machine)) {
                return new SimSeed(each.profile(null), seed);
            }
        }
        throw new MutantException("there is no machine " + machine);
    }
}
