package io.vireo.sim.library;

import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.sim.SimOptions;
import io.vireo.sim.SimProfile;
import io.vireo.sim.audit.Auditors;
import io.vireo.sim.cluster.ApplicationFactory;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.RunCounters;
import io.vireo.sim.workload.Application;

/** Runs of a state machine under test. */
final class MachineProfile<S extends StateMachine> implements SimProfile, ApplicationFactory {
    private final StateMachineSource<? extends S> source;
    private final Workload workload;
    private final MachineRules<S> rules;
    private final SimOptions.Fixed fixed;
    /** Known when the first one has been made. */
    private volatile String stateMachine = "under test";

    MachineProfile(
            final StateMachineSource<? extends S> source,
            final Workload workload,
            final MachineRules<S> rules,
            final SimOptions.Fixed fixed) {
        this.source = source;
        this.workload = workload;
        this.rules = rules;
        this.fixed = fixed;
    }

    /** Sizes of requests are the workload's, and reads are not asked. */
    @Override
    public ClusterOptions options(final long seed, final int replicasMax) {
        return SimOptions.of(seed, fixed, replicasMax).withOwnRequests();
    }

    @Override
    public Application create(final ClusterOptions options, final Auditors auditors, final RunCounters counters) {
        final MachineAuditors<S> audits = new MachineAuditors<>(
                auditors.log, rules, options.replicas(), options.cluster().groupCount(), counters);
        return new MachineApplication<>(
                options.seed(),
                options.clients(),
                options.cluster(),
                (config, group, segments) -> {
                    final S machine = source.create(config, group, segments);
                    stateMachine = machine.getClass().getName();
                    return machine;
                },
                workload,
                audits,
                counters);
    }

    @Override
    public String stateMachine() {
        return stateMachine;
    }

    @Override
    public String settings() {
        return text("replicas", fixed.replicas()) + " " + text("requests", fixed.requests());
    }

    private static String text(final String name, final int value) {
        return name + "=" + (value == 0 ? "drawn" : value);
    }
}
