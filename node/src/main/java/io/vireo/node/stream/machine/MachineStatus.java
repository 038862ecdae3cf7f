package io.vireo.node.stream.machine;

import io.vireo.bootstrap.replay.ReplyStatus;

/** Outcomes of the streaming state machine among those of the replication: the numbers of the protocol, behind those that are taken. */
public final class MachineStatus {
    private static final int NONE = -1;

    private MachineStatus() {}

    /** Status of a reply. @param status of {@link io.vireo.node.stream.StreamStatus}. */
    public static int ofStream(final int status) {
        return status == 0 ? ReplyStatus.OK : ReplyStatus.STATE_MACHINE + status;
    }

    /** Back again; {@code NONE} is negative and says that the status is the replication's own, such as malformed or too large. */
    public static int toStream(final int replyStatus) {
        if (replyStatus == ReplyStatus.OK) {
            return 0;
        }
        return replyStatus > ReplyStatus.STATE_MACHINE ? replyStatus - ReplyStatus.STATE_MACHINE : NONE;
    }
}
