package io.vireo.node.transport;

import io.vireo.node.port.Clock;

/** What time it is for a transport: read when a turn begins and when a socket has something, so that what follows from one event has one time. */
final class TurnTime {
    private final Clock clock;
    private long nowNs;

    TurnTime(final Clock clock) {
        this.clock = clock;
        read();
    }

    void read() {
        nowNs = clock.monotonicNs();
    }

    /** Monotonic, as of the last {@link #read}. */
    long nowNs() {
        return nowNs;
    }
}
