package io.vireo.sim.mutant;

import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;

/** The simulator around a mutant, with classes of its own; used by one thread. */
public final class MutantWorld {
    private final BiFunction<String, Long, String> runner;
    private final BiFunction<Map.Entry<String, Long>, BooleanSupplier, int[]> shrinker;

    /** @param mutated class files by binary name, instead of this program's. */
    @SuppressWarnings("unchecked")
    MutantWorld(final Map<String, byte[]> mutated) {
        final ClassLoader loader = loader(mutated);
        runner = (BiFunction<String, Long, String>) create(loader, MutantRunner.class.getName());
        shrinker = (BiFunction<Map.Entry<String, Long>, BooleanSupplier, int[]>)
                create(loader, MutantShrinker.class.getName());
    }

    /**
     * An object of such a world, made by its constructor without arguments. What it is called with and answers has to be of classes that both
     * worlds share: the JDK's and those of libraries.
     */
    public static Object create(final Map<String, byte[]> mutated, final String className) {
        return create(loader(mutated), className);
    }

    private static ClassLoader loader(final Map<String, byte[]> mutated) {
        return new MutantClassLoader(MutantWorld.class.getClassLoader(), mutated);
    }

    private static Object create(final ClassLoader loader, final String className) {
        try {
            return Class.forName(className, true, loader)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (final ReflectiveOperationException e) {
            throw new MutantException("the mutant's classes cannot be loaded", e);
        }
    }

    /** Verdict and signature of the failure of a seed, or null if it passes. */
    String run(final String machine, final long seed) {
        return runner.apply(machine, seed);
    }

    /**
     * Shrinks the failure of a seed.
     *
     * @param isOver true when the effort is used up.
     * @return planned faults and kinds of rates that are left.
     */
    int[] shrink(final String machine, final long seed, final BooleanSupplier isOver) {
        return shrinker.apply(Map.entry(machine, seed), isOver);
    }
}
