package io.vireo.node.repair;

import java.util.Arrays;

/**
 * Which prepares have been asked for, and of whom, and not come yet: a bounded number at a time, each for a bounded time, so that repair
 * neither floods peers nor waits for one that is silent.
 *
 * <p>Frames do not say who has passed them on. What comes after a second request may answer the first one, so it speaks for nobody (Karn's
 * rule for retransmissions); but it may be late, and then more time is given, which shrinks again with what comes in time. Story: a path
 * takes a second for sixteen prepares of 1 MiB. With a fixed time each would be sent several times, and he who sends them count as silent.
 */
final class RepairBudget {
    static final int NOBODY = -1;

    private static final int EXPIRY_GROWTH_MAX = 4;

    private final long[] ops;
    private final int[] peers;
    private final long[] sentAtNs;
    private final boolean[] isRepeated;
    /** The last ops whose requests have expired, in the places of a ring. */
    private final long[] expired;

    private final long expiryMinNs;
    private long expiryNs;
    private int nextExpired;
    private int taken;

    RepairBudget(final int inflightMax, final long expiryMinNs) {
        this.ops = new long[inflightMax];
        this.peers = new int[inflightMax];
        this.sentAtNs = new long[inflightMax];
        this.isRepeated = new boolean[inflightMax];
        this.expired = new long[inflightMax];
        this.expiryMinNs = expiryMinNs;
        this.expiryNs = expiryMinNs;
    }

    void clear() {
        Arrays.fill(ops, 0);
        Arrays.fill(expired, 0);
        expiryNs = expiryMinNs;
        taken = 0;
    }

    /** Time that is given to a request now. */
    long expiryNs() {
        return expiryNs;
    }

    /** Frees the places of what has not come in time, and says so of those who were asked. */
    void expire(final long nowNs, final RepairPeers answers) {
        for (int i = 0; taken > 0 && i < ops.length; i++) {
            if (ops[i] != 0 && nowNs - sentAtNs[i] >= expiryNs) {
                answers.onExpired(peers[i], sentAtNs[i]);
                expired[nextExpired] = ops[i];
                nextExpired = (nextExpired + 1) % expired.length;
                free(i);
            }
        }
    }

    boolean isFull() {
        return taken == ops.length;
    }

    /** True if a request for this op is under way. */
    boolean isRequested(final long op) {
        return indexOf(ops, op) >= 0;
    }

    /** Takes a place, of which there must be one, for a request of this op. */
    void take(final long op, final int peer, final long nowNs) {
        final int place = indexOf(ops, 0);
        ops[place] = op;
        peers[place] = peer;
        sentAtNs[place] = nowNs;
        isRepeated[place] = indexOf(expired, op) >= 0;
        taken++;
    }

    /** This op has come: frees its place. Returns who has sent it, {@link #NOBODY} if nobody was asked or more than one. */
    int release(final long op) {
        final int place = indexOf(ops, op);
        if (place < 0) {
            return NOBODY;
        }
        free(place);
        if (isRepeated[place]) {
            expiryNs = Math.min(2 * expiryNs, EXPIRY_GROWTH_MAX * expiryMinNs);
            return NOBODY;
        }
        expiryNs = Math.max(expiryNs - expiryNs / 8, expiryMinNs);
        return peers[place];
    }

    private void free(final int place) {
        ops[place] = 0;
        taken--;
    }

    private static int indexOf(final long[] values, final long value) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == value) {
                return i;
            }
        }
        return -1;
    }
}
