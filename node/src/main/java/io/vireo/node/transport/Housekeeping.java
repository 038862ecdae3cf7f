package io.vireo.node.transport;

import java.util.List;

/**
 * What is due on the connections of a transport now and then: handshakes that take too long, and whether the other side is still there. Belongs
 * to the thread of the transport.
 */
final class Housekeeping {
    private static final long INTERVAL_NS = 100_000_000L;

    private final Connections connections;
    private final Outgoing outgoing;
    private final Handshake handshake;
    private final TurnTime time;
    private long nextNs;

    Housekeeping(
            final Connections connections, final Outgoing outgoing, final Handshake handshake, final TurnTime time) {
        this.connections = connections;
        this.outgoing = outgoing;
        this.handshake = handshake;
        this.time = time;
        this.nextNs = time.nowNs();
    }

    /** When {@link #keep} is to be called. */
    long nextNs() {
        return nextNs;
    }

    boolean isDue() {
        return time.nowNs() - nextNs >= 0;
    }

    void keep() {
        nextNs = time.nowNs() + INTERVAL_NS;
        final List<Connection> all = connections.all();
        for (int i = all.size() - 1; i >= 0; i--) {
            final Connection connection = all.get(i);
            switch (connection.stage()) {
                case CONNECTING, HANDSHAKE -> {
                    if (time.nowNs() - connection.deadlineNs >= 0 && !connection.isInBulkReady) {
                        connections.close(
                                connection,
                                CloseReason.HANDSHAKE_TIMEOUT,
                                "no handshake within " + TransportContext.HANDSHAKE_TIMEOUT_NS / 1_000_000 + " ms");
                    }
                }
                case DRAINING -> {
                    if (time.nowNs() - connection.deadlineNs >= 0) {
                        connections.close(connection, null, "");
                    }
                }
                case OPEN -> keepAlive(connection);
                case CLOSED -> throw new IllegalStateException("a closed connection is still listed");
            }
        }
    }

    /**
     * TCP alone notices a vanished machine or a healed partition after many seconds to minutes, and on a connection without traffic never:
     * so replicas say that they are still there, and one that does not is dialled anew.
     */
    private void keepAlive(final Connection connection) {
        final long nowNs = time.nowNs();
        // Story: the process stood still for long. What others have said is read before this; bulk is not, and who
        // judged it now would end a connection for what waits to be looked at.
        final boolean isJudged = !connection.isInBulkReady;
        if (isJudged
                && connection.isWriteBlocked
                && nowNs - connection.blockedSinceNs >= TransportContext.SILENCE_MAX_NS) {
            connections.close(
                    connection,
                    CloseReason.SLOW,
                    "took none of " + connection.outgoing.pending() + " waiting bytes for "
                            + TransportContext.SILENCE_MAX_NS / 1_000_000 + " ms");
        } else if (isJudged
                && connection.isReplica()
                && nowNs - connection.lastReceivedNs >= TransportContext.SILENCE_MAX_NS) {
            connections.close(
                    connection,
                    CloseReason.SILENT,
                    "silent for " + TransportContext.SILENCE_MAX_NS / 1_000_000 + " ms");
        } else if (connection.isReplica() && nowNs - connection.lastSentNs >= TransportContext.KEEP_ALIVE_NS) {
            if (connection.isBulk()) {
                // Megabytes that the next transfer is some days away from needing.
                connection.trim();
            }
            outgoing.offer(
                    connection,
                    handshake.frame(),
                    0,
                    handshake.writeHello(connection.replica, connection.lane, connection.groups));
        }
    }
}
