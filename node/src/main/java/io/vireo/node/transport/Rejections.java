package io.vireo.node.transport;

/** Says to somebody that, and why, the connection is ended by this side, and gives it time to read that. Belongs to the thread of the transport. */
final class Rejections {
    private final Connections connections;
    private final Outgoing outgoing;
    private final Handshake handshake;
    private final Admission admission;
    private final TransportCounters counters;
    private final TurnTime time;

    Rejections(
            final Connections connections,
            final Outgoing outgoing,
            final Handshake handshake,
            final Admission admission,
            final TransportCounters counters,
            final TurnTime time) {
        this.connections = connections;
        this.outgoing = outgoing;
        this.handshake = handshake;
        this.admission = admission;
        this.counters = counters;
        this.time = time;
    }

    /** Sends a REJECT; what still arrives on this connection is thrown away. */
    void reject(final Connection connection, final Refusal refusal, final CloseReason reason) {
        if (reason.isRefusal() && admission.isNews(connection, reason)) {
            connections.refused(
                    connection.who(), connection.remoteAddress, reason, refusal.reason() + ": " + refusal.text());
        } else {
            counters.closed(reason);
        }
        if (connection.isOpen()) {
            connection.deadlineNs = time.nowNs() + TransportContext.HANDSHAKE_TIMEOUT_NS;
        }
        // Else until its deadline: who does not read the rejection holds its place no longer than who says nothing.
        connection.stage(Connection.Stage.DRAINING);
        outgoing.offer(connection, handshake.frame(), 0, handshake.writeReject(refusal));
    }
}
