package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;

/**
 * A client ends in the middle of its work and never comes back; its session and what it has sent stay.
 *
 * @param place drawn number that picks the client among those of the run; the last one that lives goes on.
 */
public record ClientDeathPoint(int permille, int place) implements Disturbance {
    static ClientDeathPoint draw(final Draws draws) {
        return new ClientDeathPoint(draws.nextInt(1_000), draws.nextInt(1 << 16));
    }

    @Override
    public boolean isAmong(final int replicas) {
        return true;
    }
}
