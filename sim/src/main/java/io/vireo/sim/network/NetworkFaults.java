package io.vireo.sim.network;

/**
 * How one run's network behaves; drawn once per run. Rates are parts of 65,536 per frame.
 *
 * @param lossRate frames that get lost.
 * @param duplicateRate frames that arrive twice.
 * @param reorderRate frames that take {@code reorderNs} longer.
 * @param clogRate frames after which their link holds everything back for a while.
 * @param clogMeanNs mean of that while.
 * @param frames what happens to single frames and connections beyond that.
 */
public record NetworkFaults(
        long delayMinNs,
        long delayMeanNs,
        int lossRate,
        int duplicateRate,
        int reorderRate,
        long reorderNs,
        int clogRate,
        long clogMeanNs,
        FrameFaults frames) {
    public static final int WHOLE = 65_536;

    /** Frames get lost, late or twice, but arrive as they were sent. */
    public NetworkFaults(
            final long delayMinNs,
            final long delayMeanNs,
            final int lossRate,
            final int duplicateRate,
            final int reorderRate,
            final long reorderNs,
            final int clogRate,
            final long clogMeanNs) {
        this(
                delayMinNs,
                delayMeanNs,
                lossRate,
                duplicateRate,
                reorderRate,
                reorderNs,
                clogRate,
                clogMeanNs,
                FrameFaults.NONE);
    }

    /**
     * How long something may take that takes so long at most where no frame is lost, and that is questions and answers: each question is
     * asked until both it and its answer arrive, 1 / (1 - loss)^2 times on average. What arrives damaged, elsewhere, or in the middle of a break,
     * is lost as well; and queues that are full lose most of what else is said, so that time is doubled for them.
     */
    public long stretched(final long ns) {
        final double arrives = (1 - (double) lossRate / WHOLE)
                * (1 - (double) frames.corruptRate() / WHOLE)
                * (1 - (double) frames.misdeliverRate() / WHOLE)
                * (1 - (double) frames.resetRate() / WHOLE);
        return (long) ((frames.queueBytes() > 0 ? 2 * ns : ns) / (arrives * arrives));
    }

    /** The same delays, no fault. */
    public NetworkFaults healed() {
        return new NetworkFaults(delayMinNs, delayMeanNs, 0, 0, 0, 0, 0, 0);
    }
}
