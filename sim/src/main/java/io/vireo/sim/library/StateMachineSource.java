package io.vireo.sim.library;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.SegmentStore;

/** Makes the state machine under test, empty, from what a node gives it; called for every opening, from the threads of the simulation. */
@FunctionalInterface
public interface StateMachineSource<S extends StateMachine> {
    /**
     * A new state machine that shares nothing with another one.
     *
     * @param segments where it may keep what grows with the data.
     */
    S create(ClusterConfig config, int group, SegmentStore segments);
}
