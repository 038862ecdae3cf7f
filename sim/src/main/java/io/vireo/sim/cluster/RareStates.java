package io.vireo.sim.cluster;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.core.ReplicaView;
import io.vireo.node.core.Status;
import io.vireo.node.message.DoViewChangeFlyweight;
import io.vireo.node.message.PrepareOkFlyweight;

/**
 * Counts states in which a wrong protocol does harm and a right one does not, and that only come about by several faults in a row: a
 * campaign that has not met them has not tested the rules they are about. Changes nothing.
 */
final class RareStates {
    private final RunCounters counters;
    private final PrepareOkFlyweight prepareOk = new PrepareOkFlyweight();
    private final DoViewChangeFlyweight doViewChange = new DoViewChangeFlyweight();

    RareStates(final RunCounters counters) {
        this.counters = counters;
    }

    /** A frame reaches a replica that stands like this. */
    void onFrame(final ReplicaView view, final HeaderFlyweight frame) {
        if (view == null) {
            return;
        }
        if (frame.command() == Command.PREPARE_OK) {
            prepareOk.wrap(frame.buffer(), frame.offset());
            final boolean isOfOpenOp = prepareOk.op() > view.commitMax() && prepareOk.op() <= view.head();
            if (prepareOk.view() < view.view() && isPrimary(view) && isOfOpenOp) {
                counters.lateAcknowledgements++;
            }
        } else if (frame.command() == Command.DO_VIEW_CHANGE && view.status() == Status.VIEW_CHANGE) {
            doViewChange.wrap(frame.buffer(), frame.offset());
            final boolean isOlder = doViewChange.logView() < view.logView();
            final boolean isLonger = doViewChange.headOp() > view.head();
            final boolean isNewer = doViewChange.logView() > view.logView();
            final boolean isShorter = doViewChange.headOp() < view.head();
            if (doViewChange.view() == view.view() && (isOlder && isLonger || isNewer && isShorter)) {
                counters.longerOldLogs++;
            }
        }
    }

    /** A replica begins to lead; {@code ledBefore} is the latest view it led before in this life, or -1. */
    void onLead(final long ledBefore) {
        counters.returns += ledBefore >= 0 ? 1 : 0;
    }

    private static boolean isPrimary(final ReplicaView view) {
        return view.status() == Status.NORMAL && view.primary() == view.replica();
    }
}
