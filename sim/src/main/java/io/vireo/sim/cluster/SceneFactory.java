package io.vireo.sim.cluster;

import io.vireo.sim.audit.Auditors;

/** Makes what is particular to the application of a run; called anew for each, from the thread that runs it. */
public interface SceneFactory {
    Scene scene(ClusterOptions options, Auditors auditors, RunCounters counters);
}
