package io.vireo.node.tls;

import java.io.IOException;

/** No TLS connection came about, or it broke; the text is one line for people and says what to look at. */
public final class TlsException extends IOException {
    private static final long serialVersionUID = 1L;

    TlsException(final String message, final Throwable cause) {
        super(message, cause);
    }

    TlsException(final String message) {
        super(message);
    }
}
