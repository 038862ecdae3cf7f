package io.vireo.bootstrap.inspect;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.SessionTable;
import io.vireo.bootstrap.replay.StateMachineFactory;

/** What a replica is made of besides its files, for the trial of an opening: the same as the node takes. */
public interface InspectedParts {
    StateMachineFactory stateMachines(ClusterConfig config, int group);

    SessionTable sessions(ClusterConfig config, int replySizeMax);

    /** How many sessions there are in this section of a snapshot, which is whole. */
    long sessionCount(SnapshotInput sessions);
}
