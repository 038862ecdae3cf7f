package io.vireo.node.sync;

/**
 * How fast the files of a checkpoint come: the bytes that had come by now and some seconds ago, by the time that is handed in. Begins anew with
 * another checkpoint. What was here before, and is only found again, does not count. Pure; one thread; allocates nothing while it runs.
 */
public final class TransferPace {
    /** Looks back over at most so many samples, so far apart: 10 s. */
    private static final int SAMPLES = 21;

    static final long SPACING_NS = 500_000_000L;

    private final long[] times = new long[SAMPLES];
    private final long[] bytes = new long[SAMPLES];
    /** Samples there are, and place of the last one. */
    private int count;

    private int last;
    private long checkpoint;

    /** True if {@link #sample} would take one: the last one is old enough. */
    public boolean isDue(final long nowNs) {
        return count == 0 || nowNs - times[last] >= SPACING_NS;
    }

    /**
     * What has come by now; taken if it is due or does not go on from the last one.
     *
     * @param ofCheckpoint op of the checkpoint that is fetched.
     * @param bytesCome verified bytes that others have sent, since any time.
     */
    public void sample(final long nowNs, final long ofCheckpoint, final long bytesCome) {
        if (count > 0 && (ofCheckpoint != checkpoint || bytesCome < bytes[last])) {
            count = 0;
        }
        if (!isDue(nowNs)) {
            return;
        }
        checkpoint = ofCheckpoint;
        last = (last + 1) % SAMPLES;
        times[last] = nowNs;
        bytes[last] = bytesCome;
        count = Math.min(count + 1, SAMPLES);
    }

    /** Bytes a second, in the mean of the last samples; negative as long as there are fewer than two. */
    public long bytesPerSecond() {
        if (count < 2) {
            return -1;
        }
        final int first = Math.floorMod(last - count + 1, SAMPLES);
        return (long) (1e9 * (bytes[last] - bytes[first]) / (times[last] - times[first]));
    }

    /** Milliseconds until so many bytes more have come if they go on like this; negative if that cannot be said. */
    public long etaMs(final long bytesLeft) {
        final long rate = bytesPerSecond();
        return rate <= 0 ? -1 : (long) (1e3 * bytesLeft / rate);
    }
}
