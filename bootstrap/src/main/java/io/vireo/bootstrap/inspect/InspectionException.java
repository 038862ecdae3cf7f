package io.vireo.bootstrap.inspect;

/** The directory cannot be read at all: the message names file and cause. */
public final class InspectionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InspectionException(final String message) {
        super(message);
    }
}
