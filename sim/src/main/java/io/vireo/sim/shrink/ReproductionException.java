package io.vireo.sim.shrink;

/** A file is no reproduction, or none that this program can play. The message says what is wrong and where. */
public final class ReproductionException extends Exception {
    private static final long serialVersionUID = 1L;

    public ReproductionException(final String message) {
        super(message);
    }

    public ReproductionException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
