package io.vireo.node.gateway;

/**
 * Until when the requests of one connection are tried. What may not go beside others waits behind them, and a client that has sent many would
 * otherwise wait for each anew where no group answers:
 *
 * <pre>
 *   1  a client sends a request to create a topic, and eight others behind it; this node does not reach the primary
 *   2  the first is answered after 15 s that its time is over; the second is begun, and so on: the ninth answer comes after 135 s
 * </pre>
 *
 * So a request has its time from when it was received, or from when the last one before it was answered in time, whichever is later: who waits
 * because much is done has lost nothing. But what waited behind one that was late still gets a part of the time for itself, since it may be
 * for another group.
 */
final class Patience {
    /** Part of the time that is left to what has waited as long already. */
    static final int LEAST_PART = 8;

    private final long timeoutNs;
    private long sinceNs;

    Patience(final long timeoutNs, final long nowNs) {
        this.timeoutNs = timeoutNs;
        this.sinceNs = nowNs;
    }

    /**
     * Bytes have come. All requests that are whole and not begun came with the last of them: before that nothing was in the way of those
     * that were whole, and where something is nothing is received.
     */
    void onReceived(final long nowNs) {
        sinceNs = nowNs;
    }

    /** @param deadlineNs what {@link #deadlineNs} said of the request. */
    void onAnswered(final long deadlineNs, final long nowNs) {
        if (deadlineNs - nowNs > 0) {
            sinceNs = nowNs;
        }
    }

    /** Of a request that begins now. */
    long deadlineNs(final long nowNs) {
        final long leftNs = sinceNs + timeoutNs - nowNs;
        return nowNs + Math.max(leftNs, timeoutNs / LEAST_PART);
    }
}
