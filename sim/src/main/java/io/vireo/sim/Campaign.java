package io.vireo.sim;

import io.vireo.sim.cluster.RunCounters;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Many seeds, one simulation per thread with nothing shared between them; collects what they gave. Every {@link #CHECK_EVERY}th seed runs
 * twice (A15).
 */
public final class Campaign {
    /** One of so many seeds is run twice. */
    public static final int CHECK_EVERY = 16;

    private final long firstSeed;
    private final long lastSeed;
    private final int jobs;
    private final long deadlineNs;
    private final Consumer<RunResult> onResult;
    private final AtomicLong nextSeed;
    private final AtomicBoolean isStopped = new AtomicBoolean();
    private final CampaignSummary summary = new CampaignSummary();

    /**
     * @param deadlineNs on {@link System#nanoTime}, no seed is begun after it.
     * @param onResult called under a lock, from any of the threads.
     */
    public Campaign(
            final long firstSeed,
            final long lastSeed,
            final int jobs,
            final long deadlineNs,
            final Consumer<RunResult> onResult) {
        this.firstSeed = firstSeed;
        this.lastSeed = lastSeed;
        this.jobs = jobs;
        this.deadlineNs = deadlineNs;
        this.onResult = onResult;
        nextSeed = new AtomicLong(firstSeed);
    }

    /** Begins no further seed. */
    public void stop() {
        isStopped.set(true);
    }

    /** Runs all seeds; returns when the last one has ended. */
    public CampaignSummary run() throws InterruptedException {
        final List<Thread> threads = new ArrayList<>();
        for (int job = 0; job < jobs; job++) {
            final Thread thread = new Thread(this::work, "sim-" + job);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        for (final Thread thread : threads) {
            thread.join();
        }
        return summary;
    }

    private void work() {
        while (!isStopped.get() && System.nanoTime() - deadlineNs < 0) {
            final long seed = nextSeed.getAndIncrement();
            if (seed > lastSeed) {
                return;
            }
            RunResult result = Simulator.run(seed);
            if ((seed - firstSeed) % CHECK_EVERY == 0 && !result.verdict().isFailure()) {
                result = compared(result, Simulator.run(seed));
            }
            synchronized (summary) {
                summary.add(result);
                onResult.accept(result);
            }
        }
    }

    private static RunResult compared(final RunResult first, final RunResult second) {
        if (first.traceHash() == second.traceHash()) {
            return first;
        }
        return new RunResult(
                first.seed(),
                Verdict.NON_DETERMINISM,
                "A15: the same seed is the same run",
                "A15 violated: trace hashes " + Long.toHexString(first.traceHash()) + " and "
                        + Long.toHexString(second.traceHash()),
                null,
                first.traceHash(),
                first.events(),
                first.virtualNs(),
                first.options(),
                first.counters());
    }

    /** Sums of a campaign. */
    public static final class CampaignSummary {
        public final RunCounters total = new RunCounters();
        public final Map<String, List<Long>> failures = new TreeMap<>();
        public final Map<String, Verdict> verdicts = new TreeMap<>();
        public final List<Long> legitimate = new ArrayList<>();
        public long runs;
        public long runsWithCrashAndRestart;
        public long runsComparing;
        public long events;

        void add(final RunResult result) {
            runs++;
            events += result.events();
            runsWithCrashAndRestart += result.counters().crashes > 0 && result.counters().restarts > 0 ? 1 : 0;
            runsComparing += result.counters().comparedOps > 0 ? 1 : 0;
            addFields(total, result.counters());
            if (result.verdict().isFailure()) {
                failures.computeIfAbsent(result.signature(), signature -> new ArrayList<>())
                        .add(result.seed());
                verdicts.put(result.signature(), result.verdict());
            } else if (result.verdict() == Verdict.LEGITIMATE_LOSS) {
                legitimate.add(result.seed());
            }
        }

        /** Worst exit code of all runs. */
        public int exitCode() {
            int code = 0;
            for (final Verdict verdict : verdicts.values()) {
                code = Math.max(code, verdict.exitCode());
            }
            return code;
        }

        private static void addFields(final Object sum, final Object part) {
            try {
                for (final Field field : sum.getClass().getFields()) {
                    if (field.getType() == long.class) {
                        field.setLong(sum, field.getLong(sum) + field.getLong(part));
                    } else if (field.getType() == long[].class) {
                        final long[] into = (long[]) field.get(sum);
                        final long[] from = (long[]) field.get(part);
                        for (int i = 0; i < into.length; i++) {
                            into[i] += from[i];
                        }
                    } else {
                        addFields(field.get(sum), field.get(part));
                    }
                }
            } catch (final IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
