package io.vireo.sim.cluster;

import io.vireo.sim.audit.Auditors;
import io.vireo.sim.workload.Application;
import io.vireo.sim.workload.LogApplication;

/** Makes the application of a run whose clients have sessions with the groups themselves; called anew for each, from its thread. */
@FunctionalInterface
public interface ApplicationFactory extends SceneFactory {
    /** The plain log. */
    ApplicationFactory LOG =
            (options, auditors, counters) -> new LogApplication(options.cluster(), auditors, options.payloadMax());

    Application create(ClusterOptions options, Auditors auditors, RunCounters counters);

    @Override
    default Scene scene(final ClusterOptions options, final Auditors auditors, final RunCounters counters) {
        return new SessionScene(create(options, auditors, counters));
    }
}
