package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;
import io.vireo.sim.storage.DamageKind;

/**
 * One planned attempt to damage what a replica has made durable; the atlas decides whether it takes place.
 *
 * @param place drawn number that picks the sector among those that hold something.
 * @param isAstray if a write never landed: whether it landed elsewhere.
 */
public record RotPoint(int permille, int replica, Target target, DamageKind kind, long place, boolean isAstray)
        implements FaultPoint {
    /** Where on the disk. */
    public enum Target {
        SUPERBLOCK,
        MARK,
        /** One of the newest few sectors of the ring. */
        HEAD,
        /** All of the newest few that may go bad. */
        HEAD_BURST,
        ANY_OF_RING
    }

    private static final Target[] TARGETS = {
        Target.SUPERBLOCK,
        Target.MARK,
        Target.HEAD,
        Target.HEAD,
        Target.HEAD,
        Target.ANY_OF_RING,
        Target.ANY_OF_RING,
        Target.ANY_OF_RING
    };
    private static final DamageKind[] KINDS = {
        DamageKind.BIT,
        DamageKind.BIT,
        DamageKind.BYTE,
        DamageKind.SECTOR,
        DamageKind.UNREADABLE,
        DamageKind.UNREADABLE,
        DamageKind.ZEROED,
        DamageKind.STALE,
        DamageKind.STALE,
        DamageKind.STALE
    };

    /** Damage to the newest entries of a machine that has just failed. */
    public static RotPoint atHead(final Draws draws, final int replica) {
        return draw(draws, 0, replica, Target.HEAD_BURST);
    }

    static RotPoint draw(final Draws draws, final int replicas) {
        return draw(draws, draws.nextInt(1_000), draws.nextInt(replicas), TARGETS[draws.nextInt(TARGETS.length)]);
    }

    private static RotPoint draw(final Draws draws, final int permille, final int replica, final Target target) {
        return new RotPoint(
                permille,
                replica,
                target,
                KINDS[draws.nextInt(KINDS.length)],
                draws.nextLong() >>> 1,
                draws.chance(2, 3));
    }
}
