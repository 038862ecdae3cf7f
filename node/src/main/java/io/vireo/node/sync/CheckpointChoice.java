package io.vireo.node.sync;

import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.node.core.DifferingCheckpoints;
import io.vireo.node.core.Quorums;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.core.TraceSink;
import java.util.Arrays;

/**
 * Chooses among the checkpoints that peers offer to a replica that fetches one: one of them may have diverged, and who takes its state gives it a second
 * holder, which of three makes a quorum. Taken is
 *
 * <ul>
 *   <li>at once, what its sender knows to be a quorum's, what a replication quorum of peers offers, and what this replica knows itself;
 *   <li>nothing at an op at which two peers differ now, unless it is one of these;
 *   <li>in a cluster of two, what the other one offers: there is nobody else;
 *   <li>what a peer offers that nobody confirms, when that has been so for a while: it may be the only one that is left.
 * </ul>
 *
 * <p>Story: r1 has diverged and its checkpoint is not compared yet; r2, whose disk was lost, hears r1 first. r0 would have to give way to the two.
 *
 * <p>An offer counts until its peer has been silent for that while: who was stopped because it is the wrong one does not stand in the way. Pure, but for
 * what it tells.
 */
final class CheckpointChoice {
    /** So many times all are asked before one is believed alone. */
    static final int WAIT_RETRIES = 4;

    private final int group;
    private final SyncTarget target;
    private final int quorum;
    /** 0 where there is nobody else to wait for. */
    private final long waitNs;

    private final TraceSink trace;
    private final Offer[] offers;
    /** When what nobody confirms is taken. */
    private long waitUntilNs;

    /** What was taken last: nobody has to confirm it again. */
    private long takenOp;

    private SnapshotId takenId = SnapshotId.NONE;
    /** The highest op at which it was said that two differ. */
    private long toldOp;

    /** @param retryNs how often all are asked. */
    CheckpointChoice(
            final int replicas, final int group, final SyncTarget target, final long retryNs, final TraceSink trace) {
        this.group = group;
        this.target = target;
        quorum = Quorums.of(replicas).replication();
        waitNs = replicas == 2 ? 0 : WAIT_RETRIES * retryNs;
        this.trace = trace;
        offers = new Offer[replicas];
    }

    /**
     * A peer offers this checkpoint, which helps.
     *
     * @param isAgreed true if it knows that a quorum has it.
     * @return true if it is to be fetched now.
     */
    boolean isTaken(final int from, final long op, final SnapshotId id, final boolean isAgreed, final long nowNs) {
        if (Arrays.stream(offers).noneMatch(each -> each != null && each.counts(nowNs))) {
            waitUntilNs = nowNs + waitNs;
        }
        offers[from] = new Offer(op, id, nowNs + waitNs);
        if (isAgreed || target.isVouchedFor(op, id) || same(op, id, nowNs) >= quorum) {
            return take(op, id);
        }
        final int other = differing(op, id, nowNs);
        if (other >= 0) {
            waitUntilNs = nowNs + waitNs;
            tell(from, other);
            return false;
        }
        if (waitNs == 0 || op == takenOp && id.equals(takenId)) {
            return take(op, id);
        }
        if (nowNs < waitUntilNs) {
            return false;
        }
        trace.event(group, TraceEvent.STATE_SYNC_UNCONFIRMED, 0, op);
        return take(op, id);
    }

    private boolean take(final long op, final SnapshotId id) {
        takenOp = op;
        takenId = id;
        // Should nothing come of it, all are asked anew.
        Arrays.fill(offers, null);
        return true;
    }

    /** Peers that offer the same. */
    private int same(final long op, final SnapshotId id, final long nowNs) {
        int same = 0;
        for (final Offer each : offers) {
            same += each != null && each.counts(nowNs) && each.op == op && each.id.equals(id) ? 1 : 0;
        }
        return same;
    }

    /** A peer that offers another state of this op; negative if there is none. */
    private int differing(final long op, final SnapshotId id, final long nowNs) {
        for (int peer = 0; peer < offers.length; peer++) {
            final Offer each = offers[peer];
            if (each != null && each.counts(nowNs) && each.op == op && !each.id.equals(id)) {
                return peer;
            }
        }
        return -1;
    }

    private void tell(final int from, final int other) {
        final long op = offers[from].op;
        if (op > toldOp) {
            toldOp = op;
            trace.event(group, TraceEvent.CHECKPOINTS_DIFFER, 0, op);
            trace.checkpointsDiffer(
                    group,
                    new DifferingCheckpoints(
                            DifferingCheckpoints.FETCHING, op, from, offers[from].id, other, offers[other].id));
        }
    }

    /** What a peer has offered last. */
    private record Offer(long op, SnapshotId id, long untilNs) {
        boolean counts(final long nowNs) {
            return nowNs <= untilNs;
        }
    }
}
