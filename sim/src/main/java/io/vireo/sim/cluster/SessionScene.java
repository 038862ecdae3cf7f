package io.vireo.sim.cluster;

import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.sim.workload.Application;

/** Clients that have sessions with the groups themselves. */
final class SessionScene implements Scene {
    private final Application application;

    SessionScene(final Application application) {
        this.application = application;
    }

    @Override
    public StateMachine stateMachine(final int replica, final int group, final SegmentStore segments) {
        return application.stateMachine(replica, group, segments);
    }

    @Override
    public Clients clients(final SimCluster cluster, final RunListener listener) {
        return new SimClients(cluster, application, listener);
    }
}
