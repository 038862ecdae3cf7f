package io.vireo.node.gateway;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;

/**
 * Bounds the bytes of all requests, of all connections together, from the header that says how long one is to its outcome: who finds no room
 * waits for its turn, and the rest of its request in its socket. A request is given all its room at once, so that nobody who holds some waits
 * for more; first come, first served, and one alone always has room, however long it is. Small ones are counted and never wait: their number
 * has bounds of its own. Story: a group has no primary for a while, and sends to it fill the room; pings, logins and polls of other groups
 * go on.
 *
 * <p>A client that was given room and does not send what it announced would keep it for ever. While others wait for room, such a request is
 * given up: {@link GatewayConnection#onStalled}. Belongs to the thread of the gateway.
 */
final class RequestMemory {
    private static final int SMALL_MAX = 4 << 10;
    /** Where there is little room at all, a request is small only if so many fit. */
    private static final int SMALL_ONES = 200;
    /** So often within the time that a client may be silent is looked at who is. */
    private static final int LOOKS = 8;

    private final long bytesMax;
    private final long smallMax;
    private final long silenceMaxNs;
    /** First come, first served; each connection once. */
    private final ArrayDeque<GatewayConnection> waiting = new ArrayDeque<>();
    /** Have room for a request of which bytes are still to come; in the order in which they got it. */
    private final LinkedHashSet<GatewayConnection> receiving = new LinkedHashSet<>();

    private long bytes;
    private long smallBytes;
    /** Whose turn it is, or null; it has not taken anything yet. */
    private GatewayConnection next;

    private boolean isWaking;
    private long lastLookNs;

    /** @param silenceMaxNs so long a client may send less than {@link GatewayConnection#RECEIVE_MAX} of what it was given room for. */
    RequestMemory(final long bytesMax, final long silenceMaxNs, final long nowNs) {
        this.bytesMax = bytesMax;
        this.smallMax = Math.min(SMALL_MAX, bytesMax / SMALL_ONES);
        this.silenceMaxNs = silenceMaxNs;
        this.lastLookNs = nowNs;
    }

    long bytes() {
        return bytes;
    }

    boolean isSmall(final long length) {
        return length <= smallMax;
    }

    /** Takes so much for a request of the connection; if it is false the connection goes on when there is room. */
    boolean take(final GatewayConnection connection, final int length) {
        if (isSmall(length)) {
            bytes += length;
            smallBytes += length;
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

    /** Of small ones there is no end; a long one that waited for that would wait for ever. */
    private boolean isRoomFor(final int length) {
        return bytes == smallBytes || bytes + length <= bytesMax;
    }

    /** A request has its outcome, or will not begin. */
    void give(final int length) {
        bytes -= length;
        if (isSmall(length)) {
            smallBytes -= length;
        }
        wake();
    }

    /** Bytes of what the connection was given room for are still to come. */
    void onReceiving(final GatewayConnection connection) {
        receiving.add(connection);
    }

    /** All of it is there, or none of it is wanted any more. */
    void onReceived(final GatewayConnection connection) {
        receiving.remove(connection);
    }

    /** The connection waits for nothing any more. */
    void forget(final GatewayConnection connection) {
        receiving.remove(connection);
        if (waiting.remove(connection)) {
            wake();
        }
    }

    void onTick(final long nowNs) {
        if (!isAnyInTheWay() || delayNs(nowNs) > 0) {
            return;
        }
        lastLookNs = nowNs;
        for (final GatewayConnection each : new ArrayList<>(receiving)) {
            if (!waiting.isEmpty() && nowNs - each.lastProgressNs() >= silenceMaxNs) {
                each.onStalled();
            }
        }
    }

    /** Until {@link #onTick} has something to do, {@code Long.MAX_VALUE} if only an input can change that. */
    long delayNs(final long nowNs) {
        return isAnyInTheWay() ? Math.max(0, lastLookNs + silenceMaxNs / LOOKS - nowNs) : Long.MAX_VALUE;
    }

    private boolean isAnyInTheWay() {
        return !waiting.isEmpty() && !receiving.isEmpty();
    }

    private void wake() {
        if (isWaking) {
            return;
        }
        isWaking = true;
        // Only who finds room is woken.
        while (!waiting.isEmpty() && isRoomFor(waiting.getFirst().awaitedMemory())) {
            next = waiting.removeFirst();
            next.onMemory();
            next = null;
        }
        isWaking = false;
    }
}
