package io.vireo.sim;

import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.RunCounters;

/**
 * What one run gave.
 *
 * @param signature failures of one cause have the same; null for a pass.
 * @param message what is wrong, or null.
 * @param cause of a crash, or null.
 */
public record RunResult(
        long seed,
        Verdict verdict,
        String signature,
        String message,
        RuntimeException cause,
        long traceHash,
        long events,
        long virtualNs,
        ClusterOptions options,
        RunCounters counters) {}
