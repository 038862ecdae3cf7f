package io.vireo.node.transport;

/** Why a connection ended; each is counted, and logged where it is nobody's ordinary doing. */
public enum CloseReason {
    /** The other side closed between two frames. */
    PEER_CLOSED(false),
    /** The other side closed inside a frame. */
    TRUNCATED(true),
    /** The operating system reported an error: reset, no route, refused. */
    IO_ERROR(false),
    /** No complete handshake within the deadline. */
    HANDSHAKE_TIMEOUT(true),
    /** A client did not log in in time. */
    LOGIN_TIMEOUT(true),
    /** This side answered the HELLO with a REJECT. */
    REJECTED(true),
    /** A HELLO for groups of another shard was answered with the addresses of the right ones; on both sides. */
    WRONG_DOOR(false),
    /** One side did not prove that it knows the secret of the cluster, or a frame did not that it is of this connection; counted on both sides. */
    AUTHENTICATION(true),
    /** No TLS came about: one side speaks without it, or a certificate is not taken. */
    TLS(true),
    /** The other side answered the HELLO with a REJECT. */
    REJECTED_BY_PEER(true),
    /** A size field below a header or above the limit of frames, or above the one before the handshake. */
    OVERSIZE(true),
    /** A frame that the total validation refuses. */
    INVALID_FRAME(true),
    /** A valid frame that this peer may not send: another author or group than its handshake said, or a command of the other role. */
    UNEXPECTED_FRAME(true),
    /** A client that does not read what it asked for, or a connection that moved no byte for too long. */
    SLOW(true),
    /** A replica sent nothing, not even that it is still there. */
    SILENT(true),
    /** The same replica connected again. */
    REPLACED(false),
    TOO_MANY_CONNECTIONS(true),
    /** More client ids on one connection, or in all, than there may be. */
    TOO_MANY_CLIENTS(true),
    /** The buffers of all connections together reached their limit. */
    OUT_OF_BUFFERS(true),
    /** This process stops. */
    STOPPED(false);

    private final boolean refusal;

    CloseReason(final boolean refusal) {
        this.refusal = refusal;
    }

    /** True if the other side did something that it should not do, or was refused. */
    public boolean isRefusal() {
        return refusal;
    }
}
