package io.vireo.sim.network;

/**
 * How one run's network behaves; drawn once per run. Rates are parts of 65,536 per frame.
 *
 * @param lossRate frames that get lost.
 * @param duplicateRate frames that arrive twice.
 * @param reorderRate frames that take {@code reorderNs} longer.
 * @param clogRate frames after which their link holds everything back for a while.
 * @param clogMeanNs mean of that while.
 */
public record NetworkFaults(
        long delayMinNs,
        long delayMeanNs,
        int lossRate,
        int duplicateRate,
        int reorderRate,
        long reorderNs,
        int clogRate,
        long clogMeanNs) {
    public static final int WHOLE = 65_536;

    /** The same delays, no fault. */
    public NetworkFaults healed() {
        return new NetworkFaults(delayMinNs, delayMeanNs, 0, 0, 0, 0, 0, 0);
    }
}
