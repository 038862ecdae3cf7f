package io.vireo.sim.time;

/**
 * The two clocks of one machine over the virtual time of the run. The monotonic one never goes back, but may run fast or slow; the wall
 * clock runs with it, is off by an offset and can be set forward and back. Both stand still while the machine is suspended.
 */
public final class SimClock {
    private static final long PPM = 1_000_000L;
    /** Where wall clocks stand at the start of a run that is not off: a day in 2027, in nanoseconds since 1970. */
    private static final long EPOCH_NS = 1_800_000_000_000_000_000L;

    private long monotonicStartNs;
    private long wallOffsetNs;
    private int driftPpm;
    /** Virtual time that the clocks have not counted, and since when they stand still; -1 while they run. */
    private long suspendedNs;

    private long suspendedSinceNs = -1;

    /** A clock that keeps time, with a wall clock that is off by this. */
    public SimClock(final long wallOffsetNs) {
        this.wallOffsetNs = wallOffsetNs;
    }

    /** From now on, before the first reading: so many nanoseconds too much in a millisecond; above -1,000,000. */
    public void drift(final int ppm) {
        if (ppm <= -PPM) {
            throw new IllegalArgumentException("a clock cannot drift by " + ppm + " ppm, it would stand still");
        }
        driftPpm = ppm;
    }

    /** Where the monotonic clock of the machine stood at virtual time 0, had it run: another one for every boot. */
    public void monotonicStart(final long startNs) {
        monotonicStartNs = startNs;
    }

    /** Sets the wall clock forward, or back if negative. */
    public void jump(final long byNs) {
        wallOffsetNs += byNs;
    }

    /** Both clocks stand still from this virtual time on. */
    public void suspend(final long virtualNs) {
        suspendedSinceNs = suspendedSinceNs < 0 ? virtualNs : suspendedSinceNs;
    }

    /**
     * Both clocks go on where they stood, if they stand.
     *
     * @param isWallSet the wall clock is set to what it would show had it never stood.
     */
    public void resume(final long virtualNs, final boolean isWallSet) {
        if (suspendedSinceNs < 0) {
            return;
        }
        final long before = elapsed(virtualNs);
        wallOffsetNs += isWallSet ? drifted(virtualNs - suspendedNs) - before : 0;
        suspendedNs += virtualNs - suspendedSinceNs;
        suspendedSinceNs = -1;
    }

    /** What the monotonic clock shows at this virtual time. */
    public long monotonicNs(final long virtualNs) {
        return monotonicStartNs + elapsed(virtualNs);
    }

    /** What the wall clock shows at this virtual time, in nanoseconds since 1970. */
    public long wallNs(final long virtualNs) {
        return EPOCH_NS + wallOffsetNs + elapsed(virtualNs);
    }

    /** The first virtual time at which the monotonic clock shows this or more, unless it is suspended until then. */
    public long virtualNs(final long monotonicNs) {
        final long elapsed = monotonicNs - monotonicStartNs;
        if (driftPpm == 0) {
            return elapsed + suspendedNs;
        }
        long virtual = Math.floorDiv(elapsed, PPM + driftPpm) * PPM
                + Math.floorMod(elapsed, PPM + driftPpm) * PPM / (PPM + driftPpm);
        while (drifted(virtual) < elapsed) {
            virtual++;
        }
        return virtual + suspendedNs;
    }

    /** What both clocks have counted by this virtual time. */
    private long elapsed(final long virtualNs) {
        return drifted((suspendedSinceNs < 0 ? virtualNs : suspendedSinceNs) - suspendedNs);
    }

    private long drifted(final long countedNs) {
        return driftPpm == 0
                ? countedNs
                : countedNs
                        + Math.floorDiv(countedNs, PPM) * driftPpm
                        + Math.floorDiv(Math.floorMod(countedNs, PPM) * driftPpm, PPM);
    }
}
