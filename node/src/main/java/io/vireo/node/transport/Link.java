package io.vireo.node.transport;

import io.vireo.node.message.Lane;

/**
 * An open connection with a replica as it is at one moment, for the status.
 *
 * @param replica at the other end.
 * @param lane what it is for.
 * @param remoteAddress of the other end.
 * @param isDialled whether this side has dialled it.
 * @param bytesIn that have come by it, frames only.
 * @param bytesOut that its socket, or TLS, has taken, frames only.
 * @param waitingBytes of frames that have been sent and not been taken yet.
 */
public record Link(
        int replica,
        Lane lane,
        String remoteAddress,
        boolean isDialled,
        long bytesIn,
        long bytesOut,
        int waitingBytes) {}
