package io.vireo.sim.audit;

import io.vireo.journal.wal.EntryState;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.node.core.Quorums;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.FaultAtlas;
import java.util.List;

/**
 * A12: after the heal a core of quorum size converges within a bound and serves every client one more request. What it has not reached is
 * {@link #pending}; whether the damage done excuses that is {@link #excuse}, asked of the durable images alone.
 */
public final class LivenessAuditor extends Auditor {
    private final DurableImage[][] images;
    private final CanonicalChainAuditor canon;
    private final FaultAtlas atlas;

    public LivenessAuditor(
            final AuditLog log,
            final DurableImage[][] images,
            final CanonicalChainAuditor canon,
            final FaultAtlas atlas) {
        super("A12", log);
        this.images = images;
        this.canon = canon;
        this.atlas = atlas;
    }

    /** What keeps this core's group from having converged, or null. Null views are of processes that are not open yet. */
    public String pending(final List<ReplicaView> views, final List<PrepareJournal> journals) {
        final ReplicaView first = views.get(0);
        for (int i = 0; i < views.size(); i++) {
            final ReplicaView view = views.get(i);
            if (view == null) {
                return "a replica is not open";
            }
            if (view.status() != Status.NORMAL) {
                return "a replica is not in NORMAL";
            }
            if (!view.isVoter()) {
                return "a replica that had lost its disk does not count yet";
            }
            if (first == null || view.view() != first.view()) {
                return "replicas are in different views";
            }
            if (view.head() != first.head()) {
                return "heads differ";
            }
            if (view.commitMin() != view.head()) {
                return "not everything is applied";
            }
            final PrepareJournal journal = journals.get(i);
            for (long op = journal.checkpointOp() + 1; op <= view.head(); op++) {
                if (journal.state(op) != EntryState.CLEAN) {
                    return "the journal is not repaired";
                }
            }
        }
        return null;
    }

    /** What these replicas alone cannot do without, or null: a good copy of every canonical op, and of the files that they lost. */
    public String missing(final int group, final int[] core) {
        long lostOf = 0;
        long checkpoint = 0;
        for (final int replica : core) {
            final long own = images[replica][group].superblock().checkpointOp();
            if (atlas.isLost(replica)) {
                return "replica " + replica + " lost its superblock";
            } else if (atlas.areFilesLost(replica, group)) {
                lostOf = Math.max(lostOf, own);
            } else {
                checkpoint = Math.max(checkpoint, own);
            }
        }
        if (lostOf > checkpoint) {
            return "the files of checkpoint " + lostOf + " of group " + group + " are nowhere in the core";
        }
        for (long op = 1; op <= canon.top(group); op++) {
            boolean isThere = false;
            for (final int replica : core) {
                isThere |= images[replica][group].isCovered(op) && !atlas.areFilesLost(replica, group)
                        || images[replica][group].holdsIntact(op, canon.checksumLo(group, op));
            }
            if (!isThere) {
                return "op " + op + " of group " + group + " has no good copy in the core";
            }
        }
        return null;
    }

    /** Why the damage done excuses a core that did not converge, or null if nothing does. */
    public String excuse(final int group, final int[] core, final List<ReplicaView> views) {
        final String missing = missing(group, core);
        if (missing != null) {
            return missing;
        }
        int recovering = 0;
        for (final ReplicaView view : views) {
            recovering += view != null && view.status() == Status.RECOVERING_HEAD ? 1 : 0;
        }
        if (core.length - recovering < Quorums.of(images.length).viewChange()) {
            return "too many replicas of group " + group + " had their head damaged";
        }
        return undecidable(group, core);
    }

    /** An op that damage keeps these replicas from saying anything about, neither that they have it nor that nobody was promised it; or null. */
    public String undecidable(final int group, final int[] core) {
        for (final int replica : core) {
            final long damaged = images[replica][group].highestDamagedOp(Long.MAX_VALUE);
            if (damaged > canon.top(group)) {
                return "uncommitted op " + damaged + " of group " + group + " is damaged";
            }
        }
        return null;
    }

    /** The bound has passed without convergence. */
    public void onTimeout(final int replica, final int group, final ReplicaView view, final String pending) {
        checkNumbers(
                false,
                "after the heal the core converges and serves: " + pending,
                replica,
                group,
                view == null ? -1 : view.view(),
                view == null ? 0 : view.head(),
                "commitMin, commitMax",
                view == null ? -1 : view.commitMin(),
                view == null ? -1 : view.commitMax());
    }
}
