package io.vireo.node.core;

/** A set of replicas, counted by distinct member; a repeated vote counts once. */
public final class VoteSet {
    private int bits;

    public void clear() {
        bits = 0;
    }

    public void add(final int replica) {
        bits |= 1 << replica;
    }

    public void remove(final int replica) {
        bits &= ~(1 << replica);
    }

    public boolean contains(final int replica) {
        return (bits & 1 << replica) != 0;
    }

    public int count() {
        return Integer.bitCount(bits);
    }
}
