package io.vireo.node.gateway;

import io.vireo.node.client.Outcome;
import org.agrona.DirectBuffer;

/**
 * The way to the groups of the cluster: sessions, primaries, view changes and time-outs are behind it. Each call is answered by exactly one
 * outcome, on the thread of the gateway, maybe before it returns. Never blocks, never throws.
 */
public interface GroupRequests {
    /** Instead of a deadline: as long as this port waits. */
    long NO_DEADLINE = Long.MAX_VALUE;

    /** What a read has to have seen. */
    enum Consistency {
        /** All that was acknowledged before. */
        LINEARIZABLE,
        /** What the replica at hand has applied: cheap, and maybe not the newest. */
        COMMITTED
    }

    /** Takes the outcome of one request or read. */
    interface Callback {
        /**
         * @param status of the application, see {@link io.vireo.bootstrap.replay.ReplyStatus}; what was refused is not applied.
         * @param reply valid during the call; empty unless the outcome is {@link Outcome#OK}.
         */
        void onOutcome(Outcome outcome, int status, DirectBuffer reply, int offset, int length);
    }

    /**
     * Submits a request to the log of a group.
     *
     * @param lane requests of one lane to one group are applied in the order in which they were submitted: one session has them all.
     * @param body stays as it is until the outcome.
     * @param deadlineNs monotonic time after which nobody waits for the outcome, or {@link #NO_DEADLINE}: several steps for one client have
     *     one. What was not sent by then never is.
     */
    void submit(
            int lane,
            int group,
            long namespace,
            long incarnation,
            int operation,
            DirectBuffer body,
            int offset,
            int length,
            long deadlineNs,
            Callback callback);

    /**
     * Asks a group. What has to be fetched from disk is waited for, and what is damaged on one replica is read from another, behind this
     * port.
     *
     * @param query stays as it is until the outcome.
     * @param deadlineNs as above.
     */
    void read(
            int group,
            long namespace,
            Consistency consistency,
            DirectBuffer query,
            int offset,
            int length,
            long deadlineNs,
            Callback callback);
}
