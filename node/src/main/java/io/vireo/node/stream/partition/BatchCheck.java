package io.vireo.node.stream.partition;

import org.agrona.DirectBuffer;

/**
 * Checks the bytes of a batch; total functions. The state machine calls {@link #whole} when it applies, because a batch may come from any
 * client of the cluster and not only from a gateway, which forms it with {@link BatchBuilder}: what is none is refused there, by all replicas
 * alike, and what is stored every reader can read. That costs about as much as the copy that applying makes (docs/PERFORMANCE.md).
 */
public final class BatchCheck {
    private final BatchFlyweight batch = new BatchFlyweight();
    private final FrameCursor frames = new FrameCursor();

    private BatchFault header(final DirectBuffer buffer, final int offset, final int length) {
        final BatchFault fault = fields(buffer, offset, length);
        if (fault != BatchFault.NONE) {
            return fault;
        }
        return batch.baseOffset() == 0 && batch.baseTimestamp() == 0 ? BatchFault.NONE : BatchFault.STAMPED;
    }

    /** Looks at every byte. */
    public BatchFault whole(final DirectBuffer buffer, final int offset, final int length) {
        final BatchFault fault = header(buffer, offset, length);
        if (fault != BatchFault.NONE) {
            return fault;
        }
        if (batch.checksum() != batch.computeChecksum(length)) {
            return BatchFault.CHECKSUM;
        }
        frames.wrap(buffer, offset, length);
        while (frames.next()) {
            // Until the end, or the first frame that is none.
        }
        return frames.isAtEnd() && frames.passed() == batch.count() ? BatchFault.NONE : BatchFault.FRAMES;
    }

    /** Whether this is the batch that was stored: header and checksum, stamped or not. */
    boolean isIntact(final DirectBuffer buffer, final int offset, final int length) {
        return fields(buffer, offset, length) == BatchFault.NONE && batch.checksum() == batch.computeChecksum(length);
    }

    private BatchFault fields(final DirectBuffer buffer, final int offset, final int length) {
        if (length < BatchFlyweight.LENGTH_MIN) {
            return BatchFault.TOO_SHORT;
        }
        batch.wrap(buffer, offset);
        if (batch.length() != length) {
            return BatchFault.LENGTH;
        }
        final int countMax = (length - BatchFlyweight.HEADER_LENGTH) / FrameCursor.HEADER_LENGTH;
        return batch.count() >= 1 && batch.count() <= countMax ? BatchFault.NONE : BatchFault.COUNT;
    }
}
