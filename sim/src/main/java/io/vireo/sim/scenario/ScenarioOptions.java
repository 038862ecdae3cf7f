package io.vireo.sim.scenario;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;

/**
 * The cluster of a scenario: what its {@code nodes} line says. Immutable.
 *
 * @param isCold true: nothing is settled before the first step, and no client has a session.
 */
record ScenarioOptions(
        int replicas,
        int clients,
        int pipeline,
        String durability,
        int sessions,
        int prepareSize,
        long walBytes,
        long seed,
        boolean isCold) {
    /** Clients a scenario may have. */
    static final int CLIENTS_MAX = 9;

    ClusterConfig cluster() {
        final NodeContext context = new NodeContext()
                .name("scenario")
                .clusterId(1, 2)
                .replicaCount(replicas)
                .groupCount(1)
                .walBytes(walBytes)
                .prepareSizeMax(prepareSize)
                .pipelineMax(pipeline)
                .sessionsMax(sessions)
                .requestQueueMax(64)
                .namespacesMax(1);
        return (durability == null ? context : context.durability(durability)).conclude();
    }
}
