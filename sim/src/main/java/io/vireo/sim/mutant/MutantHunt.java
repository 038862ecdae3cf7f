package io.vireo.sim.mutant;

import java.util.Map;
import java.util.function.LongFunction;

/** Hunts one planted bug over consecutive seeds until a run fails. */
public final class MutantHunt {
    /**
     * Outcome of a hunt.
     *
     * @param seed that found it, or -1.
     * @param seeds tried.
     * @param signature of the failure, or null.
     */
    public record Outcome(Mutant mutant, long seed, int seeds, double seconds, String signature) {
        public boolean isFound() {
            return signature != null;
        }
    }

    private final MutantCompiler compiler;

    public MutantHunt(final MutantCompiler compiler) {
        this.compiler = compiler;
    }

    /** Plants the mutant and runs up to {@code seedsMax} seeds from {@code firstSeed}. */
    public Outcome hunt(final Mutant mutant, final long firstSeed, final int seedsMax) {
        final LongFunction<String> runner = runner(compiler.compile(mutant));
        final long startNs = System.nanoTime();
        for (int i = 0; i < seedsMax; i++) {
            final String signature = runner.apply(firstSeed + i);
            if (signature != null) {
                return new Outcome(mutant, firstSeed + i, i + 1, secondsSince(startNs), signature);
            }
        }
        return new Outcome(mutant, -1, seedsMax, secondsSince(startNs), null);
    }

    @SuppressWarnings("unchecked")
    private static LongFunction<String> runner(final Map<String, byte[]> mutated) {
        try {
            return (LongFunction<String>) Class.forName(
                            MutantRunner.class.getName(),
                            true,
                            new MutantClassLoader(MutantHunt.class.getClassLoader(), mutated))
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (final ReflectiveOperationException e) {
            throw new MutantException("the mutant's classes cannot be loaded", e);
        }
    }

    private static double secondsSince(final long startNs) {
        return (System.nanoTime() - startNs) / 1e9;
    }
}
