package io.vireo.sim.cluster;

import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.SegmentStore;

/** What a cluster replicates, what stands between its groups and its clients, and the clients. One per run, on its thread. */
public interface Scene {
    /** A state machine, empty: called for every opening of a replica's group. */
    StateMachine stateMachine(int replica, int group, SegmentStore segments);

    /** The clients of the run, made when the cluster has its network and replicas. */
    Clients clients(SimCluster cluster, RunListener listener);

    /** What a process has that has just started, between its groups and its clients; null if clients talk to the groups themselves. */
    default Front front(final ProcessLife process) {
        return null;
    }
}
