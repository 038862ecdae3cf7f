package io.vireo.journal.util;

/** A rule this code relies on does not hold: a defect, never an input. Whoever owns the group stops it; nothing is repaired. */
public final class InvariantException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvariantException(final String message) {
        super(message);
    }
}
