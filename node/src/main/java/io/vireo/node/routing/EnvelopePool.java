package io.vireo.node.routing;

import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * The envelopes of one shard that sends: bounds how many frames and bytes are on their way from it, which is all the back-pressure there is
 * between shards, and makes the steady state free of allocation. The sender takes; whoever has read an envelope gives it back, on its own
 * thread.
 */
final class EnvelopePool {
    /** Frames of one shard that others have not read yet. */
    static final int ENVELOPES_MAX = 1024;
    /** Bytes of these frames. */
    static final long IN_FLIGHT_BYTES_MAX = 64L << 20;
    /** Bytes of the buffers that are kept for the next frames. */
    static final long KEPT_BYTES_MAX = 8L << 20;

    private final MpscVarHandleArrayQueue<Envelope> returned = new MpscVarHandleArrayQueue<>(ENVELOPES_MAX);
    /** Envelopes that are here and ready, a stack. */
    private final Envelope[] free = new Envelope[ENVELOPES_MAX];

    private int freeCount;
    private int madeCount;
    private long inFlightBytes;
    private long keptBytes;

    /** An envelope for a frame of this length; null if there is too much on its way. The sender's thread. */
    Envelope take(final int length) {
        collect();
        if (inFlightBytes + length > IN_FLIGHT_BYTES_MAX) {
            return null;
        }
        final Envelope envelope;
        if (freeCount > 0) {
            envelope = free[--freeCount];
            keptBytes -= envelope.frame.capacity();
        } else if (madeCount < ENVELOPES_MAX) {
            madeCount++;
            envelope = new Envelope(this);
        } else {
            return null;
        }
        envelope.length = length;
        inFlightBytes += length;
        return envelope;
    }

    /** The envelope has been read, or was never queued. Any thread. */
    void giveBack(final Envelope envelope) {
        if (!returned.offer(envelope)) {
            throw new IllegalStateException("an envelope was given back twice: there are no more than fit");
        }
    }

    /** Bytes that others have not given back yet, as far as this shard has looked. The sender's thread. */
    long inFlightBytes() {
        collect();
        return inFlightBytes;
    }

    private void collect() {
        for (Envelope envelope = returned.poll(); envelope != null; envelope = returned.poll()) {
            inFlightBytes -= envelope.length;
            if (keptBytes + envelope.frame.capacity() > KEPT_BYTES_MAX) {
                envelope.releaseMemory();
            }
            keptBytes += envelope.frame.capacity();
            free[freeCount++] = envelope;
        }
    }
}
