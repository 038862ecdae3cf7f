package io.vireo.node.transport;

import io.vireo.journal.util.Invariant;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;

/**
 * The sockets of a transport besides the listening one, in whatever stage: takes them in and ends them, and counts and tells why. Knows no
 * frames. Belongs to the thread of the transport.
 */
final class Connections {
    /** Told of connections with replicas. */
    interface ReplicaEnds {
        /**
         * One that was open, or that this side dialled, is closed.
         *
         * @param reason null if it has been counted and reported before.
         */
        void onReplicaEnded(Connection ended, boolean wasOpen, CloseReason reason, String text);
    }

    private final Selector selector;
    private final Callers callers;
    private final ClientDirectory clients;
    private final TransportCounters counters;
    private final TransportListener listener;
    private final List<Connection> all = new ArrayList<>();
    private ReplicaEnds replicaEnds;

    Connections(
            final Selector selector,
            final Callers callers,
            final ClientDirectory clients,
            final TransportCounters counters,
            final TransportListener listener) {
        this.selector = selector;
        this.callers = callers;
        this.clients = clients;
        this.counters = counters;
        this.listener = listener;
    }

    /** To be told once, before the first is added. */
    void replicaEnds(final ReplicaEnds told) {
        Invariant.check(replicaEnds == null, "ends of connections are told to one");
        replicaEnds = told;
    }

    /** All of them; who ends some meanwhile goes through it backwards. */
    List<Connection> all() {
        return all;
    }

    int count() {
        return all.size();
    }

    int clientCount() {
        int count = 0;
        for (int i = 0; i < all.size(); i++) {
            count += all.get(i).isClient() ? 1 : 0;
        }
        return count;
    }

    /** Registers its socket; false if that fails, and it is closed. */
    boolean add(final Connection connection, final int interest) {
        connection.index = all.size();
        all.add(connection);
        try {
            connection.channel.configureBlocking(false);
            connection.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connection.channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            connection.key = connection.channel.register(selector, interest, connection);
            return true;
        } catch (final IOException e) {
            close(connection, CloseReason.IO_ERROR, e.getMessage());
            return false;
        }
    }

    /** False if what the connection's wire holds is too much for the budget, and it is closed. */
    boolean isPaid(final Connection connection) {
        if (connection.chargeWire()) {
            return true;
        }
        closeStarved(connection);
        return false;
    }

    /** Ends a connection for which the budget has no room. */
    void closeStarved(final Connection connection) {
        close(connection, CloseReason.OUT_OF_BUFFERS, "the buffers of all clients together are at their limit");
    }

    /** Counts and tells that somebody was refused. */
    void refused(final String who, final String address, final CloseReason reason, final String text) {
        counters.closed(reason);
        listener.onRefused(who, address, reason, text);
    }

    /** Ends a connection; a null reason means that it has been counted and reported before. */
    void close(final Connection connection, final CloseReason reason, final String text) {
        if (connection.stage() == Connection.Stage.CLOSED) {
            return;
        }
        final boolean wasOpen = connection.isOpen();
        connection.stage(Connection.Stage.CLOSED);
        callers.remove(connection);
        clients.forget(connection);
        final Connection last = all.remove(all.size() - 1);
        if (last != connection) {
            all.set(connection.index, last);
            last.index = connection.index;
        }
        final IOException closeError = connection.release();
        final String whole =
                closeError == null ? text : text + "; closing the socket failed: " + closeError.getMessage();
        if (reason != null) {
            counters.closed(reason);
        }
        if (connection.isReplica() && (wasOpen || connection.isDialled)) {
            replicaEnds.onReplicaEnded(connection, wasOpen, reason, whole);
        } else if (reason != null && reason.isRefusal()) {
            listener.onRefused(connection.who(), connection.remoteAddress, reason, whole);
        }
    }
}
