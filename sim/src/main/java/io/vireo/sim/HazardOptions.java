package io.vireo.sim;

import io.vireo.sim.fault.Hazards;
import io.vireo.sim.network.FrameFaults;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.workload.ClientFaults;

/** Draws from a seed what befalls network, processes, clocks and clients of its run; each kind from an instance of its own. */
final class HazardOptions {
    /** Instances of the stream of options that are drawn from here. */
    private static final int FRAMES = 20;

    private static final int LINK_FILTERS = 21;
    private static final int PAUSES = 22;
    private static final int CLOCKS = 23;
    private static final int CLIENT_DEATHS = 24;
    private static final int CLIENTS = 25;
    private static final int DISK_SWAPS = 80;
    private static final int DISK_IMAGES = 81;
    private static final int TRANSFERS = 82;
    private static final int SUSPENSIONS = 83;
    private static final int RECEIVER_ROTS = 84;
    private static final int LIES = 87;
    private static final int DRIPS = 88;
    private static final int LOST_WAYS = 89;
    /** Clocks that differ by a fifth: more than any crystal, about what a starved virtual machine shows. */
    private static final int DRIFT_PPM_MAX = 100_000;

    private HazardOptions() {}

    static FrameFaults frames(final long seed) {
        final Draws draws = new Draws(seed, Stream.OPTIONS, FRAMES);
        return new FrameFaults(
                rate(draws, 16, 2_048),
                rate(draws, 16, 4_096),
                rate(draws, 16, 1_024),
                isOn(draws) ? draws.logUniform(4 << 10, 256 << 10) : 0);
    }

    static Hazards planned(final long seed) {
        final Draws filters = new Draws(seed, Stream.OPTIONS, LINK_FILTERS);
        final Draws pauses = new Draws(seed, Stream.OPTIONS, PAUSES);
        final Draws clocks = new Draws(seed, Stream.OPTIONS, CLOCKS);
        return new Hazards(
                count(filters, 16),
                count(pauses, 8),
                count(clocks, 16),
                isOn(clocks) ? (int) clocks.logUniform(10, DRIFT_PPM_MAX) : 0,
                count(new Draws(seed, Stream.OPTIONS, CLIENT_DEATHS), 4),
                count(new Draws(seed, Stream.OPTIONS, DISK_SWAPS), 4),
                count(new Draws(seed, Stream.OPTIONS, DISK_IMAGES), 8),
                count(new Draws(seed, Stream.OPTIONS, TRANSFERS), 16),
                count(new Draws(seed, Stream.OPTIONS, SUSPENSIONS), 16),
                // Few: each takes from the budget of what may rot, which those of the peers need too.
                count(new Draws(seed, Stream.OPTIONS, RECEIVER_ROTS), 3),
                count(new Draws(seed, Stream.OPTIONS, LIES), 16),
                count(new Draws(seed, Stream.OPTIONS, DRIPS), 8),
                count(new Draws(seed, Stream.OPTIONS, LOST_WAYS), 8));
    }

    static ClientFaults clients(final long seed) {
        final Draws draws = new Draws(seed, Stream.OPTIONS, CLIENTS);
        return new ClientFaults(rate(draws, 64, 2_048), rate(draws, 64, 8_192), rate(draws, 64, 4_096));
    }

    private static int count(final Draws draws, final int high) {
        return isOn(draws) ? (int) draws.logUniform(1, high) : 0;
    }

    private static int rate(final Draws draws, final int low, final int high) {
        final boolean isOn = isOn(draws);
        final int rate = (int) draws.logUniform(low, high);
        return isOn ? rate : 0;
    }

    /** Each fault is off in half of the runs. */
    private static boolean isOn(final Draws draws) {
        return draws.chance(1, 2);
    }
}
