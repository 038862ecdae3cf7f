package io.vireo.node.launch;

/** Something only the operator can put right; the message names the thing and what to do. Ends the command with {@link ExitCodes#OPERATOR}. */
public final class OperatorException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OperatorException(final String message) {
        super(message);
    }

    public OperatorException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
