package io.vireo.sim.library;

import io.vireo.journal.message.RequestBatch;
import java.util.random.RandomGenerator;

/**
 * What clients ask a state machine to do. One object serves all clients of all runs, from several threads: it must have no state, and draw
 * from the generator alone, so that a seed stands for the same requests every time.
 */
@FunctionalInterface
public interface Workload {
    /** The operation of requests where a workload names none: the first one that belongs to state machines. */
    int OPERATION = RequestBatch.OPERATION_STATE_MACHINE;

    /**
     * Draws the body of a client's next request. The larger part of the requests should be ones that are valid and hit the same data.
     *
     * @param random of the client and the seed; gives the same numbers on every machine and JDK.
     * @return at most 15 KiB; must not be changed afterwards.
     */
    byte[] request(RandomGenerator random);

    /** The operation that this request names, 16 to 65,535; {@link #OPERATION} if it is not overridden. */
    default int operation(final byte[] request) {
        return OPERATION;
    }
}
