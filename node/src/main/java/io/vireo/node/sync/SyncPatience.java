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
    /** Targets that came to nothing, since one has brought something; no answer makes up for them. */
    private int failures;
    /** The highest of them, and until when none up to it is to be tried again. */
    private long failedOp;

    private long failedUntilNs;

    /** @param canGiveUp false if there is nothing to go back to. */
    SyncPatience(final long backoffNs, final boolean canGiveUp) {
        this.backoffNs = backoffNs;
        this.canGiveUp = canGiveUp;
    }

    /** Targets in a row that came to nothing and brought nothing. */
    int failures() {
        return failures;
    }

    void onSilence() {
        silences++;
    }

    void onAnswer() {
        silences = 0;
    }

    /**
     * Nobody gives the checkpoint of this op, or there is no space for it.
     *
     * @param isNearer true if verified bytes of files have come for it, which stay: as much as that, and it is here in the end.
     */
    void onFailed(final long op, final long nowNs, final boolean isNearer) {
        failures = isNearer ? 0 : failures + 1;
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
