package io.vireo.sim;

/** How a run ended, with the exit code of the command line. */
public enum Verdict {
    PASS(0),
    /** It did not converge, and the damage done excuses that. */
    LEGITIMATE_LOSS(0),
    CRASH(10),
    LIVENESS(11),
    SAFETY(12),
    NON_DETERMINISM(13);

    private final int exitCode;

    Verdict(final int exitCode) {
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }

    public boolean isFailure() {
        return exitCode != 0;
    }
}
