package io.vireo.sim;

import io.vireo.node.log.LogStateMachine;
import io.vireo.sim.audit.Auditors;
import io.vireo.sim.cluster.ApplicationFactory;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.RunCounters;
import io.vireo.sim.fault.Regime;
import io.vireo.sim.workload.Application;

/** See {@link SimProfile#LOG}. */
final class LogProfile implements SimProfile, ApplicationFactory {
    private final Regime regime;

    /** @param regime of all runs, or null for the one that each seed draws. */
    LogProfile(final Regime regime) {
        this.regime = regime;
    }

    @Override
    public ClusterOptions options(final long seed, final int replicasMax) {
        return SimOptions.of(seed, SimOptions.Fixed.NOTHING, replicasMax, regime);
    }

    @Override
    public Application create(final ClusterOptions options, final Auditors auditors, final RunCounters counters) {
        return ApplicationFactory.LOG.create(options, auditors, counters);
    }

    @Override
    public String stateMachine() {
        return LogStateMachine.class.getName();
    }

    @Override
    public String settings() {
        return regime == null ? "everything drawn" : "everything drawn but regime=" + regime;
    }
}
