package io.vireo.sim;

import io.vireo.sim.cluster.RunListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Many seeds, one simulation per thread with nothing shared between them; collects what they gave. Every {@link #CHECK_EVERY}th seed runs
 * twice (A15).
 */
public final class Campaign {
    /** One of so many seeds is run twice. */
    public static final int CHECK_EVERY = 16;

    private final SimulatorFactory factory;
    private final SeedRange range;
    private final CampaignProgress progress;
    private final int jobs;
    private final long deadlineNs;
    private final Consumer<RunResult> onResult;
    private final AtomicBoolean isStopped = new AtomicBoolean();
    private final AtomicReference<Throwable> broken = new AtomicReference<>();
    private long nextSeed;

    /**
     * @param progress of an earlier call, or an empty one; the seeds in it are not run again.
     * @param deadlineNs on {@link System#nanoTime}, no seed is begun after it.
     * @param onResult called under a lock, after the result is in the progress, from any of the threads.
     */
    public Campaign(
            final SeedRange range,
            final CampaignProgress progress,
            final int jobs,
            final long deadlineNs,
            final Consumer<RunResult> onResult) {
        this(SimulatorFactory.OF_SEED, range, progress, jobs, deadlineNs, onResult);
    }

    /** The same for other simulations than {@link SimulatorFactory#OF_SEED}. */
    public Campaign(
            final SimulatorFactory factory,
            final SeedRange range,
            final CampaignProgress progress,
            final int jobs,
            final long deadlineNs,
            final Consumer<RunResult> onResult) {
        this.factory = factory;
        this.range = range;
        this.progress = progress;
        this.jobs = jobs;
        this.deadlineNs = deadlineNs;
        this.onResult = onResult;
        nextSeed = range.first();
    }

    /** Begins no further seed. */
    public void stop() {
        isStopped.set(true);
    }

    /**
     * Runs all seeds that are not done; returns when the last one has ended.
     *
     * @throws InterruptedException if the thread was interrupted: no further seed was begun, those that ran have ended and are counted.
     * @throws IllegalStateException if a seed ended its thread with an error that is no finding, such as exhausted memory.
     */
    public CampaignSummary run() throws InterruptedException {
        final List<Thread> threads = new ArrayList<>();
        for (int job = 0; job < jobs; job++) {
            final Thread thread = new Thread(this::work, "sim-" + job);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        InterruptedException interrupted = null;
        for (final Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (final InterruptedException e) {
                    interrupted = e;
                    stop();
                }
            }
        }
        if (broken.get() != null) {
            throw new IllegalStateException("a thread of the campaign has ended: " + broken.get(), broken.get());
        }
        if (interrupted != null) {
            throw interrupted;
        }
        return progress.summary;
    }

    private void work() {
        try {
            while (!isStopped.get() && System.nanoTime() - deadlineNs < 0) {
                final long seed = takeSeed();
                if (seed > range.last()) {
                    return;
                }
                RunResult result = run(seed);
                if ((seed - range.first()) % CHECK_EVERY == 0
                        && !result.verdict().isFailure()) {
                    result = compared(result, run(seed));
                }
                synchronized (progress) {
                    progress.add(result);
                    onResult.accept(result);
                }
            }
        } catch (final RuntimeException | Error e) {
            // A thread that ended unseen would leave its seeds out, and the campaign would pass without them.
            broken.compareAndSet(null, e);
            stop();
        }
    }

    private RunResult run(final long seed) {
        return factory.create(seed, RunListener.NONE).run();
    }

    private long takeSeed() {
        synchronized (progress) {
            final long seed = progress.done.nextMissing(nextSeed);
            nextSeed = Math.min(seed, range.last()) + 1;
            return seed;
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
}
