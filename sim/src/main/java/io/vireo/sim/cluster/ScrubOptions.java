package io.vireo.sim.cluster;

import io.vireo.node.sync.ScrubPace;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;

/** Draws from a seed whether the replicas of its run check their files while they run, and how fast: in half of the runs they do. */
final class ScrubOptions {
    private static final long INTERVAL_MIN_NS = 1_000_000_000L;
    private static final long INTERVAL_MAX_NS = 20_000_000_000L;
    private static final long BYTES_PER_SECOND_MIN = 256 << 10;
    private static final long BYTES_PER_SECOND_MAX = 256 << 20;

    private ScrubOptions() {}

    static ScrubPace of(final long seed) {
        final Draws draws = new Draws(seed, Stream.SCRUB_OPTIONS, 0);
        final ScrubPace drawn = new ScrubPace(
                draws.logUniform(INTERVAL_MIN_NS, INTERVAL_MAX_NS),
                draws.logUniform(BYTES_PER_SECOND_MIN, BYTES_PER_SECOND_MAX));
        return draws.chance(1, 2) ? drawn : ScrubPace.OFF;
    }
}
