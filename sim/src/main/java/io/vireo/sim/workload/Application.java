package io.vireo.sim.workload;

import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.sim.random.Draws;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a cluster replicates and what its clients ask of it. One per run, on its thread; tells the auditors what only it understands. Every
 * request begins with the {@link Payload} that says whose it is.
 */
public interface Application {
    /**
     * A request that is to be submitted.
     *
     * @param payload not yet numbered; must not be changed afterwards but by its number.
     */
    record Request(int operation, UnsafeBuffer payload) {}

    /** A state machine, empty: called for every opening of a replica's group. */
    StateMachine stateMachine(int replica, int group, SegmentStore segments);

    /**
     * The next request of a client.
     *
     * @param session id of the session that it goes through.
     * @param work of this client: the one source of chance here.
     */
    Request request(int client, long session, Draws work);

    /** A request was numbered: its bytes are final. */
    default void onSubmitted(final long session, final long number, final DirectBuffer payload) {}

    /** A client was told that this op has executed its request, with this status and reply; the reply is valid during the call. */
    void onReply(
            int namespace,
            int group,
            long op,
            long session,
            long number,
            int status,
            DirectBuffer reply,
            int offset,
            int length);

    /** A client was told that its request was not and will not be executed. */
    void onRefused(int group, long session, long number);
}
