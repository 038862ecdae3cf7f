package io.vireo.sim.mutant;

import io.vireo.sim.mutant.MutantScore.Shrunk;
import io.vireo.sim.mutant.MutantScore.Start;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/**
 * Hunts a planted bug over consecutive seeds until a run fails, from several starts, because one start may be lucky; then shrinks what the
 * first of them found. Effort is CPU time of the calling thread, so that figures do not depend on what else the machine does.
 */
public final class MutantHunt {
    /** Seeds between two starts. */
    public static final long STRIDE = 10_000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final MutantCompiler compiler;
    private final long firstSeed;
    private final int starts;
    private final int seedsMax;
    private final double shrinkSecondsMax;

    /**
     * @param starts the n-th begins at {@code firstSeed} + n * {@link #STRIDE}.
     * @param seedsMax of each start.
     * @param shrinkSecondsMax CPU seconds after which a failure is as small as it gets; 0: nothing is shrunk.
     */
    public MutantHunt(
            final MutantCompiler compiler,
            final long firstSeed,
            final int starts,
            final int seedsMax,
            final double shrinkSecondsMax) {
        this.compiler = compiler;
        this.firstSeed = firstSeed;
        this.starts = starts;
        this.seedsMax = seedsMax;
        this.shrinkSecondsMax = shrinkSecondsMax;
    }

    /** Plants the mutant and hunts it. */
    public MutantScore hunt(final Mutant mutant) {
        final MutantWorld world = new MutantWorld(compiler.compile(mutant));
        final List<Start> outcomes = new ArrayList<>(starts);
        Shrunk shrunk = null;
        for (int i = 0; i < starts; i++) {
            final Start outcome = hunt(world, mutant.machine(), firstSeed + i * STRIDE);
            outcomes.add(outcome);
            if (outcome.isFound() && shrunk == null && shrinkSecondsMax > 0) {
                shrunk = shrink(world, mutant.machine(), outcome.seed());
            }
        }
        return new MutantScore(mutant, outcomes, shrunk);
    }

    private Start hunt(final MutantWorld world, final String machine, final long from) {
        final long startNs = cpuNs();
        for (int i = 0; i < seedsMax; i++) {
            final String signature = world.run(machine, from + i);
            if (signature != null) {
                return new Start(from + i, i + 1, secondsSince(startNs), signature);
            }
        }
        return new Start(-1, seedsMax, secondsSince(startNs), null);
    }

    private Shrunk shrink(final MutantWorld world, final String machine, final long seed) {
        final long startNs = cpuNs();
        final int[] left = world.shrink(machine, seed, () -> secondsSince(startNs) >= shrinkSecondsMax);
        return new Shrunk(left[0], left[1], secondsSince(startNs) < shrinkSecondsMax);
    }

    private static long cpuNs() {
        return THREADS.getCurrentThreadCpuTime();
    }

    private static double secondsSince(final long startNs) {
        return (cpuNs() - startNs) / 1e9;
    }
}
