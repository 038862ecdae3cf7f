package io.vireo.node.transport;

/** What the transport counts besides the reasons why connections ended. */
public enum TransportCounter {
    ACCEPTED,
    DIALLED,
    FRAMES_IN,
    FRAMES_OUT,
    BYTES_IN,
    BYTES_OUT,
    /** Frames to a replica that was not connected. */
    DROPPED_NOT_CONNECTED,
    /** Frames to a replica whose outgoing buffer was full. */
    DROPPED_BUFFER_FULL,
    /** Frames to a client that has no connection here. */
    DROPPED_NO_CLIENT
}
