package io.vireo.node.routing;

import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * The envelopes of one shard that sends to one other: bounds how many frames and bytes are on their way to it, which is all the back-pressure
 * there is between shards, and makes the steady state free of allocation. A pool per destination, so that a slow one starves no other; and
 * requests take at most half of it, because an answer that finds no place is work done for nothing, while a request is refused and comes
 * again. The sender takes; whoever has read an envelope gives it back, on its own thread.
 */
final class EnvelopePool {
    /** Frames from one shard that another has not read yet. */
    static final int ENVELOPES_MAX = 1024;
    /** Bytes of these frames. */
    static final long IN_FLIGHT_BYTES_MAX = 32L << 20;
    /** Buffers up to this many bytes are always kept: all of them together are no more than a burst of large ones may leave. */
    static final int SMALL_MAX = 8 << 10;
    /** Bytes of larger buffers that are kept for the next frames. */
    static final long KEPT_BYTES_MAX = 8L << 20;

    private final MpscVarHandleArrayQueue<Envelope> returned = new MpscVarHandleArrayQueue<>(ENVELOPES_MAX);
    /** Envelopes that are here and have a small buffer or none, a stack. */
    private final Envelope[] small = new Envelope[ENVELOPES_MAX];
    /** Those with a larger one, apart, so that a small frame does not occupy it. */
    private final Envelope[] large = new Envelope[ENVELOPES_MAX];

    private int smallCount;
    private int largeCount;
    private int madeCount;
    private int inFlight;
    private long inFlightBytes;
    private long keptBytes;

    /**
     * An envelope for a frame of this length; null if there is too much on its way. The sender's thread.
     *
     * @param isAnswer may take all that there is, a request only half.
     */
    Envelope take(final int length, final boolean isAnswer) {
        collect();
        final int share = isAnswer ? 1 : 2;
        if (inFlight >= ENVELOPES_MAX / share || inFlightBytes + length > IN_FLIGHT_BYTES_MAX / share) {
            return null;
        }
        final Envelope envelope = length > SMALL_MAX ? takeLarge() : takeSmall();
        envelope.length = length;
        inFlight++;
        inFlightBytes += length;
        return envelope;
    }

    private Envelope takeSmall() {
        if (smallCount > 0) {
            return small[--smallCount];
        }
        return madeCount < ENVELOPES_MAX ? make() : popLarge();
    }

    private Envelope takeLarge() {
        if (largeCount > 0) {
            return popLarge();
        }
        return madeCount < ENVELOPES_MAX ? make() : small[--smallCount];
    }

    private Envelope popLarge() {
        final Envelope envelope = large[--largeCount];
        keptBytes -= envelope.frame.capacity();
        return envelope;
    }

    private Envelope make() {
        madeCount++;
        return new Envelope(this);
    }

    /** The envelope has been read, or was never queued. Any thread. */
    void giveBack(final Envelope envelope) {
        if (!returned.offer(envelope)) {
            throw new IllegalStateException("an envelope was given back twice: there are no more than fit");
        }
    }

    /** Bytes that have not been given back yet, as far as this shard has looked. The sender's thread. */
    long inFlightBytes() {
        collect();
        return inFlightBytes;
    }

    private void collect() {
        for (Envelope envelope = returned.poll(); envelope != null; envelope = returned.poll()) {
            inFlight--;
            inFlightBytes -= envelope.length;
            final int capacity = envelope.frame.capacity();
            if (capacity > SMALL_MAX && keptBytes + capacity <= KEPT_BYTES_MAX) {
                keptBytes += capacity;
                large[largeCount++] = envelope;
                continue;
            }
            if (capacity > SMALL_MAX) {
                envelope.releaseMemory();
            }
            small[smallCount++] = envelope;
        }
    }
}
