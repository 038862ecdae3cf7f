package io.vireo.node.stream.machine;

import io.vireo.bootstrap.replay.ReplyStatus;

/**
 * Outcomes of the streaming state machine among those of the replication. Numbers of the protocol from 1000 on are as they are; those below
 * would be taken for the replication's own, and stand behind 512.
 */
public final class MachineStatus {
    private static final int UNCHANGED_FROM = 1_000;
    private static final int SHIFT = 512;
    private static final int NONE = -1;

    private MachineStatus() {}

    /** Status of a reply. @param status of {@link io.vireo.node.stream.StreamStatus}. */
    public static int ofStream(final int status) {
        if (status == 0) {
            return ReplyStatus.OK;
        }
        return status >= UNCHANGED_FROM ? status : SHIFT + status;
    }

    /** Back again; negative if the protocol has no number for it, as for one that is the replication's own. */
    public static int toStream(final int replyStatus) {
        if (replyStatus == ReplyStatus.OK || replyStatus >= UNCHANGED_FROM) {
            return replyStatus;
        }
        return replyStatus > SHIFT ? replyStatus - SHIFT : NONE;
    }
}
