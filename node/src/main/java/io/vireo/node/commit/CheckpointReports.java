package io.vireo.node.commit;

import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.node.core.DifferingCheckpoints;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.core.TraceSink;
import java.util.Arrays;

/**
 * Which checkpoint is durable on a replication quorum, counted by the primary from what the replicas of its view report
 * (storage-and-safety, section 6). What may be overwritten in the ring and what the state has to be are two questions. For the first, a replica
 * that reports a later checkpoint vouches for the earlier ones, unless it has reported another state at that op: it has diverged, or the others
 * have. For the second only those count that have reported this very id.
 *
 * <p>Story: of three, r0 leads and r1 has diverged; both report op 100, with different ids. r0 goes on to 200. If that vouched for 100, the id of r1
 * would have two holders, and r2, whose checkpoint of 100 comes late and is right, would be the one that differs.
 */
public final class CheckpointReports {
    /** Checkpoints of one replica that are remembered, newest last: more than a ring has room for above the quorum's. */
    private static final int KEPT = 8;

    private final ReplicaState state;
    private final TraceSink trace;
    private final Reported[] reported;
    private boolean isUndecidable;
    /** The highest op at which it was said that two differ. */
    private long toldOp;

    public CheckpointReports(final ReplicaState state, final TraceSink trace) {
        this.state = state;
        this.trace = trace;
        reported = new Reported[state.replicas()];
        Arrays.setAll(reported, replica -> new Reported());
    }

    /** A view starts: what was reported to its predecessors is not this primary's to count. */
    public void reset() {
        for (final Reported each : reported) {
            each.count = 0;
        }
        isUndecidable = false;
        toldOp = 0;
    }

    /**
     * A replica holds this checkpoint durably, with all its files. Another id at an op that it has reported takes the place of the former one: its
     * state was repaired.
     *
     * @return true if by that a later checkpoint than before is known to be durable on a quorum, or the id of that one is known now.
     */
    public boolean report(final int replica, final long op, final long idLo, final long idHi) {
        if (op == 0 || !reported[replica].put(op, idLo, idHi)) {
            return false;
        }
        final int quorum = state.quorums.replication();
        boolean isNews = false;
        for (final Reported each : reported) {
            for (int i = 0; i < each.count; i++) {
                final long at = each.ops[i];
                final boolean isKnown = same(each, i) >= quorum;
                if (isKnown || at > state.checkpointQuorumOp() && same(each, i) + vouching(at) >= quorum) {
                    isNews |=
                            state.checkpointQuorumAtLeast(at, isKnown ? each.idsLo[i] : 0, isKnown ? each.idsHi[i] : 0);
                }
            }
        }
        isUndecidable = findUndecidable();
        tellDifference(replica, op, new SnapshotId(idLo, idHi));
        return isNews;
    }

    /**
     * Story: of three, one is away and one has diverged. No quorum has the same above the last checkpoint that all had, the ring fills up, and requests
     * are told busy until the third one is back: nobody could say why.
     */
    private void tellDifference(final int replica, final long op, final SnapshotId id) {
        if (op <= state.checkpointQuorumOp() || op <= toldOp) {
            return;
        }
        for (int other = 0; other < reported.length; other++) {
            final Reported each = reported[other];
            final int at = each.find(op);
            if (at >= 0 && !id.equals(new SnapshotId(each.idsLo[at], each.idsHi[at]))) {
                toldOp = op;
                trace.event(state.group, TraceEvent.CHECKPOINTS_DIFFER, state.view(), op);
                trace.checkpointsDiffer(
                        state.group,
                        new DifferingCheckpoints(
                                state.view(), op, replica, id, other, new SnapshotId(each.idsLo[at], each.idsHi[at])));
                return;
            }
        }
    }

    /** What this replica has reported was on a disk that is lost. */
    public void forgetFormerLife(final int replica) {
        reported[replica].count = 0;
        isUndecidable = findUndecidable();
    }

    /** True if replicas differ so much at an op above the quorum's that no quorum can have the same there, whoever reports still: nobody can be believed. */
    public boolean isUndecidable() {
        return isUndecidable;
    }

    private boolean findUndecidable() {
        for (final Reported each : reported) {
            for (int i = 0; i < each.count; i++) {
                final long at = each.ops[i];
                if (at > state.checkpointQuorumOp() && largestAt(at) + silent(at) < state.quorums.replication()) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Replicas that have reported the same checkpoint as this one. */
    private int same(final Reported of, final int i) {
        int holders = 0;
        for (final Reported each : reported) {
            final int at = each.find(of.ops[i]);
            holders += at >= 0 && each.idsLo[at] == of.idsLo[i] && each.idsHi[at] == of.idsHi[i] ? 1 : 0;
        }
        return holders;
    }

    /** Replicas that have reported later ones, and none at this op. */
    private int vouching(final long op) {
        int later = 0;
        for (final Reported each : reported) {
            later += each.find(op) < 0 && each.newest() > op ? 1 : 0;
        }
        return later;
    }

    private int silent(final long op) {
        int silent = 0;
        for (final Reported each : reported) {
            silent += each.find(op) < 0 ? 1 : 0;
        }
        return silent;
    }

    /** Most replicas that have the same at this op. */
    private int largestAt(final long op) {
        int largest = 0;
        for (final Reported each : reported) {
            final int at = each.find(op);
            largest = at < 0 ? largest : Math.max(largest, same(each, at));
        }
        return largest;
    }

    /** The newest checkpoints of one replica, ops rising. */
    private static final class Reported {
        final long[] ops = new long[KEPT];
        final long[] idsLo = new long[KEPT];
        final long[] idsHi = new long[KEPT];
        int count;

        long newest() {
            return count == 0 ? 0 : ops[count - 1];
        }

        int find(final long op) {
            int at = count - 1;
            while (at >= 0 && ops[at] != op) {
                at--;
            }
            return at;
        }

        /** False if it is known, or older than what is. */
        boolean put(final long op, final long idLo, final long idHi) {
            int at = find(op);
            if (at < 0 && op < newest() || at >= 0 && idsLo[at] == idLo && idsHi[at] == idHi) {
                return false;
            }
            if (at < 0) {
                if (count == KEPT) {
                    count--;
                    System.arraycopy(ops, 1, ops, 0, count);
                    System.arraycopy(idsLo, 1, idsLo, 0, count);
                    System.arraycopy(idsHi, 1, idsHi, 0, count);
                }
                at = count++;
            }
            ops[at] = op;
            idsLo[at] = idLo;
            idsHi[at] = idHi;
            return true;
        }
    }
}
