package io.vireo.node.port;

import org.agrona.DirectBuffer;

/**
 * One place of a shard where clients are: the sockets of a transport, or the connections of a gateway, whose sessions are clients too.
 * Called on the shard's thread; never blocks, never throws, may lose a frame, which the client then asks for again.
 */
public interface ClientEdge {
    /** True if a frame for this client id can be delivered here. */
    boolean isClientHere(long clientLo, long clientHi);

    /** Delivers one sealed frame (REPLY, READ_REPLY); the bytes are only lent for the call. */
    void sendToClient(long clientLo, long clientHi, DirectBuffer buffer, int offset, int length);

    /** Delivers one sealed frame (CLIENT_VIEW) to all clients. */
    void sendToClients(DirectBuffer buffer, int offset, int length);
}
