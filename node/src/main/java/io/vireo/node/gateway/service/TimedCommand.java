package io.vireo.node.gateway.service;

import io.vireo.node.stream.machine.MetadataCommand;

/** A command of the primary: one under way at a time, and none sooner after its outcome than an interval. */
final class TimedCommand {
    private final MetadataLink metadata;
    private final long intervalNs;
    private boolean isUnderWay;
    private boolean isResting;
    private long restFromNs;

    TimedCommand(final MetadataLink metadata, final long intervalNs) {
        this.metadata = metadata;
        this.intervalNs = intervalNs;
    }

    void offer(final MetadataCommand command, final long nowNs) {
        if (isUnderWay || isResting && nowNs - restFromNs < intervalNs) {
            return;
        }
        isUnderWay = true;
        isResting = true;
        restFromNs = nowNs;
        metadata.submit(command, (outcome, status, reply, offset, length) -> isUnderWay = false);
    }
}
