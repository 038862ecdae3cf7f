package io.vireo.node.gateway.group;

import org.agrona.DirectBuffer;

/** The ways from a gateway to the replicas of each group, its own replica among them. */
public interface Ways {
    /**
     * Sends one sealed frame (REQUEST, READ), which may get lost. Its answer may come before the call returns. Never blocks, never throws.
     *
     * @param frame lent for the call.
     * @return false if it certainly was not sent, for example because nothing is connected.
     */
    boolean send(int replica, int group, DirectBuffer frame, int offset, int length);

    /** Asked right after {@link #send} was false: whether the way is there and only takes nothing more for now. */
    boolean isFull(int replica, int group);
}
