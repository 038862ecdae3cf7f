package io.vireo.sim.scenario;

import java.util.List;

/**
 * How a scenario ended.
 *
 * @param line of the file at which it failed; 0 if it did not.
 * @param message what was expected and what was there; null if it passed.
 * @param cause the exception of a node, or null.
 * @param trace what took place.
 */
public record ScenarioResult(Kind kind, int line, String message, RuntimeException cause, List<String> trace) {
    /** With the exit code of the command line. */
    public enum Kind {
        PASS(0),
        /** A step or an expectation is not so. */
        UNMET(10),
        /** The trace is another one than expected. */
        OTHER_TRACE(10),
        CRASH(10),
        LIVENESS(11),
        SAFETY(12);

        private final int exitCode;

        Kind(final int exitCode) {
            this.exitCode = exitCode;
        }

        public int exitCode() {
            return exitCode;
        }
    }

    public boolean isPass() {
        return kind == Kind.PASS;
    }
}
