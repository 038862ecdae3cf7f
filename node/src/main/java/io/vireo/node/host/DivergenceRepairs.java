package io.vireo.node.host;

/**
 * How often a group may replace a state of its own that has diverged: once, until it has taken a checkpoint that a quorum has as well. A process that
 * computes something else again, from the state of the others, has a defect of its machine or of its build, and would go on like that for ever. Pure.
 */
final class DivergenceRepairs {
    /** Op at which its state was replaced last; -1 if that is made up for, or has never been. */
    private long repairedOp = -1;

    /** A replica ends that has taken checkpoints up to this op which a quorum has as well; 0 if it has taken none. */
    void onEnded(final long agreedOp) {
        if (agreedOp > repairedOp) {
            repairedOp = -1;
        }
    }

    /** True if the state may be replaced: its checkpoint of this op differs from that of a quorum, and the replica that runs has agreed up to {@code agreedOp}. */
    boolean mayRepair(final long op, final long agreedOp) {
        onEnded(agreedOp);
        if (repairedOp >= 0) {
            return false;
        }
        repairedOp = op;
        return true;
    }

    /** Op at which its state was replaced last, and nothing has agreed since; -1 if there is none. */
    long repairedOp() {
        return repairedOp;
    }
}
