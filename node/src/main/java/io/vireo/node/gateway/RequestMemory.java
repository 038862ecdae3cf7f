package io.vireo.node.gateway;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bounds the bytes of all requests, of all connections together, from the header that says how long one is to its outcome: who finds no room
 * waits for its turn, and the rest of its request in its socket. A request is given all its room at once, so that nobody who holds some waits
 * for more; first come, first served. Small ones are counted and never wait: their number has bounds of its own. Story: a group has no primary
 * for a while, and sends to it fill the room; pings, logins and polls of other groups go on.
 *
 * <p>What is still to come has room of its own, so that a client who sends slowly, or not what was announced, is not in the way of those whose
 * requests are there: a quarter for all that are of ordinary length, and one place for a long one, so that it is not in the way of those
 * either. A request that is longer than a half of the room counts as a half, so that it fits at all and others fit beside it: memory is
 * bounded by the room, and by twice the longest request.
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
    /** Of the room, for what is still to come and is not long. */
    private static final int RECEIVING_PART = 4;
    /** So many fit into that part. */
    private static final int ORDINARY_ONES = 4;
    /** What a client must send on average, from the time that it may be silent on. */
    static final int PACE_BYTES_PER_S = 256 << 10;

    /** What a request needs besides room; those who wait for the same stand in one queue. */
    private enum Lane {
        /** Nothing: it has come, and can be begun. */
        WHOLE,
        /** Room for what is still to come. */
        ORDINARY,
        /** The place of what is long and still to come. */
        LONG
    }

    private record Waiter(GatewayConnection connection, int length, Lane lane, long number) {}

    /** @param slowNs so long it may take. */
    private record Arrival(Lane lane, int length, long sinceNs, long slowNs) {}

    private final long bytesMax;
    private final long smallMax;
    private final long silenceMaxNs;
    private final long receivingMax;
    /** First come, first served; each connection once. */
    private final Map<Lane, ArrayDeque<Waiter>> waiting = new EnumMap<>(Lane.class);
    /** Have room for a request of which bytes are still to come; in the order in which they got it. */
    private final Map<GatewayConnection, Arrival> receiving = new LinkedHashMap<>();

    private long bytes;
    private long smallBytes;
    private long receivingBytes;
    private boolean isLongReceiving;
    private long lastNumber;
    /** Whose turn it is, or null; it has not taken anything yet. */
    private Waiter next;

    private boolean isWaking;
    private long nowNs;
    private long lastLookNs;

    /** @param silenceMaxNs so long a client may send less than {@link GatewayConnection#RECEIVE_MAX} of what it was given room for. */
    RequestMemory(final long bytesMax, final long silenceMaxNs, final long nowNs) {
        this.bytesMax = bytesMax;
        this.smallMax = Math.min(SMALL_MAX, bytesMax / SMALL_ONES);
        this.receivingMax = bytesMax / RECEIVING_PART;
        this.silenceMaxNs = silenceMaxNs;
        for (final Lane lane : Lane.values()) {
            waiting.put(lane, new ArrayDeque<>());
        }
        this.nowNs = nowNs;
        this.lastLookNs = nowNs;
    }

    /** Of the room, taken. */
    long bytes() {
        return bytes;
    }

    boolean isSmall(final long length) {
        return length <= smallMax;
    }

    /**
     * Takes room for a request of the connection; if it is false the connection goes on when there is some.
     *
     * @param isWhole whether all of the request has come; if not, {@link #onReceived} is to follow when it has.
     */
    boolean take(final GatewayConnection connection, final int length, final boolean isWhole) {
        if (isSmall(length)) {
            bytes += length;
            smallBytes += length;
            return true;
        }
        final boolean isNext = next != null && next.connection.equals(connection);
        final Lane lane = isWhole ? Lane.WHOLE : isLong(length) ? Lane.LONG : Lane.ORDINARY;
        final ArrayDeque<Waiter> queue = waiting.get(lane);
        final boolean isItsTurn = isNext || first() == null && (isWhole || queue.isEmpty());
        if (isItsTurn && isRoomFor(length) && isRoomIn(lane, length)) {
            next = null;
            bytes += charge(length);
            if (!isWhole) {
                onReceiving(connection, lane, length);
            }
            return true;
        }
        if (isNext) {
            queue.addFirst(new Waiter(connection, length, lane, next.number));
            next = null;
        } else if (!isWaiting(connection)) {
            queue.addLast(new Waiter(connection, length, lane, ++lastNumber));
        }
        return false;
    }

    private void onReceiving(final GatewayConnection connection, final Lane lane, final int length) {
        final long slowNs = silenceMaxNs + length * 1_000_000_000L / PACE_BYTES_PER_S;
        receiving.put(connection, new Arrival(lane, length, nowNs, slowNs));
        if (lane == Lane.LONG) {
            isLongReceiving = true;
        } else {
            receivingBytes += length;
        }
    }

    /** A request has its outcome, or will not begin. */
    void give(final int length) {
        bytes -= charge(length);
        if (isSmall(length)) {
            smallBytes -= length;
        }
        wake();
    }

    /** All of it is there, or none of it is wanted any more. */
    void onReceived(final GatewayConnection connection) {
        final Arrival arrival = receiving.remove(connection);
        if (arrival != null) {
            if (arrival.lane == Lane.LONG) {
                isLongReceiving = false;
            } else {
                receivingBytes -= arrival.length;
            }
            wake();
        }
    }

    /** The connection waits for nothing any more. */
    void forget(final GatewayConnection connection) {
        boolean wasWaiting = false;
        for (final ArrayDeque<Waiter> queue : waiting.values()) {
            wasWaiting |= queue.removeIf(each -> each.connection.equals(connection));
        }
        if (wasWaiting) {
            wake();
        }
        onReceived(connection);
    }

    void onTick(final long newNowNs) {
        nowNs = newNowNs;
        if (!isAnyInTheWay() || delayNs(nowNs) > 0) {
            return;
        }
        lastLookNs = nowNs;
        for (final GatewayConnection each : List.copyOf(receiving.keySet())) {
            final Arrival arrival = receiving.get(each);
            final boolean isSlow = arrival != null
                    && (nowNs - each.lastProgressNs() >= silenceMaxNs || nowNs - arrival.sinceNs >= arrival.slowNs);
            if (isSlow && isAnyInTheWay()) {
                each.onStalled();
            }
        }
    }

    /** Until {@link #onTick} has something to do, {@code Long.MAX_VALUE} if only an input can change that. */
    long delayNs(final long atNs) {
        return isAnyInTheWay() ? Math.max(0, lastLookNs + silenceMaxNs / LOOKS - atNs) : Long.MAX_VALUE;
    }

    private boolean isAnyInTheWay() {
        return !receiving.isEmpty() && waiting.values().stream().anyMatch(queue -> !queue.isEmpty());
    }

    private boolean isWaiting(final GatewayConnection connection) {
        return waiting.values().stream()
                .anyMatch(queue -> queue.stream().anyMatch(each -> each.connection.equals(connection)));
    }

    private boolean isLong(final int length) {
        return length > receivingMax / ORDINARY_ONES;
    }

    private long charge(final int length) {
        return isSmall(length) ? length : Math.min(length, bytesMax / 2);
    }

    /** Of small ones there is no end; a long one that waited for that would wait for ever. */
    private boolean isRoomFor(final int length) {
        return bytes == smallBytes || bytes + charge(length) <= bytesMax;
    }

    private boolean isRoomIn(final Lane lane, final int length) {
        return switch (lane) {
            case WHOLE -> true;
            case ORDINARY -> receivingBytes + length <= receivingMax;
            case LONG -> !isLongReceiving;
        };
    }

    /** Who came first of those that wait for nothing but for others to have their outcomes; null if there is none. */
    private Waiter first() {
        Waiter first = null;
        for (final ArrayDeque<Waiter> queue : waiting.values()) {
            final Waiter head = queue.peekFirst();
            if (head != null && isRoomIn(head.lane, head.length) && (first == null || head.number < first.number)) {
                first = head;
            }
        }
        return first;
    }

    private void wake() {
        if (isWaking) {
            return;
        }
        isWaking = true;
        // Only who finds room is woken.
        for (Waiter first = first(); first != null && isRoomFor(first.length); first = first()) {
            waiting.get(first.lane).removeFirst();
            next = first;
            first.connection.onMemory();
            next = null;
        }
        isWaking = false;
    }
}
