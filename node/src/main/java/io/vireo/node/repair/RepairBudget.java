package io.vireo.node.repair;

import java.util.Arrays;

/**
 * Which prepares have been asked for, and of whom, and not come yet: a bounded number at a time, each for a bounded time, so that repair
 * neither floods peers nor waits for one that is silent.
 */
final class RepairBudget {
    static final int NOBODY = -1;

    private final long[] ops;
    private final int[] peers;
    private final long[] sentAtNs;
    private final long expiryNs;
    private int taken;

    RepairBudget(final int inflightMax, final long expiryNs) {
        this.ops = new long[inflightMax];
        this.peers = new int[inflightMax];
        this.sentAtNs = new long[inflightMax];
        this.expiryNs = expiryNs;
    }

    void clear() {
        Arrays.fill(ops, 0);
        taken = 0;
    }

    /** Frees the places of what has not come in time, and says so of those who were asked. */
    void expire(final long nowNs, final RepairPeers answers) {
        for (int i = 0; taken > 0 && i < ops.length; i++) {
            if (ops[i] != 0 && nowNs - sentAtNs[i] >= expiryNs) {
                answers.onExpired(peers[i], sentAtNs[i]);
                free(i);
            }
        }
    }

    boolean isFull() {
        return taken == ops.length;
    }

    /** True if a request for this op is under way. */
    boolean isRequested(final long op) {
        for (int i = 0; i < ops.length; i++) {
            if (ops[i] == op) {
                return true;
            }
        }
        return false;
    }

    /** Takes a place, of which there must be one, for a request of this op. */
    void take(final long op, final int peer, final long nowNs) {
        int place = 0;
        while (ops[place] != 0) {
            place++;
        }
        ops[place] = op;
        peers[place] = peer;
        sentAtNs[place] = nowNs;
        taken++;
    }

    /** Frees the place of this op; returns who was asked for it, or {@link #NOBODY}. */
    int release(final long op) {
        for (int i = 0; i < ops.length; i++) {
            if (ops[i] == op) {
                free(i);
                return peers[i];
            }
        }
        return NOBODY;
    }

    private void free(final int place) {
        ops[place] = 0;
        taken--;
    }
}
