package io.vireo.bootstrap.replay;

import io.vireo.journal.segment.SegmentStore;

/** Makes the state machine of a group, empty: once for every opening of its data directory. */
@FunctionalInterface
public interface StateMachineFactory {
    /**
     * A new state machine.
     *
     * @param segments where it keeps what grows with the data; opened later, before anything is applied or restored.
     */
    StateMachine create(SegmentStore segments);
}
