package io.vireo.sim.explore;

/** The same schedule led to two states: nothing that a search says can be trusted. */
final class NonDeterminismException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NonDeterminismException(final String message) {
        super(message);
    }
}
