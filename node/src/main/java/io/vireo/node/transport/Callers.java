package io.vireo.node.transport;

import java.util.LinkedHashSet;

/**
 * Connections that somebody has opened to this process and that are not let in yet, oldest first. Anybody can open some; where there are as many
 * connections as there may be, the oldest of these goes for the next one, so that a stranger who keeps thousands open shuts out neither a
 * replica that comes back nor a client. Belongs to the thread of the transport.
 */
final class Callers {
    private final LinkedHashSet<Connection> waiting = new LinkedHashSet<>();
    private final int connectionsMax;

    Callers(final int connectionsMax) {
        this.connectionsMax = connectionsMax;
    }

    void add(final Connection connection) {
        waiting.add(connection);
    }

    /** It is let in, or gone. */
    void remove(final Connection connection) {
        waiting.remove(connection);
    }

    /**
     * Who has to go for the one that came last.
     *
     * @param connections of all kinds, with that one.
     * @return null if there is room, and the last one itself if all others were let in.
     */
    Connection oneTooMany(final int connections) {
        return connections > connectionsMax ? waiting.iterator().next() : null;
    }
}
