package io.vireo.node.iggy;

/**
 * Bytes of a client that are no valid request: the only way in which reading a request fails. Carries the status of the reply; the
 * connection stays usable. Normal input, hence without a stack trace.
 */
public final class WireException extends Exception {
    private static final long serialVersionUID = 1L;

    private final IggyError error;

    public WireException(final IggyError error, final String message) {
        super(message, null, false, false);
        this.error = error;
    }

    public IggyError error() {
        return error;
    }
}
