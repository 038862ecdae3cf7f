package io.vireo.sim.mutant;

import io.vireo.sim.RunResult;
import io.vireo.sim.Simulator;
import java.util.function.LongFunction;

/** Runs one seed inside the world of a mutant; the answer crosses over as a text, because its classes do not. */
public final class MutantRunner implements LongFunction<String> {
    /** The signature of the failure, or null if the seed passes. */
    @Override
    public String apply(final long seed) {
        final RunResult result = Simulator.run(seed);
        return result.verdict().isFailure() ? result.verdict() + " " + result.signature() : null;
    }
}
