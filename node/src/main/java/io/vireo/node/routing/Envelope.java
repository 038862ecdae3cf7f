package io.vireo.node.routing;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One frame on its way from a shard to another, copied. Belongs for ever to the {@link EnvelopePool} of the shard that sends it, for the one that gets it; passive.
 * Written before it is queued, read after it was taken from the queue, and written again only after it came back: never by two at a time.
 */
final class Envelope {
    /** What the receiver does with the frame. */
    enum Kind {
        /** A client's frame for a group of the receiver. */
        TO_GROUP,
        /** An answer for a client that is at the receiver. */
        TO_CLIENT,
        /** For all clients that are at the receiver. */
        TO_CLIENTS
    }

    private static final int CAPACITY_MIN = 512;
    private static final byte[] NOTHING = new byte[0];

    final EnvelopePool pool;
    final UnsafeBuffer frame = new UnsafeBuffer(NOTHING);
    Kind kind;
    /** The shard that sends. */
    int from;

    int group;
    long clientLo;
    long clientHi;
    int length;

    Envelope(final EnvelopePool pool) {
        this.pool = pool;
    }

    void copy(final DirectBuffer buffer, final int offset, final int frameLength) {
        if (frame.capacity() < frameLength) {
            frame.wrap(new byte[Math.max(CAPACITY_MIN, Integer.highestOneBit(frameLength - 1) << 1)]);
        }
        frame.putBytes(0, buffer, offset, frameLength);
        length = frameLength;
    }

    void releaseMemory() {
        frame.wrap(NOTHING);
    }
}
