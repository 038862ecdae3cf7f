package io.vireo.journal.wal;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Consecutive prepare headers, 256 bytes each, newest first, from {@code headOp} downwards, as a StartView and a DoViewChange carry them.
 * A header of zeros stands for an op whose header its sender did not know.
 */
public record HeaderRun(long headOp, MutableDirectBuffer headers, int offset, int count) {
    /** A log without prepares above {@code op}. */
    public static HeaderRun empty(final long op) {
        return new HeaderRun(op, new UnsafeBuffer(new byte[0]), 0, 0);
    }

    /** Lowest op of the run; above {@link #headOp} if it is empty. */
    public long lowOp() {
        return headOp - count + 1;
    }

    /** The header of {@code op}, or null outside of the run and for a blank. */
    HeaderRef header(final long op) {
        if (op > headOp || op < lowOp()) {
            return null;
        }
        final int at = offset + (int) (headOp - op) * HeaderFlyweight.HEADER_LENGTH;
        for (int i = 0; i < HeaderFlyweight.HEADER_LENGTH; i += Long.BYTES) {
            if (headers.getLong(at + i) != 0) {
                return new HeaderRef(headers, at);
            }
        }
        return null;
    }
}
