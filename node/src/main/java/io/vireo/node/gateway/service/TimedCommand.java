package io.vireo.node.gateway.service;

import io.vireo.node.stream.machine.MetadataCommand;

/** A command of the primary: one under way at a time, and two not sooner after each other than an interval. */
final class TimedCommand {
    private final MetadataLink metadata;
    private final long intervalNs;
    private boolean isUnderWay;
    private boolean isSent;
    private long sentAtNs;

    TimedCommand(final MetadataLink metadata, final long intervalNs) {
        this.metadata = metadata;
        this.intervalNs = intervalNs;
    }

    void offer(final MetadataCommand command, final long nowNs) {
        if (isUnderWay || isSent && nowNs - sentAtNs < intervalNs) {
            return;
        }
        isUnderWay = true;
        isSent = true;
        sentAtNs = nowNs;
        metadata.submit(command, (outcome, status, reply, offset, length) -> isUnderWay = false);
    }
}
