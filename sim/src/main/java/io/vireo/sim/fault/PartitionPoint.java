package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;

/**
 * One planned cut of the network between replicas.
 *
 * @param members bits of the replicas on one side.
 */
public record PartitionPoint(int permille, Kind kind, int members, long durationNs) implements FaultPoint {
    /** Which directions are cut. */
    public enum Kind {
        SYMMETRIC,
        /** The members are not heard by the others. */
        MEMBERS_MUTE,
        /** The members do not hear the others. */
        MEMBERS_DEAF,
        /** One single link, one way. */
        ONE_LINK
    }

    private static final long MILLIS = 1_000_000L;
    private static final Kind[] KINDS = Kind.values();

    static PartitionPoint draw(final Draws draws, final int replicas) {
        final boolean isSingle = draws.chance(1, 2);
        final int members =
                isSingle || replicas < 3 ? 1 << draws.nextInt(replicas) : draws.between(1, (1 << replicas) - 2);
        return new PartitionPoint(
                draws.nextInt(1_000),
                KINDS[draws.nextInt(KINDS.length)],
                members,
                draws.logUniform(100 * MILLIS, 8_000 * MILLIS));
    }

    /** True if frames of this direction are cut. */
    public boolean isCut(final int from, final int to) {
        final boolean isFromIn = (members >> from & 1) == 1;
        final boolean isToIn = (members >> to & 1) == 1;
        return switch (kind) {
            case SYMMETRIC -> isFromIn != isToIn;
            case MEMBERS_MUTE -> isFromIn && !isToIn;
            case MEMBERS_DEAF -> !isFromIn && isToIn;
            case ONE_LINK -> isFromIn && !isToIn && Integer.numberOfTrailingZeros(~members) == to;
        };
    }
}
