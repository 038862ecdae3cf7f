package io.vireo.sim.scenario;

/** A scenario cannot be understood; the message names the place, what was expected and what is there. */
public final class ScenarioException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;

    ScenarioException(final String file, final int line, final String what) {
        super(file + ":" + line + ": " + what);
        this.line = line;
    }

    /** Line of the file, from 1. */
    public int line() {
        return line;
    }
}
