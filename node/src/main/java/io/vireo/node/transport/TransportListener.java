package io.vireo.node.transport;

import io.vireo.node.message.Lane;
import org.agrona.MutableDirectBuffer;

/**
 * What the transport found, on the thread that polls it. Frames are valid, of this cluster, from whom the handshake said and for a group
 * this shard hosts, or from a client and for a group that another shard of this process hosts. Buffers are only lent for the call.
 */
public interface TransportListener {
    /** A frame of a replica or client for the group stated in its header. */
    void onFrame(int group, MutableDirectBuffer buffer, int offset, int length);

    /** A STATUS frame; the answer goes to {@code from} before the call returns. */
    void onStatusRequest(Connection from);

    /** A SCRUB frame; answered as STATUS is, when what it asks for has begun. */
    void onScrubRequest(Connection from);

    /** A replica is connected for this, handshake done. */
    void onPeerConnected(int replica, Lane lane, String remoteAddress);

    /** A connected replica is so no longer. */
    void onPeerDisconnected(int replica, Lane lane, String remoteAddress, CloseReason reason, String text);

    /** A connection was refused or ended for a reason that somebody should know; {@code who} is "replica 1", "replica 1 for bulk", "client" or "unknown". */
    void onRefused(String who, String remoteAddress, CloseReason reason, String text);
}
