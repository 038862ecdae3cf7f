package io.vireo.sim.audit;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.core.ReplicaView;
import io.vireo.sim.storage.DurableImage;
import java.util.Arrays;

/**
 * A8: view, logView, commit and superblock only rise, in memory within one life of a process, on disk and in what was said across
 * restarts; logView stays at or below view, what is applied at or below what is committed, that at or below the head.
 */
public final class MonotonicityAuditor extends Auditor {
    private final DurableImage[][] images;
    private final long[][] view;
    private final long[][] logView;
    private final long[][] commitMin;
    private final long[][] commitMax;
    private final long[][] saidView;
    private final long[][] durableView;
    private final long[][] durableLogView;
    private final long[][] durableSequence;
    private final long[][] durableCommit;

    public MonotonicityAuditor(final AuditLog log, final DurableImage[][] images) {
        super("A8", log);
        this.images = images;
        final int replicas = images.length;
        final int groups = images[0].length;
        view = new long[replicas][groups];
        logView = new long[replicas][groups];
        commitMin = new long[replicas][groups];
        commitMax = new long[replicas][groups];
        saidView = new long[replicas][groups];
        durableView = new long[replicas][groups];
        durableLogView = new long[replicas][groups];
        durableSequence = new long[replicas][groups];
        durableCommit = new long[replicas][groups];
    }

    /** An old image is on the disks of this replica; the view that it spoke of is in it. */
    void onImage(final int replica) {
        for (int group = 0; group < images[replica].length; group++) {
            durableSequence[replica][group] =
                    images[replica][group].superblock().sequence();
            durableCommit[replica][group] = images[replica][group].superblock().commitMax();
        }
    }

    /** The disks of this replica are empty; another life of it begins. */
    void onWiped(final int replica) {
        Arrays.fill(saidView[replica], 0);
        Arrays.fill(durableView[replica], 0);
        Arrays.fill(durableLogView[replica], 0);
        Arrays.fill(durableSequence[replica], 0);
        Arrays.fill(durableCommit[replica], 0);
    }

    @Override
    public void onSend(final int replica, final int to, final HeaderFlyweight frame) {
        // The view of a RequestStartView is what the sender has heard of; a prepare's is the one it was formed in.
        if (to >= 0 && frame.command() != Command.REQUEST_START_VIEW && frame.command() != Command.PREPARE) {
            saidView[replica][frame.group()] = Math.max(saidView[replica][frame.group()], frame.view());
        }
    }

    @Override
    public void onStarted(final int replica, final ReplicaView now) {
        final int group = now.group();
        checkNumbers(
                now.view() >= saidView[replica][group],
                "a restarted replica knows the latest view it spoke of",
                replica,
                group,
                now.view(),
                0,
                "view, spoken of",
                now.view(),
                saidView[replica][group]);
        view[replica][group] = now.view();
        logView[replica][group] = now.logView();
        commitMin[replica][group] = now.commitMin();
        commitMax[replica][group] = now.commitMax();
        onDisk(replica, group);
        onView(replica, now);
    }

    @Override
    public void onView(final int replica, final ReplicaView now) {
        final int group = now.group();
        rises(replica, now, "view rises", view[replica], now.view());
        rises(replica, now, "logView rises", logView[replica], now.logView());
        rises(replica, now, "commitMin rises", commitMin[replica], now.commitMin());
        rises(replica, now, "commitMax rises", commitMax[replica], now.commitMax());
        checkNumbers(
                now.logView() <= now.view(),
                "logView is at most view",
                replica,
                group,
                now.view(),
                0,
                "logView, view",
                now.logView(),
                now.view());
        checkNumbers(
                now.commitMin() <= now.commitMax(),
                "only what is committed is applied",
                replica,
                group,
                now.view(),
                now.commitMin(),
                "commitMin, commitMax",
                now.commitMin(),
                now.commitMax());
        checkNumbers(
                now.commitMin() <= now.head(),
                "what is applied is in the log",
                replica,
                group,
                now.view(),
                now.commitMin(),
                "commitMin, head",
                now.commitMin(),
                now.head());
    }

    @Override
    public void onCrashed(final int replica) {
        for (int group = 0; group < images[replica].length; group++) {
            onDisk(replica, group);
        }
    }

    private void onDisk(final int replica, final int group) {
        final var superblock = images[replica][group].superblock();
        if (durableSequence[replica][group] == 0 && !superblock.isOpenable()) {
            return; // empty, or being formatted
        }
        checkNumbers(
                superblock.isOpenable(),
                "the durable superblock can be opened after every crash",
                replica,
                group,
                view[replica][group],
                0,
                "sequence before, now",
                durableSequence[replica][group],
                superblock.sequence());
        if (!superblock.isOpenable()) {
            return;
        }
        durableRises(replica, group, "the superblock's sequence rises on disk", durableSequence, superblock.sequence());
        durableRises(replica, group, "view rises on disk", durableView, superblock.view());
        durableRises(replica, group, "logView rises on disk", durableLogView, superblock.logView());
        durableRises(replica, group, "commitMax rises on disk", durableCommit, superblock.commitMax());
    }

    private void durableRises(
            final int replica, final int group, final String invariant, final long[][] last, final long now) {
        checkNumbers(
                now >= last[replica][group],
                invariant,
                replica,
                group,
                now,
                0,
                "before, now",
                last[replica][group],
                now);
        last[replica][group] = now;
    }

    private void rises(
            final int replica, final ReplicaView now, final String invariant, final long[] last, final long value) {
        final int group = now.group();
        checkNumbers(
                value >= last[group],
                invariant,
                replica,
                group,
                now.view(),
                now.head(),
                "before, now",
                last[group],
                value);
        last[group] = value;
    }
}
