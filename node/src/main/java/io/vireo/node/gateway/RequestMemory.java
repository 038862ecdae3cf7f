package io.vireo.node.gateway;

import java.util.ArrayDeque;

/**
 * Bounds the bytes of all requests under way, of all connections together: who finds no room waits for its turn, and its client in its
 * socket. One request alone always has room, however long it is. Belongs to the thread of the gateway.
 */
final class RequestMemory {
    private final long bytesMax;
    /** First come, first served; each connection once. */
    private final ArrayDeque<GatewayConnection> waiting = new ArrayDeque<>();

    private long bytes;
    /** Whose turn it is, or null; it has not taken anything yet. */
    private GatewayConnection next;

    private boolean isWaking;
    private boolean isFull;

    RequestMemory(final long bytesMax) {
        this.bytesMax = bytesMax;
    }

    long bytes() {
        return bytes;
    }

    /** Takes so much for a request of the connection; if it is false the connection goes on when there is room. */
    boolean take(final GatewayConnection connection, final int length) {
        final boolean isNext = connection.equals(next);
        final boolean isRoom = bytes == 0 || bytes + length <= bytesMax;
        if (isRoom && (isNext || waiting.isEmpty())) {
            next = null;
            bytes += length;
            return true;
        }
        if (isNext) {
            next = null;
            isFull = true;
            connection.isWaitingForMemory(true);
            waiting.addFirst(connection);
        } else if (!connection.isWaitingForMemory()) {
            connection.isWaitingForMemory(true);
            waiting.addLast(connection);
        }
        return false;
    }

    /** A request has its outcome. */
    void give(final int length) {
        bytes -= length;
        if (isWaking) {
            return;
        }
        isWaking = true;
        isFull = false;
        while (!isFull && !waiting.isEmpty()) {
            next = waiting.removeFirst();
            next.onMemory();
            next = null;
        }
        isWaking = false;
    }
}
