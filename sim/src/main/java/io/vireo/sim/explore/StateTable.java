package io.vireo.sim.explore;

import java.util.Arrays;

/** Numbers states by their 128-bit fingerprints, from 0 in the order of their discovery. Open addressing over arrays. */
final class StateTable {
    private static final int NONE = -1;

    private long[] lo = new long[1024];
    private long[] hi = new long[1024];
    private int[] slots = new int[4096];
    private int size;

    StateTable() {
        Arrays.fill(slots, NONE);
    }

    int size() {
        return size;
    }

    long lo(final int state) {
        return lo[state];
    }

    long hi(final int state) {
        return hi[state];
    }

    /** Number of the state with this fingerprint; that of {@link #size} before the call if it is a new one. */
    int add(final long newLo, final long newHi) {
        int slot = slot(newLo);
        while (slots[slot] != NONE) {
            final int state = slots[slot];
            if (lo[state] == newLo && hi[state] == newHi) {
                return state;
            }
            slot = slot + 1 & slots.length - 1;
        }
        if (size == lo.length) {
            lo = Arrays.copyOf(lo, 2 * size);
            hi = Arrays.copyOf(hi, 2 * size);
        }
        lo[size] = newLo;
        hi[size] = newHi;
        slots[slot] = size++;
        if (2 * size > slots.length) {
            grow();
        }
        return size - 1;
    }

    private void grow() {
        slots = new int[2 * slots.length];
        Arrays.fill(slots, NONE);
        for (int state = 0; state < size; state++) {
            int slot = slot(lo[state]);
            while (slots[slot] != NONE) {
                slot = slot + 1 & slots.length - 1;
            }
            slots[slot] = state;
        }
    }

    private int slot(final long key) {
        return (int) (key ^ key >>> 32) & slots.length - 1;
    }
}
