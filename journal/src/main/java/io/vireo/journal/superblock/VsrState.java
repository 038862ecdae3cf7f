package io.vireo.journal.superblock;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.RootPrepare;
import io.vireo.journal.util.Invariant;

/**
 * What a replica of a group must not forget about views, commits and its log, apart from the log itself: the changing part of the
 * superblock. Immutable; the next one is built from the present one by {@link #toBuilder}, written as a whole, and may be acted on when
 * that write has completed.
 */
public final class VsrState {
    private final long view;
    private final long logView;
    private final long commitMax;
    private final long syncedOp;
    private final long syncedChecksumLo;
    private final long syncedChecksumHi;
    private final long checkpointQuorumOp;
    private final long checkpointQuorumEnd;
    private final CheckpointState checkpoint;
    private final HeaderSuffix startView;
    private final HeaderSuffix doViewChange;
    private final Membership membership;

    private VsrState(final Builder builder) {
        view = builder.view;
        logView = builder.logView;
        commitMax = builder.commitMax;
        syncedOp = builder.syncedOp;
        syncedChecksumLo = builder.syncedChecksumLo;
        syncedChecksumHi = builder.syncedChecksumHi;
        checkpointQuorumOp = builder.checkpointQuorumOp;
        checkpointQuorumEnd = builder.checkpointQuorumEnd;
        checkpoint = builder.checkpoint;
        startView = builder.startView;
        doViewChange = builder.doViewChange;
        membership = builder.membership;
    }

    /** The state of a group that has just been formatted: view 0, an empty log that ends at its root. */
    public static VsrState root(final long clusterLo, final long clusterHi, final int group) {
        final Checksum root = new Checksum();
        RootPrepare.checksum(root, clusterLo, clusterHi, group);
        return new Builder()
                .checkpoint(CheckpointState.root(root.lo(), root.hi()))
                .synced(0, root.lo(), root.hi())
                .startView(HeaderSuffix.empty(0, root.lo(), root.hi()))
                .build();
    }

    /**
     * The state of a group whose disk was lost, at the beginning of another life: an empty log that nobody may take for what the replica had.
     *
     * @param life above 0.
     */
    public static VsrState wiped(
            final long clusterLo, final long clusterHi, final int group, final int replica, final long life) {
        return root(clusterLo, clusterHi, group).toBuilder()
                .membership(Membership.wiped(replica, life))
                .build();
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    public long view() {
        return view;
    }

    /** View of the last StartView that made this log what it is. */
    public long logView() {
        return logView;
    }

    public long commitMax() {
        return commitMax;
    }

    /** High-water mark: every op of this branch up to it was durable here at some time. */
    public long syncedOp() {
        return syncedOp;
    }

    /** Low half of the checksum of syncedOp; both halves 0 where a damaged log did not tell it. */
    public long syncedChecksumLo() {
        return syncedChecksumLo;
    }

    public long syncedChecksumHi() {
        return syncedChecksumHi;
    }

    /** Highest checkpoint known to be durable on a quorum. */
    public long checkpointQuorumOp() {
        return checkpointQuorumOp;
    }

    /** End position of that checkpoint. */
    public long checkpointQuorumEnd() {
        return checkpointQuorumEnd;
    }

    public CheckpointState checkpoint() {
        return checkpoint;
    }

    /** Head and newest headers of the StartView of {@link #logView}; no header is blank. */
    public HeaderSuffix startView() {
        return startView;
    }

    /** What the DoViewChange of {@link #view} states while view &gt; logView; null if view == logView, or while it is not decided. */
    public HeaderSuffix doViewChange() {
        return doViewChange;
    }

    /** Whether this replica counts in its group, and the recorded lives of all. */
    public Membership membership() {
        return membership;
    }

    /** The rule that this state breaks in itself, or null. */
    String brokenRule() {
        if (logView < 0 || view < logView || view > 0xffff_ffffL) {
            return "0 <= logView <= view, 32 bits";
        }
        if (checkpoint.op() < 0 || checkpoint.endPosition() < 0 || commitMax < checkpoint.op()) {
            return "0 <= checkpoint <= commitMax";
        }
        if (syncedOp < checkpoint.op()) {
            return "checkpoint <= syncedOp";
        }
        if (checkpointQuorumOp < 0 || checkpointQuorumEnd < 0) {
            return "0 <= checkpointQuorum";
        }
        if (startView.headOp() < 0 || startView.lowOp() < 1) {
            return "a StartView's headers are of ops from 1";
        }
        if (startView.count() > 0 && startView.lowOp() > commitMax && startView.lowOp() > checkpoint.op() + 1) {
            return "a StartView's headers start at or below commitMax, or at the checkpoint";
        }
        if (doViewChange != null && view == logView) {
            return "no DoViewChange while view == logView";
        }
        if (doViewChange != null && (doViewChange.headOp() < 0 || doViewChange.lowOp() < 1)) {
            return "a DoViewChange's headers are of ops from 1";
        }
        if (membership.brokenRule() != null) {
            return membership.brokenRule();
        }
        if (membership.standing() != Standing.VOTER && view != logView) {
            return "who does not vote changes no view by itself";
        }
        return startView.brokenChainRule();
    }

    /** The rule that is broken if this state replaces {@code former}, or null. */
    String brokenRuleAfter(final VsrState former) {
        if (view < former.view) {
            return "view never falls";
        }
        if (logView < former.logView) {
            return "logView never falls";
        }
        if (commitMax < former.commitMax) {
            return "commitMax never falls";
        }
        if (checkpoint.op() < former.checkpoint.op()) {
            return "the checkpoint never falls";
        }
        if (checkpoint.op() == former.checkpoint.op() && !checkpoint.isSamePlace(former.checkpoint)) {
            // Of what: a state that has diverged is replaced by that of the others.
            return "one op has one place in the log";
        }
        if (checkpointQuorumOp < former.checkpointQuorumOp || checkpointQuorumEnd < former.checkpointQuorumEnd) {
            return "checkpointQuorum never falls";
        }
        if (logView == former.logView && startView.headOp() < former.startView.headOp()) {
            return "the StartView of one logView is kept";
        }
        if (logView == former.logView && syncedOp < former.syncedOp) {
            return "syncedOp falls by a StartView of a new logView only";
        }
        if (view == former.view
                && logView == former.logView
                && former.doViewChange != null
                && former.doViewChange.headOp() >= checkpoint.op()
                && view > logView
                && !former.doViewChange.equals(doViewChange)) {
            return "the DoViewChange of one view is kept, unless a checkpoint takes the place of its log";
        }
        return membership.brokenRuleAfter(former.membership, logView > former.logView);
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof VsrState that
                && view == that.view
                && logView == that.logView
                && commitMax == that.commitMax
                && syncedOp == that.syncedOp
                && syncedChecksumLo == that.syncedChecksumLo
                && syncedChecksumHi == that.syncedChecksumHi
                && checkpointQuorumOp == that.checkpointQuorumOp
                && checkpointQuorumEnd == that.checkpointQuorumEnd
                && checkpoint.equals(that.checkpoint)
                && startView.equals(that.startView)
                && (doViewChange == null ? that.doViewChange == null : doViewChange.equals(that.doViewChange))
                && membership.equals(that.membership);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * (31 * view + logView) + commitMax);
    }

    @Override
    public String toString() {
        return "VsrState[view=" + view + ", logView=" + logView + ", commitMax=" + commitMax + ", syncedOp=" + syncedOp
                + ", checkpointQuorumOp=" + checkpointQuorumOp + ", checkpoint=" + checkpoint + ", startView="
                + startView
                + ", doViewChange=" + doViewChange + ", membership=" + membership + "]";
    }

    /** Collects the fields of one state; {@link #build} checks them against each other. */
    public static final class Builder {
        private long view;
        private long logView;
        private long commitMax;
        private long syncedOp;
        private long syncedChecksumLo;
        private long syncedChecksumHi;
        private long checkpointQuorumOp;
        private long checkpointQuorumEnd;
        private CheckpointState checkpoint;
        private HeaderSuffix startView;
        private HeaderSuffix doViewChange;
        private Membership membership = Membership.FOUNDING;

        Builder() {}

        private Builder(final VsrState state) {
            view = state.view;
            logView = state.logView;
            commitMax = state.commitMax;
            syncedOp = state.syncedOp;
            syncedChecksumLo = state.syncedChecksumLo;
            syncedChecksumHi = state.syncedChecksumHi;
            checkpointQuorumOp = state.checkpointQuorumOp;
            checkpointQuorumEnd = state.checkpointQuorumEnd;
            checkpoint = state.checkpoint;
            startView = state.startView;
            doViewChange = state.doViewChange;
            membership = state.membership;
        }

        public Builder view(final long newView) {
            view = newView;
            return this;
        }

        public Builder logView(final long newLogView) {
            logView = newLogView;
            return this;
        }

        public Builder commitMax(final long op) {
            commitMax = op;
            return this;
        }

        public Builder synced(final long op, final long checksumLo, final long checksumHi) {
            syncedOp = op;
            syncedChecksumLo = checksumLo;
            syncedChecksumHi = checksumHi;
            return this;
        }

        public Builder checkpointQuorum(final long op, final long endPosition) {
            checkpointQuorumOp = op;
            checkpointQuorumEnd = endPosition;
            return this;
        }

        public Builder checkpoint(final CheckpointState newCheckpoint) {
            checkpoint = newCheckpoint;
            return this;
        }

        public Builder startView(final HeaderSuffix suffix) {
            startView = suffix;
            return this;
        }

        /** Null takes it away, as it must be when view == logView. */
        public Builder doViewChange(final HeaderSuffix suffix) {
            doViewChange = suffix;
            return this;
        }

        public Builder membership(final Membership newMembership) {
            membership = newMembership;
            return this;
        }

        /** The state as it stands; it must obey its own rules. */
        public VsrState build() {
            final VsrState state = new VsrState(this);
            final String broken = state.brokenRule();
            Invariant.check(broken == null, broken, view, logView);
            return state;
        }

        /** The state as it was read; whoever calls it checks {@link #brokenRule}. */
        VsrState buildUnchecked() {
            return new VsrState(this);
        }
    }
}
