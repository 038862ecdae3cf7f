package io.vireo.node.ops;

import io.vireo.node.message.RejectReason;
import java.io.IOException;

/** Why a node could not be asked, where the reason matters to whoever asks. Other failures are plain IOExceptions. */
public final class StatusException extends IOException {
    /** What the failure says about the one that was asked. */
    public enum Kind {
        /** Nobody listens there: the name is not known, the connection was refused, or nothing came back at all. */
        NOT_REACHED,
        /** Somebody listens, and it is not the node that was meant, or it shares no secret with the caller. */
        STRANGER
    }

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    StatusException(final Kind kind, final String message, final IOException cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Of a REJECT. */
    static IOException rejected(final RejectReason reason, final String text) {
        final String message = "rejected, " + reason + ": " + text;
        return reason == RejectReason.WRONG_CLUSTER
                        || reason == RejectReason.WRONG_REPLICA
                        || reason == RejectReason.AUTHENTICATION
                ? new StatusException(Kind.STRANGER, message, null)
                : new IOException(message);
    }
}
