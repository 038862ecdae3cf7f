package io.vireo.node.stream.partition;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Forms one batch after the other: {@link #begin}, {@link #add} for each message, {@link #end}. Knows no protocol; one per gateway. */
public final class BatchBuilder {
    private final BatchFlyweight batch = new BatchFlyweight();
    private MutableDirectBuffer buffer;
    private int start;
    private int end;
    private int position;
    private int count;
    private long originTimestamp;

    /** @param lengthMax bytes that the batch may take in the buffer, at least those of its header. */
    public void begin(final MutableDirectBuffer newBuffer, final int offset, final int lengthMax) {
        buffer = newBuffer;
        start = offset;
        end = offset + lengthMax;
        position = offset + BatchFlyweight.HEADER_LENGTH;
        count = 0;
    }

    /**
     * Adds a message, or nothing if it does not fit.
     *
     * @param body payload with the user headers behind it, {@code payloadLength + userHeadersLength} bytes.
     * @return whether it fits.
     */
    public boolean add(
            final long idLo,
            final long idHi,
            final long messageOriginTimestamp,
            final DirectBuffer body,
            final int bodyOffset,
            final int payloadLength,
            final int userHeadersLength) {
        final long frameLength = (long) FrameCursor.HEADER_LENGTH + payloadLength + userHeadersLength;
        if (frameLength > end - position) {
            return false;
        }
        if (count == 0) {
            originTimestamp = messageOriginTimestamp;
        }
        buffer.putInt(position + FrameCursor.LENGTH_OFFSET, (int) frameLength, LITTLE_ENDIAN);
        buffer.putInt(position + FrameCursor.USER_HEADERS_LENGTH_OFFSET, userHeadersLength, LITTLE_ENDIAN);
        buffer.putLong(position + FrameCursor.ID_OFFSET, idLo, LITTLE_ENDIAN);
        buffer.putLong(position + FrameCursor.ID_OFFSET + 8, idHi, LITTLE_ENDIAN);
        buffer.putLong(
                position + FrameCursor.ORIGIN_DELTA_OFFSET, messageOriginTimestamp - originTimestamp, LITTLE_ENDIAN);
        buffer.putBytes(position + FrameCursor.HEADER_LENGTH, body, bodyOffset, payloadLength + userHeadersLength);
        position += (int) frameLength;
        count++;
        return true;
    }

    /** Messages added since {@link #begin}. */
    public int count() {
        return count;
    }

    /** Writes the header of a batch of at least one message and returns the batch's length in bytes. */
    public int end() {
        batch.putHeader(buffer, start, 0, 0, originTimestamp, position - start, count);
        return position - start;
    }
}
