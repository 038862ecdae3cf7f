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
    /** The same two for pieces of files and what asks for them; counted there as well. */
    DROPPED_BULK_NOT_CONNECTED,
    DROPPED_BULK_BUFFER_FULL,
    /** Of the frames and bytes above, those on connections for bulk. */
    BULK_FRAMES_IN,
    BULK_FRAMES_OUT,
    BULK_BYTES_IN,
    BULK_BYTES_OUT,
    /** Frames to a client that has no connection here. */
    DROPPED_NO_CLIENT
}
