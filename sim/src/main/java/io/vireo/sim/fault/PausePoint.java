package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;

/**
 * A process that does nothing for a while, and then goes on as if nothing had been: a collection, a stopped virtual machine, swapping. Its
 * clock goes on, and what arrives for it waits.
 *
 * @param isPrimary true: whoever leads when it strikes, and {@code replica} if nobody does.
 */
public record PausePoint(int permille, int replica, boolean isPrimary, long durationNs) implements Disturbance {
    private static final long MILLIS = 1_000_000L;

    static PausePoint draw(final Draws draws, final int replicas) {
        return new PausePoint(
                draws.nextInt(1_000),
                draws.nextInt(replicas),
                draws.chance(1, 2),
                draws.logUniform(10 * MILLIS, 10_000 * MILLIS));
    }

    @Override
    public boolean isAmong(final int replicas) {
        return replica < replicas;
    }
}
