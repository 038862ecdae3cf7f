package io.vireo.sim;

import io.vireo.sim.cluster.RunCounters;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Sums of a campaign; the same for the same seeds, whatever the order in which they ended. Guarded by its campaign. */
public final class CampaignSummary {
    /** Failures of one signature. */
    public static final class FailureGroup {
        public final Verdict verdict;
        public final NavigableSet<Long> seeds = new TreeSet<>();
        /** What the least of the seeds said. */
        public String message;

        public FailureGroup(final Verdict verdict) {
            this.verdict = verdict;
        }

        void add(final long seed, final String seedMessage) {
            seeds.add(seed);
            if (seeds.first() == seed) {
                message = seedMessage;
            }
        }
    }

    public final RunCounters total = new RunCounters();
    /** By signature. */
    public final Map<String, FailureGroup> failures = new TreeMap<>();

    /** Seeds whose loss the damage done excuses; those damaged beyond the limit are not among them. */
    public final NavigableSet<Long> legitimate = new TreeSet<>();

    public long runs;
    public long runsWithCrashAndRestart;
    public long runsComparing;
    public long events;

    void add(final RunResult result) {
        runs++;
        events += result.events();
        runsWithCrashAndRestart += result.counters().crashes > 0 && result.counters().restarts > 0 ? 1 : 0;
        runsComparing += result.counters().comparedOps > 0 ? 1 : 0;
        CounterFields.add(total, CounterFields.values(result.counters()));
        if (result.verdict().isFailure()) {
            failures.computeIfAbsent(result.signature(), signature -> new FailureGroup(result.verdict()))
                    .add(result.seed(), result.message());
        } else if (result.verdict() == Verdict.LEGITIMATE_LOSS && result.counters().beyondF == 0) {
            legitimate.add(result.seed());
        }
    }

    /** Seeds that failed. */
    public long failed() {
        return failures.values().stream().mapToLong(group -> group.seeds.size()).sum();
    }

    /** Worst exit code of all runs. */
    public int exitCode() {
        int code = 0;
        for (final FailureGroup group : failures.values()) {
            code = Math.max(code, group.verdict.exitCode());
        }
        return code;
    }
}
