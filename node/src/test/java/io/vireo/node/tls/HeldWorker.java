package io.vireo.node.tls;

import java.util.concurrent.CountDownLatch;

/** Keeps the thread of a worker from all else until it is closed. */
public final class HeldWorker implements AutoCloseable {
    private final TlsWorker worker;
    private final CountDownLatch isFree = new CountDownLatch(1);

    public HeldWorker(final TlsWorker worker) throws InterruptedException {
        this.worker = worker;
        final CountDownLatch hasBegun = new CountDownLatch(1);
        worker.submit(
                new TlsWorker.Piece() {
                    @Override
                    public void compute() {
                        hasBegun.countDown();
                        try {
                            isFree.await();
                        } catch (final InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }

                    @Override
                    public void onEnd(final Throwable failure) {
                        // Nobody waits for it.
                    }
                },
                TlsWorker.Rank.BEGUN,
                0);
        hasBegun.await();
    }

    /** Pieces of others. */
    public int waiting() {
        return worker.waiting();
    }

    /** The thread goes on. */
    @Override
    public void close() {
        isFree.countDown();
    }
}
