package io.vireo.node.sync;

/**
 * Decides when a replica has to synchronize its state: somebody has answered its repair with a checkpoint, because the journals no longer
 * hold what it asks for, and nothing has helped it forward for a while since. Pure.
 */
public final class SyncTrigger {
    private final long patienceNs;
    private long checkpointOp;
    private long commitMin;
    private long dueAtNs;

    /** @param patienceNs how long repair may still find it elsewhere. */
    public SyncTrigger(final long patienceNs) {
        this.patienceNs = patienceNs;
    }

    /** A peer has this checkpoint, in place of an op that was asked for. */
    public void onCheckpoint(final long op, final long appliedOp, final long nowNs) {
        if (op > appliedOp && checkpointOp <= appliedOp) {
            commitMin = appliedOp;
            dueAtNs = nowNs + patienceNs;
        }
        checkpointOp = Math.max(checkpointOp, op);
    }

    /** True if the checkpoint is what helps. */
    public boolean isDue(final long appliedOp, final long nowNs) {
        if (checkpointOp <= appliedOp) {
            return false;
        }
        if (appliedOp > commitMin) {
            // Repair has found something after all.
            commitMin = appliedOp;
            dueAtNs = nowNs + patienceNs;
        }
        return nowNs >= dueAtNs;
    }
}
