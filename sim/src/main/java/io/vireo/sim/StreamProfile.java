package io.vireo.sim;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.journal.superblock.StateMachineKind;
import io.vireo.node.stream.machine.StreamStateMachine;
import io.vireo.sim.audit.Auditors;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.RunCounters;
import io.vireo.sim.cluster.Scene;
import io.vireo.sim.fault.Regime;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.stream.StreamOptions;
import io.vireo.sim.stream.StreamWorld;

/** See {@link SimProfile#STREAM}. */
final class StreamProfile implements SimProfile {
    private static final int GROUPS_MAX = 4;
    /** More than all gateways of a cluster have. */
    private static final int SESSIONS_ROOMY = 256;

    private static final int SESSIONS_FEW_MIN = 32;
    private static final int SESSIONS_FEW_MAX = 64;
    private static final int SIZES = 10;
    /** So that a stream's run takes about as long as one of the log, whose requests cost a tenth. */
    private static final int REQUESTS_PART = 2;

    private final Regime regime;

    /** @param regime of all runs, or null for the one that each seed draws. */
    StreamProfile(final Regime regime) {
        this.regime = regime;
    }

    /** As for the plain log, but that groups and sessions are those of streams. */
    @Override
    public ClusterOptions options(final long seed, final int replicasMax) {
        final ClusterOptions log = SimOptions.of(seed, SimOptions.Fixed.NOTHING, replicasMax, regime);
        final Draws draws = new Draws(seed, Stream.STREAM_OPTIONS, SIZES);
        final int groups = draws.between(1, GROUPS_MAX);
        final int sessions = draws.chance(7, 8) ? SESSIONS_ROOMY : draws.between(SESSIONS_FEW_MIN, SESSIONS_FEW_MAX);
        final ClusterConfig drawn = log.cluster();
        final ClusterConfig cluster = new NodeContext()
                .name(drawn.name())
                .clusterId(drawn.clusterLo(), drawn.clusterHi())
                .replicaCount(drawn.replicaCount())
                .groupCount(groups)
                .walBytes(drawn.walBytes())
                .segmentBytes(drawn.segmentBytes())
                .prepareSizeMax(drawn.prepareSizeMax())
                .pipelineMax(drawn.pipelineMax())
                .sessionsMax(sessions)
                .durability(drawn.durability())
                .requestQueueMax(drawn.requestQueueMax())
                .namespacesMax(GROUPS_MAX)
                .stateMachine(StateMachineKind.STREAM)
                .conclude();
        return log.withCluster(cluster).withRequests(Math.max(1, log.requests() / REQUESTS_PART));
    }

    @Override
    public Scene scene(final ClusterOptions options, final Auditors auditors, final RunCounters counters) {
        return new StreamWorld(
                options,
                StreamOptions.of(
                        options.seed(), options.replicas(), options.cluster().groupCount()),
                auditors,
                counters);
    }

    @Override
    public String stateMachine() {
        return StreamStateMachine.class.getName();
    }

    @Override
    public String settings() {
        return regime == null ? "streams, everything drawn" : "streams, everything drawn but regime=" + regime;
    }
}
