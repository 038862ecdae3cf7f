package io.vireo.sim.storage;

import io.vireo.journal.storage.Storage.Completions;
import org.agrona.collections.LongArrayQueue;

/** What the present process has submitted and not heard of yet, from the submission until it polls. */
final class CompletionQueue {
    /** Token and result in turn. */
    private final LongArrayQueue ready = new LongArrayQueue(Long.MIN_VALUE);

    /** Submissions without a completion. */
    private int inFlight;

    private String failure;
    private boolean isRefusing;
    private SimDisk.Watch watch;
    /** Closes all files once nothing else is in flight; null if no reset is under way. */
    private Runnable reset;

    private long resetToken;

    void attach(final SimDisk.Watch newWatch) {
        watch = newWatch;
    }

    /** The process is gone, nobody polls. */
    void endLife() {
        ready.clear();
        inFlight = 0;
        reset = null;
        failure = null;
        isRefusing = false;
    }

    /** False if the process is dead or its storage has failed: what it submits does not take place. */
    boolean submit() {
        if (!watch.isAlive() || isRefusing) {
            return false;
        }
        inFlight++;
        return true;
    }

    void complete(final long token, final long result) {
        if (watch.isAlive()) {
            inFlight--;
            ready.addLong(token);
            ready.addLong(result);
            if (reset != null && inFlight == 1) {
                endReset();
            }
            watch.on(DiskEvent.COMPLETED);
        }
    }

    /** The process hears that its storage can no longer be trusted. */
    void fail(final String message) {
        failure = message;
        watch.on(DiskEvent.COMPLETED);
    }

    /** As {@link #fail}, and nothing that the process submits before it hears of it takes place. */
    void failForGood(final String message) {
        isRefusing = true;
        fail(message);
    }

    /** Completes when this submission is the only one in flight, after {@code closing}. */
    void reset(final long token, final Runnable closing) {
        reset = closing;
        resetToken = token;
        if (inFlight == 1) {
            endReset();
            watch.on(DiskEvent.COMPLETED);
        }
    }

    private void endReset() {
        inFlight--;
        reset.run();
        reset = null;
        ready.addLong(resetToken);
        ready.addLong(0L);
    }

    int poll(final Completions sink) {
        int count = 0;
        while (watch.isAlive() && ready.size() >= 2) {
            final long token = ready.pollLong();
            final long result = ready.pollLong();
            count++;
            sink.onCompletion(token, result);
        }
        if (watch.isAlive() && failure != null) {
            final String message = failure;
            failure = null;
            sink.onFailure(message);
            count++;
        }
        return count;
    }
}
