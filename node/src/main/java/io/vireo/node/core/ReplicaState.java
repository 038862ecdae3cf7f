package io.vireo.node.core;

import io.vireo.journal.superblock.Membership;
import io.vireo.journal.superblock.Standing;
import io.vireo.journal.util.Invariant;

/**
 * What all sub-protocols of one replica read: who it is, its status, its views, its commit numbers and the time of the current input.
 * Status and views are written by {@code Replica.transitionTo} alone, commit numbers through methods that only let them rise.
 */
public final class ReplicaState {
    public final long clusterLo;
    public final long clusterHi;
    public final int group;
    public final int replica;
    public final Quorums quorums;
    public final Lives lives;

    private Status status;
    private long view;
    private long logView;
    private long durableView;
    private Membership membership;
    private long commitMin;
    private long commitMax;
    private long checkpointQuorumOp;
    private long checkpointQuorumIdLo;
    private long checkpointQuorumIdHi;
    private long nowNs;
    private long wallNs;

    public ReplicaState(
            final long clusterLo,
            final long clusterHi,
            final int group,
            final int replica,
            final int replicas,
            final Status status,
            final long view,
            final long logView,
            final Membership membership,
            final long commitMin,
            final long commitMax) {
        Invariant.check(replica >= 0 && replica < replicas, "replica index out of range");
        Invariant.check(logView <= view, "logView must not exceed view");
        Invariant.check(commitMin <= commitMax, "commitMin must not exceed commitMax");
        this.clusterLo = clusterLo;
        this.clusterHi = clusterHi;
        this.group = group;
        this.replica = replica;
        this.quorums = Quorums.of(replicas);
        this.status = status;
        this.view = view;
        this.logView = logView;
        this.durableView = view;
        this.membership = membership;
        this.lives = new Lives(replica, membership);
        this.commitMin = commitMin;
        this.commitMax = commitMax;
    }

    public Status status() {
        return status;
    }

    /** The view this replica is in or changes to; on disk only once {@link #durableView} says so. */
    public long view() {
        return view;
    }

    /** The latest view whose StartView this replica's log is based on, durably. */
    public long logView() {
        return logView;
    }

    /** The view in the superblock: no frame of ours may state a later one. */
    public long durableView() {
        return durableView;
    }

    /** Highest op applied here. */
    public long commitMin() {
        return commitMin;
    }

    /** Highest op known to be committed. */
    public long commitMax() {
        return commitMax;
    }

    /** Highest checkpoint known to be durable on a replication quorum; 0 if none is. */
    public long checkpointQuorumOp() {
        return checkpointQuorumOp;
    }

    /** Id of that checkpoint, low half; both halves are zero while only its op is known. */
    public long checkpointQuorumIdLo() {
        return checkpointQuorumIdLo;
    }

    public long checkpointQuorumIdHi() {
        return checkpointQuorumIdHi;
    }

    /** Monotonic nanoseconds at the current input. */
    public long nowNs() {
        return nowNs;
    }

    /** Wall clock nanoseconds at the current input. */
    public long wallNs() {
        return wallNs;
    }

    public int replicas() {
        return quorums.replicas();
    }

    /** The primary of a view of this group: leaders of different groups are spread over the replicas. */
    public int primary(final long ofView) {
        return (int) ((group + ofView) % quorums.replicas());
    }

    public boolean isPrimaryOf(final long ofView) {
        return primary(ofView) == replica;
    }

    public boolean isNormalPrimary() {
        return status == Status.NORMAL && isPrimaryOf(view);
    }

    public boolean isNormalBackup() {
        return status == Status.NORMAL && !isPrimaryOf(view);
    }

    /** True if this replica counts: it may vote, acknowledge, confirm and lead. */
    public boolean isVoter() {
        return membership.standing() == Standing.VOTER;
    }

    /**
     * True if the only other replica has lost its disk and does not count yet. Of two replicas both have acknowledged whatever was committed,
     * so the log of the one that is left has all of it, and nothing is committed without it: it changes the view by itself. It is not alone any
     * more from when it writes down that the other one may count, because that one must know of every view that this one has begun.
     */
    public boolean isAlone() {
        return replicas() == 2 && lives.of(1 - replica) > lives.partnerLife();
    }

    /** Standing of this replica and recorded lives of all, durably. */
    public Membership membership() {
        return membership;
    }

    /** The superblock that states this membership is durable. */
    public void onMembershipDurable(final Membership durable) {
        membership = durable;
    }

    /** Called by {@code Replica.transitionTo} only. */
    public void transition(final Status toStatus, final long toView, final long toLogView) {
        Invariant.check(toView >= view, "view must not go back");
        Invariant.check(toLogView >= logView, "logView must not go back");
        Invariant.check(toLogView <= toView, "logView must not exceed view");
        Invariant.check(toStatus != Status.NORMAL || toView == toLogView, "NORMAL needs view == logView");
        Invariant.check(
                isVoter() || toStatus != Status.NORMAL || !isPrimaryOf(toView), "who does not count does not lead");
        status = toStatus;
        view = toView;
        logView = toLogView;
    }

    /** The superblock that states this view is durable. */
    public void onDurable(final long durable) {
        Invariant.check(durable >= durableView && durable <= view, "durable view out of order");
        durableView = durable;
    }

    /** Learns a commit number; a lower one than known changes nothing. */
    public void commitMaxAtLeast(final long op) {
        if (op > commitMax) {
            commitMax = op;
        }
    }

    /** Learns a checkpoint that a quorum holds; a lower one than known changes nothing. True if it was news. */
    public boolean checkpointQuorumAtLeast(final long op, final long idLo, final long idHi) {
        final boolean isIdNews = op == checkpointQuorumOp && (checkpointQuorumIdLo | checkpointQuorumIdHi) == 0;
        if (op < checkpointQuorumOp || op == checkpointQuorumOp && !isIdNews) {
            return false;
        }
        final boolean isNews = op > checkpointQuorumOp || (idLo | idHi) != 0;
        checkpointQuorumOp = op;
        checkpointQuorumIdLo = idLo;
        checkpointQuorumIdHi = idHi;
        return isNews;
    }

    public void onApplied(final long op) {
        Invariant.check(op == commitMin + 1, "ops are applied one by one");
        Invariant.check(op <= commitMax, "an op is applied only when it is committed");
        commitMin = op;
    }

    public void time(final long monotonicNs, final long wallClockNs) {
        nowNs = Math.max(nowNs, monotonicNs);
        wallNs = wallClockNs;
    }
}
