package io.vireo.node.client;

import io.vireo.bootstrap.replay.ReplyStatus;

/**
 * The outcome of a request or a read.
 *
 * @param status see {@link ReplyStatus}: why, where the outcome is not OK.
 * @param op that applied the request, for a read the highest op in the state that was read; 0 if there is none.
 * @param body the state machine's reply, empty unless the outcome is OK.
 */
@SuppressWarnings("ArrayRecordComponent")
public record Reply(Outcome outcome, int status, long op, byte[] body) {
    /** True if the request was applied, or the read answered. */
    public boolean isOk() {
        return outcome == Outcome.OK;
    }

    @Override
    public String toString() {
        return outcome + " (" + ReplyStatus.text(status) + "), op " + op + ", " + body.length + " bytes";
    }
}
