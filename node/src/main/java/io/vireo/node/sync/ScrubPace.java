package io.vireo.node.sync;

/**
 * How fast the files of a group are checked while its replica runs.
 *
 * @param intervalNs how long a pass over all files takes, if the rate allows; 0 for no checks at all, nor repairs.
 * @param bytesPerSecond most that is read for it.
 */
public record ScrubPace(long intervalNs, long bytesPerSecond) {
    /** Nothing is checked. */
    public static final ScrubPace OFF = new ScrubPace(0, 1);

    public ScrubPace {
        if (intervalNs < 0) {
            throw new IllegalArgumentException("intervalNs=" + intervalNs);
        }
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("bytesPerSecond=" + bytesPerSecond);
        }
    }

    boolean isOff() {
        return intervalNs == 0;
    }

    /** How long after a chunk of this length has begun the next one may, at the earliest. */
    long spacingNs(final int length) {
        // A chunk has at most 2^20 bytes: its product with the nanoseconds of a second stays below 2^50.
        return length * 1_000_000_000L / bytesPerSecond;
    }
}
