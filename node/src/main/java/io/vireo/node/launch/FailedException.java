package io.vireo.node.launch;

/** The command cannot do what it was asked for, through no mistake of the operator. Ends it with {@link ExitCodes#FAILED}. */
public final class FailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FailedException(final String message) {
        super(message);
    }

    public FailedException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
