package io.vireo.node.gateway.service;

/** A text that should be the hash of a password and is none. Says what is wrong with it, never what is in it. */
final class PasswordTextException extends Exception {
    private static final long serialVersionUID = 1L;

    PasswordTextException(final String what) {
        super("the hash of a password " + what);
    }

    PasswordTextException(final String what, final Throwable cause) {
        super("the hash of a password " + what, cause);
    }
}
