package io.vireo.node.port;

import org.agrona.DirectBuffer;

/**
 * Carries frames to other replicas and to clients. May lose, repeat, delay and reorder them, and may deliver them to a later incarnation
 * of the addressee; never changes them, never blocks, never throws. The bytes are copied before a call returns.
 */
public interface MessageBus {
    /** Sends one sealed frame to another replica; a frame to a replica that cannot be reached is dropped. */
    void send(int replica, DirectBuffer buffer, int offset, int length);

    /**
     * Bytes of pieces of files (CHUNK, REQUEST_CHUNK) for another replica that the network has not taken yet, of a group and of those that share its
     * connection, so that who sends them need not keep many; 0 where nothing waits or that is not known.
     */
    default int waiting(final int replica, final int group) {
        return 0;
    }

    /**
     * False if pieces of files, and requests for some, would be dropped now, for want of a way to another replica that carries those of a group: who
     * wants some had better ask another one. True where that is not known.
     */
    default boolean carriesFiles(final int replica, final int group) {
        return true;
    }

    /** Sends one sealed frame to the connection on which this client was last heard; dropped where there is none. */
    void sendToClient(long clientLo, long clientHi, DirectBuffer buffer, int offset, int length);

    /** Sends one sealed frame to every connected client. */
    void sendToClients(DirectBuffer buffer, int offset, int length);
}
