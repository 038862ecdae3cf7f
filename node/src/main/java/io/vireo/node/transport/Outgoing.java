package io.vireo.node.transport;

import io.vireo.node.tls.TlsException;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What leaves by the connections of a transport: copies frames into their buffers, and writes each of these once per turn or when there is
 * much; bulk once per turn and last. A connection whose socket fails ends here. Belongs to the thread of the transport.
 */
final class Outgoing {
    /**
     * So much waiting is written at once, without waiting for the end of the duty cycle: a system call more is little against it, and the
     * other side works on a large prepare while this one stages its own copy.
     */
    private static final int FLUSH_AT = 32 * 1024;

    private final Connections connections;
    private final Wires wires;
    private final TransportCounters counters;
    private final TurnTime time;
    private final List<Connection> toFlush = new ArrayList<>();
    private final List<Connection> bulkToFlush = new ArrayList<>();

    Outgoing(final Connections connections, final Wires wires, final TransportCounters counters, final TurnTime time) {
        this.connections = connections;
        this.wires = wires;
        this.counters = counters;
        this.time = time;
    }

    /** Takes one frame for a connection that is not closed, or returns false if its buffer is full. */
    boolean offer(final Connection connection, final DirectBuffer buffer, final int offset, final int length) {
        final UnsafeBuffer sealed = Admission.sealed(connection, buffer, offset);
        final boolean isTaken = sealed == null
                ? connection.outgoing.offer(buffer, offset, length)
                : connection.outgoing.offer(sealed, buffer, offset, length);
        if (!isTaken) {
            return false;
        }
        counters.add(TransportCounter.FRAMES_OUT, 1);
        counters.add(TransportCounter.BULK_FRAMES_OUT, connection.isBulk() ? 1 : 0);
        if (!connection.isWriteBlocked) {
            // Story: a sender had another piece of a file for as long as the socket took them, megabytes in one turn
            // of the thread, and what the turn had said to other replicas waited for that.
            if (connection.outgoing.pending() >= FLUSH_AT && !connection.isBulk()) {
                write(connection);
            } else {
                wantFlush(connection);
            }
        }
        return true;
    }

    /** The same for a connection that may be on its way out; a client whose buffer is full loses it. */
    void send(final Connection connection, final DirectBuffer buffer, final int offset, final int length) {
        if (connection.isOpen() && !offer(connection, buffer, offset, length)) {
            connections.close(
                    connection,
                    CloseReason.SLOW,
                    connection.outgoing.pending() + " bytes wait for a client that does not read them");
        }
    }

    /** This one has something to write at the end of the turn. */
    void wantFlush(final Connection connection) {
        if (!connection.isInFlushList) {
            connection.isInFlushList = true;
            (connection.isBulk() ? bulkToFlush : toFlush).add(connection);
        }
    }

    /** Writes what was sent since the last flush, as far as the sockets take it. */
    void flush() {
        flush(toFlush);
        flush(bulkToFlush);
    }

    private void flush(final List<Connection> waiting) {
        for (int i = 0; i < waiting.size(); i++) {
            final Connection connection = waiting.get(i);
            connection.isInFlushList = false;
            if (connection.stage() != Connection.Stage.CLOSED && !connection.isWriteBlocked) {
                write(connection);
            }
        }
        waiting.clear();
    }

    /** Writes once; whether the rest waits for the socket shows in the key. */
    void write(final Connection connection) {
        final long before = connection.wire.sentBytes();
        final int written;
        try {
            written = connection.outgoing.writeTo(connection.wire);
            connection.wire.flush();
        } catch (final IOException e) {
            connections.close(connection, reason(e), e.getMessage());
            return;
        }
        counters.add(TransportCounter.BYTES_OUT, written);
        counters.add(TransportCounter.BULK_BYTES_OUT, connection.isBulk() ? written : 0);
        connection.bytesOut += written;
        connection.lastSentNs = time.nowNs();
        final boolean isAll = connection.outgoing.pending() == 0;
        final boolean isRest = connection.wire.awaitsWritable(!isAll);
        if (connection.wire.sentBytes() > before || !connection.isWriteBlocked) {
            connection.blockedSinceNs = time.nowNs();
        }
        if (isRest != connection.isWriteBlocked) {
            connection.isWriteBlocked = isRest;
            if (isRest) {
                connection.key.interestOpsOr(SelectionKey.OP_WRITE);
            } else {
                connection.key.interestOpsAnd(~SelectionKey.OP_WRITE);
            }
        }
        if (!isRest && isAll && connection.stage() == Connection.Stage.DRAINING) {
            try {
                connection.wire.endOutput();
            } catch (final IOException e) {
                connections.close(connection, null, e.getMessage());
                return;
            }
        }
        if (connections.isPaid(connection)) {
            wires.settle(connection);
        }
    }

    /** What an error of a wire is called. */
    static CloseReason reason(final IOException e) {
        return e instanceof TlsException ? CloseReason.TLS : CloseReason.IO_ERROR;
    }
}
