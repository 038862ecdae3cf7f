package io.vireo.node.transport;

import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.RejectReason;
import io.vireo.node.tls.TlsRecords;
import java.io.IOException;
import java.util.List;

/**
 * What arrives on the connections of a transport: reads, cuts into frames and hands each to whoever leads the connection in its stage. Looks at
 * sizes only. Belongs to the thread of the transport.
 */
final class Incoming {
    /** How often a connection that fills its buffer is read before the next one gets its turn. */
    private static final int READS_PER_POLL = 8;

    private final int frameSizeMax;
    private final Connections connections;
    private final Outgoing outgoing;
    private final Rejections rejections;
    private final Reception reception;
    private final PeerLinks peerLinks;
    private final FrameDispatch dispatch;
    private final Wires wires;
    private final TransportCounters counters;
    private final TurnTime time;

    Incoming(
            final int frameSizeMax,
            final Connections connections,
            final Outgoing outgoing,
            final Rejections rejections,
            final Reception reception,
            final PeerLinks peerLinks,
            final FrameDispatch dispatch,
            final Wires wires,
            final TransportCounters counters,
            final TurnTime time) {
        this.frameSizeMax = frameSizeMax;
        this.connections = connections;
        this.outgoing = outgoing;
        this.rejections = rejections;
        this.reception = reception;
        this.peerLinks = peerLinks;
        this.dispatch = dispatch;
        this.wires = wires;
        this.counters = counters;
        this.time = time;
    }

    /**
     * Takes what a connection has; of one for bulk no more than a frame.
     *
     * @return true if it has another frame that can be taken without word of its socket, which is so of one for bulk alone.
     */
    boolean read(final Connection connection) {
        readFrames(connection);
        if (connection.stage() != Connection.Stage.CLOSED
                && connections.isPaid(connection)
                && wires.isToWrite(connection)) {
            outgoing.wantFlush(connection);
        }
        return connection.stage() != Connection.Stage.CLOSED && isFrameHere(connection);
    }

    private void readFrames(final Connection connection) {
        try {
            if (isFrameHere(connection)) {
                takeFrames(connection);
                return;
            }
            for (int i = 0; i < READS_PER_POLL; i++) {
                final int read = connection.received.read(connection.wire, frameMax(connection));
                if (read < 0) {
                    onEndOfStream(connection);
                    return;
                }
                if (read > 0) {
                    connection.lastReceivedNs = time.nowNs();
                    counters.add(TransportCounter.BYTES_IN, read);
                    counters.add(TransportCounter.BULK_BYTES_IN, connection.isBulk() ? read : 0);
                    connection.bytesIn += read;
                } else if (connection.received.isStarved()) {
                    connections.closeStarved(connection);
                    return;
                }
                final boolean isFull = connection.received.isStarved();
                final boolean isAny = takeFrames(connection);
                if (!isFull || isAny && connection.isBulk() || connection.stage() == Connection.Stage.CLOSED) {
                    return;
                }
            }
        } catch (final IOException e) {
            connections.close(connection, Outgoing.reason(e), e.getMessage());
        }
    }

    /** True if a frame, or what can be none, is here whole. */
    boolean isFrameHere(final Connection connection) {
        return connection.received.frameLength(frameMax(connection)) != ReceiveBuffer.INCOMPLETE;
    }

    private void onEndOfStream(final Connection connection) {
        final int rest = connection.received.available();
        if (connection.stage() == Connection.Stage.DRAINING) {
            connections.close(connection, null, "");
        } else if (TlsRecords.isAlert(connection.received.buffer(), connection.received.offset(), rest)) {
            connections.close(connection, CloseReason.TLS, TlsRecords.TLS_CALLED_REPLICA);
        } else if (rest > 0) {
            connections.close(
                    connection,
                    CloseReason.TRUNCATED,
                    "closed by the other side inside a frame, after " + rest + " bytes of it");
        } else {
            connections.close(connection, CloseReason.PEER_CLOSED, "closed by the other side");
        }
    }

    private int frameMax(final Connection connection) {
        if (connection.isOpen()) {
            return frameSizeMax;
        }
        return connection.isDialled ? TransportContext.HANDSHAKE_ANSWER_MAX : TransportContext.HANDSHAKE_FRAME_MAX;
    }

    /** Hands over what is whole, of bulk one frame; true if there was a frame. */
    private boolean takeFrames(final Connection connection) {
        boolean isAny = false;
        while (connection.stage() != Connection.Stage.CLOSED && !(isAny && connection.isBulk())) {
            if (connection.stage() == Connection.Stage.DRAINING) {
                connection.received.clear();
                return isAny;
            }
            if (isTlsCaller(connection)) {
                rejections.reject(
                        connection,
                        new Refusal(RejectReason.MALFORMED, TlsRecords.TLS_CALLER_OF_REPLICA, List.of()),
                        CloseReason.TLS);
                continue;
            }
            final int length = connection.received.frameLength(frameMax(connection));
            if (length == ReceiveBuffer.INCOMPLETE) {
                return isAny;
            }
            if (length == ReceiveBuffer.ILLEGAL_SIZE) {
                connections.close(
                        connection,
                        CloseReason.OVERSIZE,
                        "frame states " + connection.received.statedSize() + " bytes, allowed are "
                                + HeaderFlyweight.HEADER_LENGTH + " to " + frameMax(connection));
                return isAny;
            }
            isAny = true;
            counters.add(TransportCounter.FRAMES_IN, 1);
            counters.add(TransportCounter.BULK_FRAMES_IN, connection.isBulk() ? 1 : 0);
            if (connection.isOpen()) {
                dispatch.onFrame(connection, length);
            } else if (connection.isDialled) {
                peerLinks.onAnswer(connection, length);
            } else {
                reception.onCall(connection, length);
            }
            if (connection.stage() != Connection.Stage.CLOSED) {
                connection.received.consume(length);
            }
        }
        return isAny;
    }

    private static boolean isTlsCaller(final Connection connection) {
        return !connection.isDialled
                && !connection.isOpen()
                && TlsRecords.isClientHello(
                        connection.received.buffer(), connection.received.offset(), connection.received.available());
    }
}
