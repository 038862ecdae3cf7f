package io.vireo.node.gateway.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Does what takes long on daemon threads of its own. All methods belong to one thread, which gets the results in {@link #poll}; so much may
 * be under way at a time, and what is more is refused.
 */
final class SideWork implements AutoCloseable {
    private final int underWayMax;
    private final Runnable wake;
    private final BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
    private final Queue<Runnable> done = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private int underWay;

    /**
     * @param underWayMax pieces of work that wait, are being done, or are done and not handed over.
     * @param wake wakes the thread that polls; called on the threads of this.
     */
    SideWork(final String name, final int threadCount, final int underWayMax, final Runnable wake) {
        this.underWayMax = underWayMax;
        this.wake = wake;
        for (int i = 0; i < threadCount; i++) {
            final Thread thread = new Thread(this::run, name + "-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
    }

    /** False if there is no room for it: nothing is done. */
    <T> boolean offer(final Supplier<T> work, final Consumer<T> onDone) {
        if (underWay == underWayMax) {
            return false;
        }
        underWay++;
        waiting.add(() -> done.add(outcome(work, onDone)));
        return true;
    }

    /** Hands over what is done. @return how many. @throws IllegalStateException if one of them has failed, which none should. */
    int poll() {
        int handedOver = 0;
        for (Runnable next = done.poll(); next != null; next = done.poll()) {
            underWay--;
            handedOver++;
            next.run();
        }
        return handedOver;
    }

    /** Ends the threads after what they are doing; what is not handed over never is. */
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                waiting.take().run();
                wake.run();
            }
        } catch (final InterruptedException e) {
            // It is closed.
            Thread.currentThread().interrupt();
        }
    }

    private static <T> Runnable outcome(final Supplier<T> work, final Consumer<T> onDone) {
        try {
            final T result = work.get();
            return () -> onDone.accept(result);
        } catch (final RuntimeException | Error e) {
            return () -> {
                throw new IllegalStateException("work aside has failed", e);
            };
        }
    }
}
