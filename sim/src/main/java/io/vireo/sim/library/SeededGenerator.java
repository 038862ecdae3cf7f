package io.vireo.sim.library;

import io.vireo.sim.random.Draws;
import java.util.random.RandomGenerator;

/** The draws of a client in the shape of the JDK; what is asked most does not depend on the JDK's own way of bounding numbers. */
final class SeededGenerator implements RandomGenerator {
    private final Draws draws;

    SeededGenerator(final Draws draws) {
        this.draws = draws;
    }

    @Override
    public long nextLong() {
        return draws.nextLong();
    }

    @Override
    public int nextInt(final int bound) {
        return draws.nextInt(bound);
    }

    @Override
    public int nextInt(final int origin, final int bound) {
        if (origin >= bound) {
            throw new IllegalArgumentException("origin " + origin + " must be below the bound " + bound);
        }
        return (int) draws.between((long) origin, bound - 1L);
    }
}
