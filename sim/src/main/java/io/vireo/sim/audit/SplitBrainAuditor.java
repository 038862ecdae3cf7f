package io.vireo.sim.audit;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.node.core.Quorums;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.node.message.CommitFlyweight;
import io.vireo.node.message.PrepareOkFlyweight;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.SuperblockImage;
import java.util.Arrays;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * A7: one primary per view. A (view, op) has one checksum among all prepares ever sent; what is committed has been acknowledged in one
 * view by a replication quorum of distinct replicas; a view starts after a view-change quorum has voted for it; who has voted for a later
 * view acknowledges nothing in an earlier one.
 */
public final class SplitBrainAuditor extends Auditor {
    private static final long NONE = 0;

    private static final class View {
        final long[] acknowledged;
        int votes;
        boolean isStarted;
        /** What was known to be committed when its primary began; -1 before. */
        long inheritedCommit = -1;

        View(final int replicas) {
            acknowledged = new long[replicas];
        }
    }

    private final int replicas;
    private final Quorums quorums;
    private final DurableImage[][] images;
    private final PrepareFlyweight prepare = new PrepareFlyweight();
    private final PrepareOkFlyweight prepareOk = new PrepareOkFlyweight();
    private final CommitFlyweight commit = new CommitFlyweight();
    private final Long2LongHashMap[] prepared;
    private final Long2ObjectHashMap<View>[] views;
    private final long[] committed;
    private final long[] latestView;
    private final long[][] votedFor;

    @SuppressWarnings({"unchecked", "rawtypes"})
    public SplitBrainAuditor(final AuditLog log, final DurableImage[][] images) {
        super("A7", log);
        this.images = images;
        replicas = images.length;
        quorums = Quorums.of(replicas);
        final int groups = images[0].length;
        prepared = new Long2LongHashMap[groups];
        Arrays.setAll(prepared, group -> new Long2LongHashMap(NONE));
        views = new Long2ObjectHashMap[groups];
        Arrays.setAll(views, group -> new Long2ObjectHashMap<>());
        committed = new long[groups];
        latestView = new long[groups];
        votedFor = new long[replicas][groups];
    }

    /** The disk of a replica is empty: by the protocol its former vote keeps it from nothing. */
    void onWiped(final int replica) {
        Arrays.fill(votedFor[replica], 0);
    }

    /**
     * Of two replicas the one that is left changes the view alone, while by its own disk a life of the other one is not over the loss, and by the
     * other one's disk it does not count.
     */
    private int votesNeeded(final int replica, final int group) {
        if (replicas != 2) {
            return quorums.viewChange();
        }
        final int other = 1 - replica;
        final SuperblockImage own = images[replica][group].superblock();
        final boolean isAlone = own.life(other) > own.partnerLife()
                && !images[other][group].superblock().isVoter();
        return isAlone ? 1 : quorums.viewChange();
    }

    /** Highest op known to be committed with a quorum. */
    public long committed(final int group) {
        return committed[group];
    }

    @Override
    public void onSend(final int replica, final int to, final HeaderFlyweight frame) {
        final int group = frame.group();
        final Command command = frame.command();
        switch (command) {
            case PREPARE -> {
                prepare.wrap(frame.buffer(), frame.offset());
                onPrepare(replica, group);
                onCommitted(replica, group, prepare.view(), prepare.commit());
            }
            case PREPARE_OK -> {
                prepareOk.wrap(frame.buffer(), frame.offset());
                final View view = view(group, prepareOk.view());
                view.acknowledged[replica] = Math.max(view.acknowledged[replica], prepareOk.op());
                checkNumbers(
                        prepareOk.view() >= votedFor[replica][group],
                        "who has voted for a view acknowledges nothing in an earlier one",
                        replica,
                        group,
                        prepareOk.view(),
                        prepareOk.op(),
                        "acknowledged in, voted for",
                        prepareOk.view(),
                        votedFor[replica][group]);
            }
            case DO_VIEW_CHANGE -> {
                view(group, frame.view()).votes |= 1 << replica;
                votedFor[replica][group] = Math.max(votedFor[replica][group], frame.view());
            }
            case COMMIT ->
                onCommitted(
                        replica,
                        group,
                        frame.view(),
                        commit.wrap(frame.buffer(), frame.offset()).commitMax());
            default -> {
                // Says nothing about commits or votes.
            }
        }
    }

    @Override
    public void onTransition(
            final int replica,
            final int group,
            final Status from,
            final Status to,
            final long view,
            final long logView,
            final String reason) {
        final int primary = (int) ((group + view) % replicas);
        if (to != Status.NORMAL || from == Status.NORMAL || replica != primary) {
            return;
        }
        final View started = view(group, view);
        checkNumbers(
                !started.isStarted, "a view is started once", replica, group, view, 0, "view, replica", view, replica);
        started.isStarted = true;
        final int votes = Integer.bitCount(started.votes | 1 << replica);
        checkNumbers(
                votes >= votesNeeded(replica, group),
                "a view starts after a quorum of distinct replicas has voted for it",
                replica,
                group,
                view,
                0,
                "votes, needed",
                votes,
                votesNeeded(replica, group));
    }

    @Override
    public void onApplied(final int replica, final int group, final PrepareFlyweight applied) {
        onCommitted(replica, group, applied.view(), applied.op());
    }

    @Override
    public void onStarted(final int replica, final ReplicaView view) {
        onCommitted(replica, view.group(), view.view(), view.commitMin());
    }

    /** What a primary adds to the commit number it began with was acknowledged in its own view. */
    @Override
    public void onView(final int replica, final ReplicaView now) {
        if (now.status() != Status.NORMAL || now.primary() != replica) {
            return;
        }
        final int group = now.group();
        final View view = view(group, now.view());
        if (view.inheritedCommit < 0) {
            view.inheritedCommit = replicas == 1 ? 0 : now.commitMax();
        }
        if (now.commitMax() > view.inheritedCommit) {
            final int count = acknowledged(group, now.view(), view, now.commitMax());
            checkNumbers(
                    count >= quorums.replication(),
                    "a primary commits what a quorum has acknowledged in its own view",
                    replica,
                    group,
                    now.view(),
                    now.commitMax(),
                    "acknowledged by, needed",
                    count,
                    quorums.replication());
            view.inheritedCommit = now.commitMax();
        }
    }

    private void onPrepare(final int replica, final int group) {
        final long key = prepare.view() << 32 | prepare.op();
        final long known = prepared[group].get(key);
        if (known == NONE) {
            prepared[group].put(key, prepare.checksumLo());
        } else {
            check(
                    known == prepare.checksumLo(),
                    "an op of a view is one prepare",
                    replica,
                    group,
                    prepare.view(),
                    prepare.op(),
                    "sent, known",
                    prepare.checksumLo(),
                    known);
        }
    }

    /** Somebody says that {@code op} is committed: there must be a view in which a quorum has acknowledged it. */
    private void onCommitted(final int replica, final int group, final long saidIn, final long op) {
        if (op <= committed[group]) {
            return;
        }
        int best = 0;
        for (long v = latestView[group]; v >= 0 && best < quorums.replication(); v--) {
            final View view = views[group].get(v);
            if (view != null || replicas == 1) {
                best = Math.max(best, acknowledged(group, v, view, op));
            }
        }
        checkNumbers(
                best >= quorums.replication(),
                "a committed op was acknowledged in one view by a quorum of distinct replicas",
                replica,
                group,
                saidIn,
                op,
                "acknowledged by, needed",
                best,
                quorums.replication());
        committed[group] = op;
    }

    private int acknowledged(final int group, final long viewNumber, final View view, final long op) {
        final int primary = (int) ((group + viewNumber) % replicas);
        // The primary acknowledges to itself: what counts is that it is durable there.
        int count = images[primary][group].isWhole(op) ? 1 : 0;
        for (int r = 0; view != null && r < replicas; r++) {
            if (r != primary && view.acknowledged[r] >= op) {
                count++;
            }
        }
        return count;
    }

    private View view(final int group, final long number) {
        View view = views[group].get(number);
        if (view == null) {
            view = new View(replicas);
            views[group].put(number, view);
            latestView[group] = Math.max(latestView[group], number);
        }
        return view;
    }
}
