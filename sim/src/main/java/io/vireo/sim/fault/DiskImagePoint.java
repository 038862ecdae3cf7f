package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;
import io.vireo.sim.storage.CrashOutcome;

/**
 * An image of all that is durable on a replica's disks is taken, and put back later while the machine is off: a snapshot of a virtual
 * machine, a backup, a mirror that had fallen behind.
 *
 * @param outcome what the failing power leaves of un-synced writes, before the image takes the place of all.
 * @param ageNs of the image when it may be put back; it is tried again a few times after as long.
 * @param downNs from then until the machine is on again.
 */
public record DiskImagePoint(int permille, int replica, CrashOutcome outcome, long ageNs, long downNs)
        implements Disturbance {
    private static final long MILLIS = 1_000_000L;

    static DiskImagePoint draw(final Draws draws, final int replicas) {
        return new DiskImagePoint(
                draws.nextInt(1_000),
                draws.nextInt(replicas),
                draws.chance(1, 2) ? CrashOutcome.DROP_ALL : CrashOutcome.SUBSET,
                draws.logUniform(20 * MILLIS, 2_000 * MILLIS),
                draws.logUniform(MILLIS, 2_000 * MILLIS));
    }

    @Override
    public boolean isAmong(final int replicas) {
        return replica < replicas;
    }
}
