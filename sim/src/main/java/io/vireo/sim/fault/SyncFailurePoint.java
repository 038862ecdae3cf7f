package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;
import io.vireo.sim.storage.SyncFailure;

/** One sync that fails: the next one of a replica, from some progress of the run on. */
public record SyncFailurePoint(int permille, int replica, int group, SyncFailure kind) implements FaultPoint {
    private static final SyncFailure[] KINDS = SyncFailure.values();

    static SyncFailurePoint draw(final Draws draws, final int replicas, final int groups) {
        return new SyncFailurePoint(
                draws.nextInt(1_000),
                draws.nextInt(replicas),
                draws.nextInt(groups),
                KINDS[draws.nextInt(KINDS.length)]);
    }
}
