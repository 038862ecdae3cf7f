package io.vireo.node.launch;

import io.vireo.node.port.Clock;

/** The machine's clocks. Any thread. */
final class SystemClock implements Clock {
    @Override
    public long monotonicNs() {
        return System.nanoTime();
    }

    /** In steps of a millisecond, because finer ones allocate: a primary makes its timestamps strictly monotonic anyway. */
    @Override
    public long wallNs() {
        return System.currentTimeMillis() * 1_000_000L;
    }
}
