package io.vireo.node.transport;

import io.vireo.node.message.RejectReason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * Takes in who comes to this process: makes room where there are too many, leads the called side's handshake as {@link Admission} says, and
 * hands over who is let in. Belongs to the thread of the transport.
 */
final class Reception {
    private final TransportContext context;
    private final TcpTransport owner;
    private final Connections connections;
    private final Outgoing outgoing;
    private final Rejections rejections;
    private final Admission admission;
    private final Callers callers;
    private final Wires wires;
    private final BufferBudget clientBudget;
    private final PeerLinks peerLinks;
    private final TransportCounters counters;
    private final TurnTime time;

    Reception(
            final TransportContext context,
            final TcpTransport owner,
            final Connections connections,
            final Outgoing outgoing,
            final Rejections rejections,
            final Admission admission,
            final Callers callers,
            final Wires wires,
            final BufferBudget clientBudget,
            final PeerLinks peerLinks,
            final TransportCounters counters,
            final TurnTime time) {
        this.context = context;
        this.owner = owner;
        this.connections = connections;
        this.outgoing = outgoing;
        this.rejections = rejections;
        this.admission = admission;
        this.callers = callers;
        this.wires = wires;
        this.clientBudget = clientBudget;
        this.peerLinks = peerLinks;
        this.counters = counters;
        this.time = time;
    }

    void onAccepted(final SocketChannel channel) {
        counters.add(TransportCounter.ACCEPTED, 1);
        final Connection connection = new Connection(
                owner, channel, wires.accept(channel), false, remote(channel), context.clientSendMax, clientBudget);
        connection.deadlineNs = time.nowNs() + TransportContext.HANDSHAKE_TIMEOUT_NS;
        if (!connections.add(connection, SelectionKey.OP_READ)) {
            return;
        }
        callers.add(connection);
        final Connection tooMany = callers.oneTooMany(connections.count());
        if (tooMany == connection) {
            rejections.reject(
                    connection,
                    new Refusal(
                            RejectReason.TOO_MANY_CONNECTIONS,
                            "there are " + context.connectionsMax + " connections, which is the limit of this process",
                            List.of()),
                    CloseReason.TOO_MANY_CONNECTIONS);
            outgoing.write(connection);
            // Not drained: that would keep the very socket that is too many.
            connections.close(connection, null, "");
        } else if (tooMany != null) {
            // One that was rejected has been counted.
            final boolean isRejected = tooMany.stage() == Connection.Stage.DRAINING;
            connections.close(
                    tooMany,
                    isRejected ? null : CloseReason.TOO_MANY_CONNECTIONS,
                    "others have come since, and it has not been let in");
        }
    }

    void onAcceptFailure(final IOException failure) {
        connections.refused(
                "unknown", "any", CloseReason.IO_ERROR, "cannot accept connections: " + failure.getMessage());
    }

    /** A frame of somebody who has come here and is not let in yet. */
    void onCall(final Connection connection, final int length) {
        final Admission.Verdict verdict =
                admission.onFrame(connection, connection.received.buffer(), connection.received.offset(), length);
        if (verdict == Admission.Verdict.REFUSE) {
            if (admission.answerLength() > 0) {
                // The caller has proved itself, and believes a rejection that names doors only of who has too.
                outgoing.offer(connection, admission.answer(), 0, admission.answerLength());
            }
            rejections.reject(connection, admission.refusal(), admission.closeReason());
            return;
        }
        if (verdict == Admission.Verdict.ADMIT) {
            callers.remove(connection);
            connection.wire.admit();
            if (connection.isReplica()) {
                peerLinks.open(connection);
            } else {
                connection.stage(Connection.Stage.OPEN);
            }
        }
        outgoing.offer(connection, admission.answer(), 0, admission.answerLength());
    }

    private static SocketAddress remote(final SocketChannel channel) {
        try {
            return channel.getRemoteAddress();
        } catch (final IOException e) {
            return InetSocketAddress.createUnresolved("closed", 0);
        }
    }
}
