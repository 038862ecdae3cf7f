package io.vireo.node.launch.stream;

import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C: lets the command end what it is at, a request and the lines that it writes, before the process goes. The command asks
 * {@link #isRequested} between two steps, and closes this when it is done.
 */
final class Interruption implements AutoCloseable {
    private static final long WAIT_MAX_NS = 3_000_000_000L;

    private final Thread hook = new Thread(this::onShutdown, "vireo-interrupted");
    private final Runnable atRest;
    private boolean isRequested;
    private boolean isAtRest;
    private boolean isDone;

    /** @param atRest said instead of the command if it waits for input when it is interrupted, or does not end in time. */
    Interruption(final Runnable atRest) {
        this.atRest = atRest;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    synchronized boolean isRequested() {
        return isRequested;
    }

    /** While the command waits for input there is nothing to be waited for. */
    synchronized void atRest(final boolean isNow) {
        isAtRest = isNow;
        notifyAll();
    }

    private synchronized void onShutdown() {
        isRequested = true;
        final long deadlineNs = System.nanoTime() + WAIT_MAX_NS;
        try {
            for (long left = WAIT_MAX_NS; left > 0 && !isDone && !isAtRest; left = deadlineNs - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!isDone) {
            atRest.run();
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (isRequested) {
                isDone = true;
                notifyAll();
                return;
            }
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException e) {
            // The process has begun to end: the hook finds that the command is done.
            synchronized (this) {
                isDone = true;
                notifyAll();
            }
        }
    }
}
