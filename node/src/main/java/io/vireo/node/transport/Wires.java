package io.vireo.node.transport;

import io.vireo.node.tls.Tls;
import io.vireo.node.tls.TlsPort;
import io.vireo.node.tls.Wire;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The wires of a transport's connections: makes them, and remembers those that have to be read again without word of their sockets, because
 * what they hold did not fit or because a computation of their handshake is under way. Passive; nothing is ever remembered where there is no
 * TLS.
 */
final class Wires {
    /** Null where there is no TLS. */
    private final TlsPort tls;

    private List<Connection> held = new ArrayList<>();
    private List<Connection> taken = new ArrayList<>();

    /** @param tls null for none. @param wake ends a wait of the selector, from any thread. */
    Wires(final Tls tls, final Runnable wake) {
        this.tls = tls == null ? null : tls.port(wake);
    }

    Wire accept(final SocketChannel channel) {
        return tls == null ? Wire.plain(channel) : tls.accept(channel);
    }

    /** @param host as it was named. */
    Wire call(final SocketChannel channel, final String host) {
        return tls == null ? Wire.plain(channel) : tls.call(channel, host);
    }

    /** True if after a read there is something to write: frames that waited for the handshake, or what the wire itself has to say. */
    boolean isToWrite(final Connection connection) {
        settle(connection);
        return tls != null
                && !connection.isWriteBlocked
                && (connection.outgoing.pending() > 0 || connection.wire.awaitsWritable(false));
    }

    /** To be called after each read and write of a connection that has not been closed by it. */
    void settle(final Connection connection) {
        if (tls == null || !connection.key.isValid()) {
            return;
        }
        final boolean takesInput = connection.wire.takesInput();
        if (takesInput) {
            connection.key.interestOpsOr(SelectionKey.OP_READ);
        } else {
            connection.key.interestOpsAnd(~SelectionKey.OP_READ);
        }
        if (!connection.isHeld && (!takesInput || connection.wire.isInputHeld())) {
            connection.isHeld = true;
            held.add(connection);
        }
    }

    /** True if a connection is to be read that its socket says nothing of. */
    boolean isAnyInput() {
        for (int i = 0; i < held.size(); i++) {
            if (held.get(i).wire.isInputHeld()) {
                return true;
            }
        }
        return false;
    }

    /** Has those connections read; one that has still more waits for the next turn. @return how many there were. */
    int takeHeld(final Consumer<Connection> read) {
        if (held.isEmpty()) {
            return 0;
        }
        final List<Connection> now = held;
        held = taken;
        taken = now;
        int count = 0;
        for (int i = 0; i < now.size(); i++) {
            final Connection connection = now.get(i);
            connection.isHeld = false;
            if (connection.stage() == Connection.Stage.CLOSED) {
                continue;
            }
            if (connection.wire.isInputHeld()) {
                count++;
                read.accept(connection);
            } else {
                settle(connection);
            }
        }
        now.clear();
        return count;
    }
}
