package io.vireo.sim.scenario;

/** A step of a scenario cannot be done, or what it expects is not so. */
final class UnmetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnmetException(final String what) {
        super(what);
    }
}
