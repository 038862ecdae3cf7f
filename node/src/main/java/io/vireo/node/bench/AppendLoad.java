package io.vireo.node.bench;

import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.node.client.Outcome;
import io.vireo.node.client.RequestCallback;
import io.vireo.node.client.VireoClient;
import io.vireo.node.log.LogStateMachine;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.agrona.DirectBuffer;

/**
 * Keeps so many appends outstanding at a cluster: each outcome submits the next, on the client's I/O thread, until time or requests are
 * used up. One use.
 */
public final class AppendLoad {
    private final VireoClient client;
    private final long namespace;
    private final byte[] payload;
    private final int outstanding;
    private final long requestsMax;
    private final Histogram latencies = LoadResult.newHistogram();
    private final CountDownLatch done = new CountDownLatch(1);
    private final AtomicLong submitted = new AtomicLong();

    private long startNs;
    private long endNs;
    private long measured;
    private long lastNs;
    private int inFlight;
    private volatile String failure;

    /** One outstanding request after another. */
    private final class Slot implements RequestCallback {
        private long sentNs;

        void submit(final long nowNs) {
            sentNs = nowNs;
            submitted.incrementAndGet();
            client.submit(LogStateMachine.OPERATION_APPEND, namespace, payload, this);
        }

        @Override
        public void onOutcome(
                final Outcome outcome,
                final int status,
                final long op,
                final DirectBuffer reply,
                final int offset,
                final int length) {
            final long nowNs = System.nanoTime();
            if (outcome != Outcome.OK && failure == null) {
                failure = "an append ended as " + outcome + ", " + ReplyStatus.text(status);
            }
            if (nowNs >= startNs && nowNs < endNs) {
                latencies.recordValue(nowNs - sentNs);
                measured++;
                lastNs = nowNs;
            }
            if (nowNs < endNs && submitted.get() < requestsMax && failure == null) {
                submit(nowNs);
            } else if (--inFlight == 0) {
                done.countDown();
            }
        }
    }

    /** @param requestsMax requests in all, unmeasured ones too; what the log has room for. */
    public AppendLoad(
            final VireoClient client,
            final long namespace,
            final int outstanding,
            final int size,
            final long requestsMax) {
        this.client = client;
        this.namespace = namespace;
        this.outstanding = outstanding;
        this.requestsMax = requestsMax;
        this.payload = new byte[size];
        new SplittableRandom(size).nextBytes(payload);
    }

    /** Runs unmeasured first, then measured. Throws {@link IllegalStateException} if a request fails or nothing is answered. */
    public LoadResult run(final long warmUpNs, final long measuredNs) throws InterruptedException {
        final long nowNs = System.nanoTime();
        startNs = nowNs + warmUpNs;
        endNs = startNs + measuredNs;
        inFlight = outstanding;
        for (int i = 0; i < outstanding; i++) {
            new Slot().submit(System.nanoTime());
        }
        if (!done.await(warmUpNs + measuredNs + 30_000_000_000L, TimeUnit.NANOSECONDS)) {
            throw new IllegalStateException("the cluster did not answer for 30 s");
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        return new LoadResult(
                outstanding, payload.length, measured, submitted.get(), Math.max(1, lastNs - startNs), latencies);
    }
}
