package io.vireo.node.launch;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.node.client.Outcome;
import io.vireo.node.client.RequestCallback;
import io.vireo.node.client.VireoClient;
import io.vireo.node.log.LogStateMachine;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;

/**
 * Appends the lines of one source to one namespace by one client, in order, with a bounded number in flight. {@link #run} reads on its
 * caller's thread and pauses while enough is in flight; outcomes come in on the client's I/O thread. The counters may be read by any thread.
 */
final class AppendRun implements RequestCallback {
    private final VireoClient client;
    private final long namespace;
    private final LineSource source;
    private final int inFlightMax;
    private final long stallMaxNs;
    private final EntryDigest digest = new EntryDigest();
    private final AtomicInteger inFlight = new AtomicInteger();

    private Thread producer;
    private volatile boolean isProducerWaiting;
    private volatile boolean isFailed;
    private volatile long acknowledged;
    private volatile long lastAckNs;
    private volatile long longestPauseNs;
    private volatile Outcome failedOutcome;
    private volatile int failedStatus;
    private long firstOffset = -1;
    private long lastOffset = -1;
    private long lines;
    private long bytes;
    private String sha256;

    /** @param stallMaxNs without an acknowledgement for so long the run gives up; 0 never. */
    AppendRun(
            final VireoClient client,
            final long namespace,
            final LineSource source,
            final int inFlightMax,
            final long stallMaxNs) {
        this.client = client;
        this.namespace = namespace;
        this.source = source;
        this.inFlightMax = inFlightMax;
        this.stallMaxNs = stallMaxNs;
    }

    /** Sends everything and waits for every outcome. Throws {@link FailedException} if one is not ok, or none comes. */
    void run() {
        producer = Thread.currentThread();
        lastAckNs = System.nanoTime();
        try (source) {
            for (byte[] line = source.next(); line != null && !isFailed; line = source.next()) {
                if (inFlight.get() >= inFlightMax) {
                    await(inFlightMax / 2);
                }
                digest.add(line, 0, line.length);
                lines++;
                bytes += line.length;
                inFlight.incrementAndGet();
                client.submit(LogStateMachine.OPERATION_APPEND, namespace, line, this);
            }
        } catch (final IOException e) {
            throw new OperatorException("cannot read " + source.name() + ": " + Failures.text(e), e);
        }
        await(0);
        if (isFailed) {
            throw new FailedException("request " + (acknowledged + 1) + " of namespace " + namespace + ": "
                    + ClusterConnection.text(failedOutcome, failedStatus));
        }
        sha256 = digest.hex();
    }

    private void await(final int left) {
        isProducerWaiting = true;
        while (inFlight.get() > left && !isFailed) {
            LockSupport.parkNanos(this, 100_000_000L);
            final long silenceNs = System.nanoTime() - lastAckNs;
            if (stallMaxNs > 0 && silenceNs > stallMaxNs && inFlight.get() > left && !isFailed) {
                throw new FailedException("no acknowledgement for " + silenceNs / 1_000_000_000 + " s, "
                        + inFlight.get() + " requests of namespace " + namespace
                        + " are in flight and their outcome is unknown");
            }
        }
        isProducerWaiting = false;
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
        if (outcome == Outcome.OK) {
            final long count = acknowledged;
            if (count > 0) {
                longestPauseNs = Math.max(longestPauseNs, nowNs - lastAckNs);
            }
            lastOffset = reply.getLong(offset, LITTLE_ENDIAN);
            if (count == 0) {
                firstOffset = lastOffset;
            }
            lastAckNs = nowNs;
            acknowledged = count + 1;
        } else if (!isFailed) {
            failedOutcome = outcome;
            failedStatus = status;
            isFailed = true;
        }
        final int left = inFlight.decrementAndGet();
        // Waking the reader for each line would cost more than the line.
        if (isProducerWaiting && (left == inFlightMax / 2 || left == 0 || isFailed)) {
            LockSupport.unpark(producer);
        }
    }

    long namespace() {
        return namespace;
    }

    long acknowledged() {
        return acknowledged;
    }

    /** Longest time between two acknowledgements. */
    long longestPauseNs() {
        return longestPauseNs;
    }

    /** Lines taken from the source; after {@link #run}. */
    long lines() {
        return lines;
    }

    long bytes() {
        return bytes;
    }

    /** Of all lines, each followed by a newline; after {@link #run}. */
    String sha256() {
        return sha256;
    }

    /** Offsets in the namespace of the first and the last line; -1 if there was none. */
    long firstOffset() {
        return firstOffset;
    }

    long lastOffset() {
        return lastOffset;
    }
}
