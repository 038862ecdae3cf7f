package io.vireo.node.sync;

/**
 * How long a synchronization goes on with peers that do not help: a target that came to nothing is left alone for a while, and after enough
 * silences and failures in sum it is over, if there is something to go back to. Pure.
 *
 * <p>Story: everybody has a checkpoint and lacks a file of it. To ask at once again would fetch its snapshot over and over, as fast as the
 * network can; and each snapshot that arrives would look like progress.
 */
final class SyncPatience {
    private static final int FUTILE_MAX = 50;

    private final long backoffNs;
    private final boolean canGiveUp;
    /** Since somebody has answered. */
    private int silences;
    /** Targets that came to nothing; no answer makes up for them. */
    private int failures;
    /** The highest of them, and until when none up to it is to be tried again. */
    private long failedOp;

    private long failedUntilNs;

    /** @param canGiveUp false if there is nothing to go back to. */
    SyncPatience(final long backoffNs, final boolean canGiveUp) {
        this.backoffNs = backoffNs;
        this.canGiveUp = canGiveUp;
    }

    /** Targets that came to nothing. */
    int failures() {
        return failures;
    }

    void onSilence() {
        silences++;
    }

    void onAnswer() {
        silences = 0;
    }

    /** Nobody gives the checkpoint of this op, or there is no space for it. */
    void onFailed(final long op, final long nowNs) {
        failures++;
        failedOp = Math.max(failedOp, op);
        failedUntilNs = nowNs + backoffNs;
    }

    /** True if the checkpoint of this op may be tried now. */
    boolean isWorthwhile(final long op, final long nowNs) {
        return op > failedOp || nowNs >= failedUntilNs;
    }

    boolean isOver() {
        return canGiveUp && silences + failures > FUTILE_MAX;
    }
}
