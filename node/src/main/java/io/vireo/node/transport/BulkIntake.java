package io.vireo.node.transport;

import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;

/**
 * Connections for bulk that have something, for when all others have had their turn and what that led to is written. They take turns: one of them is
 * read at a time, and no more than a frame of it, so that a turn of the shard has at most one piece of a file, however many replicas send pieces or want
 * some. Belongs to the thread of the transport.
 */
final class BulkIntake {
    private final Outgoing outgoing;
    private final Incoming incoming;
    private final ArrayDeque<Connection> ready = new ArrayDeque<>();

    BulkIntake(final Outgoing outgoing, final Incoming incoming) {
        this.outgoing = outgoing;
        this.incoming = incoming;
    }

    /** This one has something to read, or room for what waits to be written. */
    void add(final Connection connection) {
        if (!connection.isInBulkReady) {
            connection.isInBulkReady = true;
            ready.addLast(connection);
        }
    }

    /** True if some connection has something that no selector need say again. */
    boolean isAny() {
        return !ready.isEmpty();
    }

    /** Writes what the sockets take, and reads the connection whose turn it is; true if there was one. */
    boolean take() {
        if (ready.isEmpty()) {
            return false;
        }
        for (final Connection each : ready) {
            if (each.key.isValid() && each.key.isWritable() && each.isWriteBlocked) {
                outgoing.write(each);
            }
        }
        while (!ready.isEmpty()) {
            final Connection next = ready.removeFirst();
            next.isInBulkReady = false;
            if (isReadable(next)) {
                if (incoming.read(next)) {
                    add(next);
                }
                return true;
            }
        }
        return false;
    }

    /** Also by what its key was ready for at an earlier turn: that costs one call that moves nothing. */
    private boolean isReadable(final Connection connection) {
        final SelectionKey key = connection.key;
        return key.isValid() && (key.isReadable() || connection.wire.isInputHeld() || incoming.isFrameHere(connection));
    }
}
