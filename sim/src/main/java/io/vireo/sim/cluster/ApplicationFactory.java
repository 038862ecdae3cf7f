package io.vireo.sim.cluster;

import io.vireo.sim.audit.Auditors;
import io.vireo.sim.workload.Application;
import io.vireo.sim.workload.LogApplication;

/** Makes the application of a run; called anew for each, from the thread that runs it. */
@FunctionalInterface
public interface ApplicationFactory {
    /** The plain log. */
    ApplicationFactory LOG =
            (options, auditors, counters) -> new LogApplication(options.cluster(), auditors, options.payloadMax());

    Application create(ClusterOptions options, Auditors auditors, RunCounters counters);
}
