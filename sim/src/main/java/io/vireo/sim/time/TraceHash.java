package io.vireo.sim.time;

import java.util.function.LongConsumer;

/** Sum over everything that happened in a run, in order: two runs are the same run if and only if their sums are equal (A15). */
public final class TraceHash {
    private long hash = 0x9e37_79b9_7f4a_7c15L;
    private LongConsumer listener;

    /** Also told every value, in order; null for nobody. */
    public void listener(final LongConsumer newListener) {
        listener = newListener;
    }

    public void add(final long value) {
        if (listener != null) {
            listener.accept(value);
        }
        long h = hash ^ value;
        h *= 0xff51_afd7_ed55_8ccdL;
        h ^= h >>> 32;
        hash = Long.rotateLeft(h, 23) * 0xc4ce_b9fe_1a85_ec53L;
    }

    public void add(final long a, final long b) {
        add(a);
        add(b);
    }

    public void add(final long a, final long b, final long c) {
        add(a);
        add(b);
        add(c);
    }

    public long value() {
        return hash;
    }
}
