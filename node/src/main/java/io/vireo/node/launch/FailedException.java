package io.vireo.node.launch;

/** The command cannot do what it was asked for, through no mistake of the operator. Ends it with {@link ExitCodes#FAILED}. */
final class FailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FailedException(final String message) {
        super(message);
    }

    FailedException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
