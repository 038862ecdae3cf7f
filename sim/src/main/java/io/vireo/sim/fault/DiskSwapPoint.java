package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;
import io.vireo.sim.storage.CrashOutcome;

/**
 * Two machines lose their power, their disks change places, and both are started again: a cable plugged in wrongly, volumes mounted under
 * each other's name. After a while somebody sees what is wrong and puts the disks back.
 *
 * @param outcome what the failing power leaves of un-synced writes.
 * @param awayNs from the start with the wrong disks until they are back.
 */
public record DiskSwapPoint(int permille, int first, int second, CrashOutcome outcome, long awayNs)
        implements Disturbance {
    private static final long MILLIS = 1_000_000L;
    private static final CrashOutcome[] OUTCOMES = {
        CrashOutcome.DROP_ALL, CrashOutcome.KEEP_ALL, CrashOutcome.PREFIX, CrashOutcome.SUBSET
    };

    /** @param replicas at least 2. */
    static DiskSwapPoint draw(final Draws draws, final int replicas) {
        final int first = draws.nextInt(replicas);
        return new DiskSwapPoint(
                draws.nextInt(1_000),
                first,
                (first + draws.between(1, replicas - 1)) % replicas,
                OUTCOMES[draws.nextInt(OUTCOMES.length)],
                draws.logUniform(20 * MILLIS, 4_000 * MILLIS));
    }

    @Override
    public boolean isAmong(final int replicas) {
        return first < replicas && second < replicas;
    }
}
