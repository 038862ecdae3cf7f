package io.vireo.bootstrap.replay;

import org.agrona.DirectBuffer;

/** Receives the outcome of every row of an applied prepare, in the order of the rows. Called by {@link ApplyStep} on the group's thread. */
@FunctionalInterface
public interface ReplySink {
    /** For a replay: nobody waits for these replies. */
    ReplySink NONE = (clientLo, clientHi, session, request, status, op, requestDigest, reply, offset, length) -> {};

    /** False if outcomes would go nowhere, so that they need not be collected; the same for all rows of one prepare. */
    default boolean isListening() {
        return true;
    }

    /**
     * One outcome. Must not throw.
     *
     * @param session as in the row; for a register the session it got.
     * @param status see {@link ReplyStatus}.
     * @param op that applied the request, which for a repeated number is an earlier one; 0 if nothing was applied.
     * @param requestDigest low half of the checksum over the body of the request that was applied under this number; 0 if none was.
     * @param reply valid during the call only.
     */
    void onReply(
            long clientLo,
            long clientHi,
            long session,
            long request,
            int status,
            long op,
            long requestDigest,
            DirectBuffer reply,
            int offset,
            int length);
}
