package io.vireo.node.transport;

import java.util.LinkedHashSet;

/**
 * Connections that somebody has opened to this process and that are not let in yet, oldest first. Anybody can open some: they hold a part of
 * the places at most, and where there are too many the oldest goes, so that a stranger who keeps thousands open shuts out neither a replica
 * that comes back nor a client. Belongs to the thread of the transport.
 */
final class Callers {
    /** Of all places this part, and never more than {@link #MAX}. */
    private static final int PART = 4;

    private static final int MAX = 1024;

    private final LinkedHashSet<Connection> waiting = new LinkedHashSet<>();
    private final int connectionsMax;
    private final int max;

    Callers(final int connectionsMax) {
        this.connectionsMax = connectionsMax;
        this.max = Math.min(MAX, Math.max(1, connectionsMax / PART));
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
     * @return null if there is room, and the last one itself if only those that were let in are before it.
     */
    Connection oneTooMany(final int connections) {
        return waiting.size() > max || connections > connectionsMax
                ? waiting.iterator().next()
                : null;
    }
}
