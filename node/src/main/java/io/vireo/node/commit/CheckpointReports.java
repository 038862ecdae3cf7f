package io.vireo.node.commit;

import io.vireo.node.core.ReplicaState;
import java.util.Arrays;

/**
 * Which checkpoint is durable on a replication quorum, counted by the primary from what the replicas of its view report
 * (storage-and-safety, section 6). A replica that reports a later checkpoint vouches for the earlier ones; of replicas that report the
 * same op only those with the same id count together, because the others have diverged.
 */
public final class CheckpointReports {
    private final ReplicaState state;
    private final long[] ops;
    private final long[] idsLo;
    private final long[] idsHi;

    public CheckpointReports(final ReplicaState state) {
        this.state = state;
        ops = new long[state.replicas()];
        idsLo = new long[state.replicas()];
        idsHi = new long[state.replicas()];
    }

    /** A view starts: what was reported to its predecessors is not this primary's to count. */
    public void reset() {
        Arrays.fill(ops, 0);
    }

    /**
     * A replica holds this checkpoint durably, with all its files.
     *
     * @return true if by that a later checkpoint than before is known to be durable on a quorum.
     */
    public boolean report(final int replica, final long op, final long idLo, final long idHi) {
        if (op <= ops[replica]) {
            return false;
        }
        ops[replica] = op;
        idsLo[replica] = idLo;
        idsHi[replica] = idHi;
        final long before = state.checkpointQuorumOp();
        for (int r = 0; r < ops.length; r++) {
            if (ops[r] > state.checkpointQuorumOp() && holders(r) >= state.quorums.replication()) {
                state.checkpointQuorumAtLeast(ops[r], idsLo[r], idsHi[r]);
            }
        }
        return state.checkpointQuorumOp() > before;
    }

    /** What this replica has reported was on a disk that is lost. */
    public void forgetFormerLife(final int replica) {
        ops[replica] = 0;
    }

    /** Replicas that hold the checkpoint that {@code replica} has reported. */
    private int holders(final int replica) {
        int holders = 0;
        for (int r = 0; r < ops.length; r++) {
            final boolean isSame = ops[r] == ops[replica] && idsLo[r] == idsLo[replica] && idsHi[r] == idsHi[replica];
            holders += isSame || ops[r] > ops[replica] ? 1 : 0;
        }
        return holders;
    }
}
