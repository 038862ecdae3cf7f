package io.vireo.node.stream.partition;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import net.openhft.hashing.LongHashFunction;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Messages in a row: as the gateway forms them, as they stand in a segment, and as a poll is answered. Applying a batch stamps base offset
 * and base timestamp and touches nothing else, which is why both lie outside the checksum. All little-endian.
 *
 * <pre>
 *  0  checksum         u64   XXH3-64 of all bytes from originTimestamp on
 *  8  baseOffset       u64   of the first message, the others follow densely; 0 until applied
 * 16  baseTimestamp    u64   microseconds since 1970, of all its messages; 0 until applied
 * 24  originTimestamp  u64   microseconds, by the producer's clock
 * 32  length           u32   bytes of the batch with this header
 * 36  count            u32   messages, at least 1
 * 40  frames           one per message, see {@link FrameCursor}
 * </pre>
 */
public final class BatchFlyweight {
    public static final int HEADER_LENGTH = 40;
    public static final int BASE_OFFSET_OFFSET = 8;
    public static final int BASE_TIMESTAMP_OFFSET = 16;
    public static final int LENGTH_OFFSET = 32;
    public static final int COUNT_OFFSET = 36;
    /** Fewest bytes of a batch: one message without payload. */
    public static final int LENGTH_MIN = HEADER_LENGTH + FrameCursor.HEADER_LENGTH;

    private static final int CHECKSUM_OFFSET = 0;
    private static final int ORIGIN_TIMESTAMP_OFFSET = 24;
    private static final int CHECKED_OFFSET = ORIGIN_TIMESTAMP_OFFSET;
    private static final LongHashFunction XXH3 = LongHashFunction.xx3();

    private DirectBuffer buffer;
    private int start;

    /** Wraps a batch to be read, of which there is at least the header. */
    public BatchFlyweight wrap(final DirectBuffer newBuffer, final int offset) {
        newBuffer.boundsCheck(offset, HEADER_LENGTH);
        buffer = newBuffer;
        start = offset;
        return this;
    }

    public long checksum() {
        return buffer.getLong(start + CHECKSUM_OFFSET, LITTLE_ENDIAN);
    }

    public long baseOffset() {
        return buffer.getLong(start + BASE_OFFSET_OFFSET, LITTLE_ENDIAN);
    }

    /** Microseconds since 1970. */
    public long baseTimestamp() {
        return buffer.getLong(start + BASE_TIMESTAMP_OFFSET, LITTLE_ENDIAN);
    }

    /** Microseconds since 1970. */
    public long originTimestamp() {
        return buffer.getLong(start + ORIGIN_TIMESTAMP_OFFSET, LITTLE_ENDIAN);
    }

    /** In bytes; negative where the field says 2^31 and more. */
    public int length() {
        return buffer.getInt(start + LENGTH_OFFSET, LITTLE_ENDIAN);
    }

    /** Messages; negative where the field says 2^31 and more. */
    public int count() {
        return buffer.getInt(start + COUNT_OFFSET, LITTLE_ENDIAN);
    }

    /** What {@link #checksum} has to be, of a batch that has {@code length} bytes in the buffer. */
    public long computeChecksum(final int length) {
        final int offset = start + CHECKED_OFFSET;
        final int hashed = length - CHECKED_OFFSET;
        buffer.boundsCheck(offset, hashed);
        final byte[] array = buffer.byteArray();
        return array != null
                ? XXH3.hashBytes(array, buffer.wrapAdjustment() + offset, hashed)
                : XXH3.hashMemory(buffer.addressOffset() + offset, hashed);
    }

    /** Writes the header before frames that are there, checksum included. Leaves this flyweight on the batch. */
    void putHeader(
            final MutableDirectBuffer target,
            final int at,
            final long baseOffset,
            final long baseTimestamp,
            final long originTimestamp,
            final int length,
            final int count) {
        stamp(target, at, baseOffset, baseTimestamp);
        target.putLong(at + ORIGIN_TIMESTAMP_OFFSET, originTimestamp, LITTLE_ENDIAN);
        target.putInt(at + LENGTH_OFFSET, length, LITTLE_ENDIAN);
        target.putInt(at + COUNT_OFFSET, count, LITTLE_ENDIAN);
        wrap(target, at);
        target.putLong(at + CHECKSUM_OFFSET, computeChecksum(length), LITTLE_ENDIAN);
    }

    /** Sets what the partition group decides; the checksum stays valid. */
    static void stamp(final MutableDirectBuffer header, final int at, final long baseOffset, final long baseTimestamp) {
        header.putLong(at + BASE_OFFSET_OFFSET, baseOffset, LITTLE_ENDIAN);
        header.putLong(at + BASE_TIMESTAMP_OFFSET, baseTimestamp, LITTLE_ENDIAN);
    }
}
