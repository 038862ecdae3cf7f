package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;

/**
 * One planned fault of a disk beyond rot and failed syncs. The atlas decides whether one that takes bytes away takes place.
 *
 * @param place drawn number that picks the sector or file among those there are.
 * @param durationNs of what lasts.
 */
public record DiskFaultPoint(int permille, int replica, int group, Kind kind, long place, long durationNs)
        implements FaultPoint {
    /** What goes wrong. */
    public enum Kind {
        /** The next read of a good sector fails, later ones do not. */
        READ_ERROR,
        /** The next read of a sector gets the bytes of another one. */
        MISDIRECTED_READ,
        /** The next read of a sector gets what it held before its last write. */
        STALE_READ,
        /** A sector of a segment goes bad. */
        SEGMENT_ROT,
        /** A snapshot or a segment that nobody writes any more loses its end. */
        TRUNCATION,
        /** Files cannot grow by more than a few sectors for a while. */
        FULL
    }

    private static final long MILLIS = 1_000_000L;

    static DiskFaultPoint draw(final Draws draws, final Kind kind, final int replicas, final int groups) {
        return new DiskFaultPoint(
                draws.nextInt(1_000),
                draws.nextInt(replicas),
                draws.nextInt(groups),
                kind,
                draws.nextLong() >>> 1,
                draws.logUniform(10 * MILLIS, 8_000 * MILLIS));
    }
}
