package io.vireo.sim.mutant;

import io.vireo.sim.Reduction;
import io.vireo.sim.RunResult;
import io.vireo.sim.SimSeed;
import io.vireo.sim.Simulator;
import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.shrink.FailureTrial;
import io.vireo.sim.shrink.Shrinker;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;

/**
 * Shrinks the failure of one seed inside the world of a mutant. What crosses over is of the JDK alone: machine and seed, whether the effort is used
 * up, and as an answer the planned faults and the kinds of rates that are left.
 */
public final class MutantShrinker implements BiFunction<Map.Entry<String, Long>, BooleanSupplier, int[]> {
    @Override
    public int[] apply(final Map.Entry<String, Long> machineAndSeed, final BooleanSupplier isOver) {
        final SimSeed whole = MutantRunner.seed(machineAndSeed.getKey(), machineAndSeed.getValue());
        final RunResult failed =
                Simulator.of(whole, Reduction.NONE, RunListener.NONE).run();
        final Reduction least = new Shrinker(
                        whole, Reduction.NONE, failed.events(), new FailureTrial(whole, failed), isOver, line -> {})
                .shrink();
        return new int[] {least.faults(whole), least.rates(whole).size()};
    }
}
