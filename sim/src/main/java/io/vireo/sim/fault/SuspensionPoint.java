package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;

/**
 * A machine that stands still as a whole and goes on as if no time had passed: a virtual machine that is stopped, moved or restored, a host
 * that sleeps. Unlike with {@link PausePoint}, its clocks stand still too (Linux does not count such time in CLOCK_MONOTONIC). What was
 * sent to it waits at the senders, and arrives from peers only when TCP tries again: the longer the silence was, the later. A client that
 * connects anew gets through at once.
 *
 * @param isPrimary true: whoever leads when it strikes, and {@code replica} if nobody does.
 * @param isWallSet true: the wall clock is set right when the machine goes on; false: it stays behind.
 * @param peersLateNs how long after the machine goes on frames of its peers still wait.
 */
public record SuspensionPoint(
        int permille, int replica, boolean isPrimary, boolean isWallSet, long durationNs, long peersLateNs)
        implements Disturbance {
    private static final long MILLIS = 1_000_000L;
    private static final int PARTS = 1_000;

    static SuspensionPoint draw(final Draws draws, final int replicas) {
        final int permille = draws.nextInt(1_000);
        final int replica = draws.nextInt(replicas);
        final boolean isPrimary = draws.chance(3, 4);
        final boolean isWallSet = draws.chance(1, 4);
        final long durationNs = draws.logUniform(300 * MILLIS, 10_000 * MILLIS);
        // A retransmission timeout doubles: the next attempt is at most as far away as the silence was long.
        final long peersLateNs = durationNs / PARTS * draws.between(0, PARTS);
        return new SuspensionPoint(permille, replica, isPrimary, isWallSet, durationNs, peersLateNs);
    }

    @Override
    public boolean isAmong(final int replicas) {
        return replica < replicas;
    }
}
