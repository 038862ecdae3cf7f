package io.vireo.node.tls;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Computes what a handshake asks for, signatures and checks of certificates, on one thread of its own, because they take a shard's thread
 * more than all else that a connection does. One per process. The bound of what waits here is the number of connections, each of which
 * has one piece of work at a time. From any thread.
 */
public final class TlsWorker implements AutoCloseable {
    private final Deque<Runnable> urgent = new ArrayDeque<>();
    private final Deque<Runnable> others = new ArrayDeque<>();
    private Thread thread;
    private boolean isClosed;

    /** @param isUrgent goes before all that is not: replicas before strangers at the port of the clients. */
    synchronized void submit(final Runnable work, final boolean isUrgent) {
        if (isClosed) {
            return;
        }
        if (thread == null) {
            thread = new Thread(this::run, "vireo-tls");
            thread.setDaemon(true);
            thread.start();
        }
        (isUrgent ? urgent : others).add(work);
        notifyAll();
    }

    private void run() {
        try {
            for (Runnable work = next(); work != null; work = next()) {
                work.run();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Runnable next() throws InterruptedException {
        while (!isClosed && urgent.isEmpty() && others.isEmpty()) {
            wait();
        }
        return isClosed ? null : urgent.isEmpty() ? others.poll() : urgent.poll();
    }

    /** Ends the thread after the work that is under way; what waits is not done. */
    @Override
    public synchronized void close() {
        isClosed = true;
        notifyAll();
    }
}
