package io.vireo.sim.launch;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes Ctrl-C and SIGTERM an interrupt of the thread that commands a campaign, and keeps the process until that thread has saved what
 * it has. The JVM then ends with 128 and the number of the signal: 130 for Ctrl-C.
 */
final class InterruptHook {
    /** Longer than any seed takes; below the grace period of 30 s that schedulers give. */
    private static final long PATIENCE_SECONDS = 25;

    private final CountDownLatch isDone = new CountDownLatch(1);
    private final Thread thread;

    private InterruptHook(final Thread commander) {
        thread = new Thread(
                () -> {
                    commander.interrupt();
                    try {
                        if (!isDone.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                            System.err.println("a seed has not ended in " + PATIENCE_SECONDS
                                    + " s: what was done since the last save is lost");
                        }
                    } catch (final InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "interrupt");
    }

    static InterruptHook install(final Thread commander) {
        final InterruptHook hook = new InterruptHook(commander);
        Runtime.getRuntime().addShutdownHook(hook.thread);
        return hook;
    }

    /** The commander has nothing more to save. */
    void release() {
        isDone.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (final IllegalStateException e) {
            // The JVM is ending already: the hook runs, and has just been told.
            return;
        }
    }
}
