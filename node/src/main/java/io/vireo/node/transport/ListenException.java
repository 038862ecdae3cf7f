package io.vireo.node.transport;

/** The address to listen on cannot be had; the text names it, the cause and what to do. The operator's to solve. */
public final class ListenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ListenException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
