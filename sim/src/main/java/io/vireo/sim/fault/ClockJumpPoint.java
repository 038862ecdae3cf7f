package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;

/**
 * The wall clock of one machine is set forward or back: somebody corrects it, or the service that keeps it is wrong.
 *
 * @param byNs from 1 ms to an hour, or as much back if negative.
 */
public record ClockJumpPoint(int permille, int replica, long byNs) implements Disturbance {
    private static final long MILLIS = 1_000_000L;

    static ClockJumpPoint draw(final Draws draws, final int replicas) {
        final long byNs = draws.logUniform(MILLIS, 3_600_000 * MILLIS);
        return new ClockJumpPoint(draws.nextInt(1_000), draws.nextInt(replicas), draws.chance(1, 2) ? byNs : -byNs);
    }

    @Override
    public boolean isAmong(final int replicas) {
        return replica < replicas;
    }
}
