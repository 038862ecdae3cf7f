package io.vireo.node.client;

import org.agrona.DirectBuffer;

/** The ways from a client to the replicas of one group. */
public interface FramePort {
    /**
     * Sends one sealed frame, which may get lost.
     *
     * @param frame lent for the call.
     * @return false if it certainly was not sent, because nothing is connected or because there is no room.
     */
    boolean send(int replica, DirectBuffer frame, int offset, int length);

    /** Asked right after {@link #send} was false: whether the way is there and only takes nothing more for now. */
    default boolean isFull(final int replica) {
        return false;
    }
}
