package io.vireo.node.gateway;

import java.util.ArrayDeque;

/**
 * Bounds the bytes of all requests under way, of all connections together: who finds no room waits for its turn, and its client in its
 * socket. One request alone always has room, however long it is. Small ones are counted and never wait: their number has bounds of its
 * own. Story: a group has no primary for a while, and sends to it fill the room; pings, logins and polls of other groups go on. Belongs to
 * the thread of the gateway.
 */
final class RequestMemory {
    private static final int SMALL_MAX = 4 << 10;
    /** Where there is little room at all, a request is small only if so many fit. */
    private static final int SMALL_ONES = 200;

    private final long bytesMax;
    private final long smallMax;
    /** First come, first served; each connection once. */
    private final ArrayDeque<GatewayConnection> waiting = new ArrayDeque<>();

    private long bytes;
    /** Whose turn it is, or null; it has not taken anything yet. */
    private GatewayConnection next;

    private boolean isWaking;

    RequestMemory(final long bytesMax) {
        this.bytesMax = bytesMax;
        this.smallMax = Math.min(SMALL_MAX, bytesMax / SMALL_ONES);
    }

    long bytes() {
        return bytes;
    }

    /** Takes so much for a request of the connection; if it is false the connection goes on when there is room. */
    boolean take(final GatewayConnection connection, final int length) {
        if (length <= smallMax) {
            bytes += length;
            return true;
        }
        final boolean isNext = connection.equals(next);
        if (isRoomFor(length) && (isNext || waiting.isEmpty())) {
            next = null;
            bytes += length;
            return true;
        }
        if (isNext) {
            next = null;
            connection.awaitMemory(length);
            waiting.addFirst(connection);
        } else if (connection.awaitedMemory() == 0) {
            connection.awaitMemory(length);
            waiting.addLast(connection);
        }
        return false;
    }

    private boolean isRoomFor(final int length) {
        return bytes == 0 || bytes + length <= bytesMax;
    }

    /** A request has its outcome. */
    void give(final int length) {
        bytes -= length;
        if (isWaking) {
            return;
        }
        isWaking = true;
        // Only who finds room is woken: it decodes its request anew, which takes long where that is long.
        while (!waiting.isEmpty() && isRoomFor(waiting.getFirst().awaitedMemory())) {
            next = waiting.removeFirst();
            next.onMemory();
            next = null;
        }
        isWaking = false;
    }
}
