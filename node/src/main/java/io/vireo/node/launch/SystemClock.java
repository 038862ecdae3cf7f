package io.vireo.node.launch;

import io.vireo.node.port.Clock;
import java.time.Instant;

/** The machine's clocks. Any thread. */
final class SystemClock implements Clock {
    @Override
    public long monotonicNs() {
        return System.nanoTime();
    }

    @Override
    public long wallNs() {
        final Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
