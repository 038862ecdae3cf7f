package io.vireo.sim.time;

/**
 * The two clocks of one machine over the virtual time of the run. The monotonic one never goes back, but may run fast or slow; the wall
 * clock runs with it, is off by an offset and can be set forward and back.
 */
public final class SimClock {
    private static final long PPM = 1_000_000L;
    /** Where wall clocks stand at the start of a run that is not off: a day in 2027, in nanoseconds since 1970. */
    private static final long EPOCH_NS = 1_800_000_000_000_000_000L;

    private long monotonicStartNs;
    private long wallOffsetNs;
    private int driftPpm;

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

    /** What the monotonic clock shows at this virtual time. */
    public long monotonicNs(final long virtualNs) {
        return monotonicStartNs + elapsed(virtualNs);
    }

    /** What the wall clock shows at this virtual time, in nanoseconds since 1970. */
    public long wallNs(final long virtualNs) {
        return EPOCH_NS + wallOffsetNs + elapsed(virtualNs);
    }

    /** The first virtual time at which the monotonic clock shows this or more. */
    public long virtualNs(final long monotonicNs) {
        final long elapsed = monotonicNs - monotonicStartNs;
        if (driftPpm == 0) {
            return elapsed;
        }
        long virtual = Math.floorDiv(elapsed, PPM + driftPpm) * PPM
                + Math.floorMod(elapsed, PPM + driftPpm) * PPM / (PPM + driftPpm);
        while (elapsed(virtual) < elapsed) {
            virtual++;
        }
        return virtual;
    }

    private long elapsed(final long virtualNs) {
        return driftPpm == 0
                ? virtualNs
                : virtualNs
                        + Math.floorDiv(virtualNs, PPM) * driftPpm
                        + Math.floorDiv(Math.floorMod(virtualNs, PPM) * driftPpm, PPM);
    }
}
