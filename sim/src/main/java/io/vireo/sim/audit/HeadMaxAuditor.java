package io.vireo.sim.audit;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.node.message.DoViewChangeFlyweight;
import io.vireo.node.message.PrepareOkFlyweight;
import java.util.ArrayList;
import java.util.List;

/**
 * A2: a replica never forgets what it said it has. After a restart its log reaches at least as far as the last PREPARE_OK or DO_VIEW_CHANGE
 * it sent, unless a later logView has replaced that log, or it knows that it does not know (RECOVERING_HEAD) and keeps silent. When it
 * votes, its log reaches as far too, and it nacks nothing of that. Nor does it shrink below that while the replica runs in that view.
 */
public final class HeadMaxAuditor extends Auditor {
    /** What a replica of a group has said up to now. */
    public record Said(long ackView, long ackOp, long voteLogView, long voteHead) {}

    private final PrepareOkFlyweight prepareOk = new PrepareOkFlyweight();
    private final DoViewChangeFlyweight doViewChange = new DoViewChangeFlyweight();
    private final long[][] ackView;
    private final long[][] ackOp;
    private final long[][] voteLogView;
    private final long[][] voteHead;

    public HeadMaxAuditor(final AuditLog log, final int replicas, final int groups) {
        super("A2", log);
        ackView = new long[replicas][groups];
        ackOp = new long[replicas][groups];
        voteLogView = new long[replicas][groups];
        voteHead = new long[replicas][groups];
    }

    /** By group: what this replica has said up to now. */
    public List<Said> said(final int replica) {
        final List<Said> said = new ArrayList<>();
        for (int group = 0; group < ackView[replica].length; group++) {
            said.add(new Said(
                    ackView[replica][group],
                    ackOp[replica][group],
                    voteLogView[replica][group],
                    voteHead[replica][group]));
        }
        return said;
    }

    /**
     * The simulator has made this replica forget ops; the atlas has seen to it that nobody relies on what it said of them. What it said of
     * those below still binds it.
     *
     * @param said when the image was taken.
     * @param lowestForgotten by group.
     */
    void onImage(final int replica, final List<Said> said, final long[] lowestForgotten) {
        for (int group = 0; group < said.size(); group++) {
            final Said then = said.get(group);
            final long kept = lowestForgotten[group] - 1;
            final boolean isSameView = then.ackView() == ackView[replica][group];
            ackOp[replica][group] = Math.max(isSameView ? then.ackOp() : 0, Math.min(ackOp[replica][group], kept));
            final boolean isSameVote = then.voteLogView() == voteLogView[replica][group];
            voteHead[replica][group] =
                    Math.max(isSameVote ? then.voteHead() : 0, Math.min(voteHead[replica][group], kept));
        }
    }

    /** The simulator has taken its disk: what it has said since it was formatted is void, by the protocol. */
    void onWiped(final int replica) {
        for (int group = 0; group < ackView[replica].length; group++) {
            ackView[replica][group] = 0;
            ackOp[replica][group] = 0;
            voteLogView[replica][group] = 0;
            voteHead[replica][group] = 0;
        }
    }

    @Override
    public void onSend(final int replica, final int to, final HeaderFlyweight frame) {
        final int group = frame.group();
        if (frame.command() == Command.PREPARE_OK) {
            prepareOk.wrap(frame.buffer(), frame.offset());
            if (prepareOk.view() > ackView[replica][group]) {
                ackView[replica][group] = prepareOk.view();
                ackOp[replica][group] = prepareOk.op();
            } else if (prepareOk.view() == ackView[replica][group]) {
                ackOp[replica][group] = Math.max(ackOp[replica][group], prepareOk.op());
            }
        } else if (frame.command() == Command.DO_VIEW_CHANGE) {
            doViewChange.wrap(frame.buffer(), frame.offset());
            checkVote(replica, group);
            voteLogView[replica][group] = doViewChange.logView();
            voteHead[replica][group] = doViewChange.headOp();
        }
    }

    @Override
    public void onView(final int replica, final ReplicaView view) {
        final int group = view.group();
        if (view.status() != Status.NORMAL || view.logView() != ackView[replica][group]) {
            return;
        }
        checkNumbers(
                view.head() >= ackOp[replica][group],
                "a running replica still has what it acknowledged",
                replica,
                group,
                view.view(),
                ackOp[replica][group],
                "head, acknowledged",
                view.head(),
                ackOp[replica][group]);
    }

    /** A log that has lost in memory what it had acknowledged does its harm when it votes; no restart is needed for that. */
    private void checkVote(final int replica, final int group) {
        final long acknowledged = ackOp[replica][group];
        checkNumbers(
                doViewChange.logView() >= ackView[replica][group],
                "a replica votes with a log of the view in which it acknowledged, or of a later one",
                replica,
                group,
                doViewChange.view(),
                acknowledged,
                "logView, acknowledged in",
                doViewChange.logView(),
                ackView[replica][group]);
        if (doViewChange.logView() > ackView[replica][group]) {
            return;
        }
        checkNumbers(
                doViewChange.headOp() >= acknowledged,
                "a replica votes with all that it acknowledged",
                replica,
                group,
                doViewChange.view(),
                acknowledged,
                "head, acknowledged",
                doViewChange.headOp(),
                acknowledged);
        final long refused = doViewChange.headOp() - (Long.SIZE - 1 - Long.numberOfLeadingZeros(doViewChange.nack()));
        checkNumbers(
                doViewChange.nack() == 0 || refused > acknowledged,
                "a replica does not nack what it acknowledged",
                replica,
                group,
                doViewChange.view(),
                acknowledged,
                "lowest nack, acknowledged",
                refused,
                acknowledged);
    }

    @Override
    public void onStarted(final int replica, final ReplicaView view) {
        if (view.status() == Status.RECOVERING_HEAD) {
            return;
        }
        final int group = view.group();
        checkNumbers(
                view.logView() >= ackView[replica][group],
                "a restarted replica knows the view in which it acknowledged",
                replica,
                group,
                view.view(),
                ackOp[replica][group],
                "logView, acknowledged in",
                view.logView(),
                ackView[replica][group]);
        checkNumbers(
                view.logView() > ackView[replica][group] || view.head() >= ackOp[replica][group],
                "a restarted replica still has what it acknowledged",
                replica,
                group,
                view.view(),
                ackOp[replica][group],
                "head, acknowledged",
                view.head(),
                ackOp[replica][group]);
        checkNumbers(
                view.logView() != voteLogView[replica][group] || view.head() >= voteHead[replica][group],
                "a restarted replica still has what it voted with",
                replica,
                group,
                view.view(),
                voteHead[replica][group],
                "head, voted with",
                view.head(),
                voteHead[replica][group]);
    }
}
