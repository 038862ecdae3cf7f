package io.vireo.node.repair;

/**
 * Which prepares have been asked for and not come yet: a bounded number at a time, each for a bounded time, so that repair neither
 * floods peers nor waits for one that is silent.
 */
final class RepairBudget {
    private final long[] ops;
    private final long[] expiresAtNs;

    RepairBudget(final int inflightMax) {
        ops = new long[inflightMax];
        expiresAtNs = new long[inflightMax];
    }

    void clear() {
        for (int i = 0; i < ops.length; i++) {
            ops[i] = 0;
        }
    }

    /** True if a request for this op is under way. */
    boolean isRequested(final long op, final long nowNs) {
        for (int i = 0; i < ops.length; i++) {
            if (ops[i] == op && nowNs < expiresAtNs[i]) {
                return true;
            }
        }
        return false;
    }

    /** Takes a place for a request; false if all are taken. */
    boolean tryTake(final long op, final long nowNs, final long expiresNs) {
        for (int i = 0; i < ops.length; i++) {
            if (ops[i] == 0 || ops[i] == op || nowNs >= expiresAtNs[i]) {
                ops[i] = op;
                expiresAtNs[i] = expiresNs;
                return true;
            }
        }
        return false;
    }

    void release(final long op) {
        for (int i = 0; i < ops.length; i++) {
            if (ops[i] == op) {
                ops[i] = 0;
            }
        }
    }
}
