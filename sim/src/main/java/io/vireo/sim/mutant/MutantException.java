package io.vireo.sim.mutant;

/** A mutant that cannot be planted: the message says which, and what to do. */
public final class MutantException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MutantException(final String message) {
        super(message);
    }

    public MutantException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
