package io.vireo.sim.launch;

import io.vireo.sim.RunResult;
import io.vireo.sim.Verdict;
import io.vireo.sim.cluster.RunCounters;

/** Outcomes of runs that nobody made. */
final class RunResults {
    private RunResults() {}

    static RunResult pass(final long seed) {
        return of(seed, Verdict.PASS, null, null);
    }

    static RunResult of(final long seed, final Verdict verdict, final String signature, final String message) {
        final RunCounters counters = new RunCounters();
        counters.crashes = seed;
        counters.restarts = 1;
        counters.disk.writes = 3;
        counters.events[0] = 7;
        return new RunResult(seed, verdict, signature, message, null, seed * 0x9e37_79b9L, 10, 1_000, null, counters);
    }
}
