package io.vireo.sim.launch;

/** The state file of a hunt cannot be used; the message is one line that says why. */
final class HuntStateException extends Exception {
    private static final long serialVersionUID = 1L;

    HuntStateException(final String message) {
        super(message);
    }

    HuntStateException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
