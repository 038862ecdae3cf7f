package io.vireo.node.stream.partition;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * Goes through the messages of a batch, whatever the bytes are: it never leaves the batch and never throws. All little-endian.
 *
 * <pre>
 *  0  length             u32   bytes of the frame with this header
 *  4  userHeadersLength  u32
 *  8  id                 u128
 * 24  originDelta        u64   added to the batch's originTimestamp, modulo 2^64: producers' clocks jump
 * 32  payload, user headers
 * </pre>
 *
 * The offset of a message is the batch's base offset and its place in the batch; its timestamp is the batch's.
 */
public final class FrameCursor {
    public static final int HEADER_LENGTH = 32;

    static final int LENGTH_OFFSET = 0;
    static final int USER_HEADERS_LENGTH_OFFSET = 4;
    static final int ID_OFFSET = 8;
    static final int ORIGIN_DELTA_OFFSET = 24;

    private DirectBuffer buffer;
    private int end;
    private int next;
    private int frame;
    private int length;
    private int passed;

    /** Before the first message of a batch that has {@code batchLength} bytes in the buffer, header included. */
    public FrameCursor wrap(final DirectBuffer newBuffer, final int batchOffset, final int batchLength) {
        newBuffer.boundsCheck(batchOffset, batchLength);
        buffer = newBuffer;
        end = batchOffset + batchLength;
        next = batchOffset + BatchFlyweight.HEADER_LENGTH;
        passed = 0;
        return this;
    }

    /** Goes to the next message; false at the end of the batch and where the bytes are no frame, see {@link #isAtEnd}. */
    public boolean next() {
        if (end - next < HEADER_LENGTH) {
            return false;
        }
        final int frameLength = buffer.getInt(next + LENGTH_OFFSET, LITTLE_ENDIAN);
        final int headersLength = buffer.getInt(next + USER_HEADERS_LENGTH_OFFSET, LITTLE_ENDIAN);
        if (frameLength < HEADER_LENGTH
                || frameLength > end - next
                || headersLength < 0
                || headersLength > frameLength - HEADER_LENGTH) {
            return false;
        }
        frame = next;
        length = frameLength;
        next += frameLength;
        passed++;
        return true;
    }

    /** True if every byte of the batch belongs to a frame that was passed. */
    public boolean isAtEnd() {
        return next == end;
    }

    /** Messages passed, the present one included. */
    public int passed() {
        return passed;
    }

    /** Where the present frame begins in the buffer. */
    public int offset() {
        return frame;
    }

    /** Bytes of the present frame. */
    public int length() {
        return length;
    }

    public long idLo() {
        return buffer.getLong(frame + ID_OFFSET, LITTLE_ENDIAN);
    }

    public long idHi() {
        return buffer.getLong(frame + ID_OFFSET + 8, LITTLE_ENDIAN);
    }

    /** To be added to the batch's. */
    public long originDelta() {
        return buffer.getLong(frame + ORIGIN_DELTA_OFFSET, LITTLE_ENDIAN);
    }

    /** In the buffer; user headers follow the payload. */
    public int payloadOffset() {
        return frame + HEADER_LENGTH;
    }

    public int payloadLength() {
        return length - HEADER_LENGTH - userHeadersLength();
    }

    public int userHeadersLength() {
        return buffer.getInt(frame + USER_HEADERS_LENGTH_OFFSET, LITTLE_ENDIAN);
    }
}
