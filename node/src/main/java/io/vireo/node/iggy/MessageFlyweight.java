package io.vireo.node.iggy;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import net.openhft.hashing.LongHashFunction;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A message of the legacy framing: the same bytes in a send and in the answer to a poll. The payload comes before the user headers.
 *
 * <pre>
 *   0  checksum           u64   XXH3-64 of all bytes behind it; 0 from producers
 *   8  id                 u128  0 if the server is to choose one
 *  24  offset             u64   0 from producers
 *  32  timestamp          u64   microseconds; 0 from producers
 *  40  originTimestamp    u64   microseconds, by the producer's clock
 *  48  userHeadersLength  u32
 *  52  payloadLength      u32
 *  56  reserved           u64   0
 *  64  payload, user headers
 * </pre>
 */
public final class MessageFlyweight {
    public static final int HEADER_LENGTH = 64;

    private static final int CHECKSUM = 0;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int ID = 8;
    private static final int OFFSET = 24;
    private static final int TIMESTAMP = 32;
    private static final int ORIGIN_TIMESTAMP = 40;
    private static final int USER_HEADERS_LENGTH = 48;
    private static final int PAYLOAD_LENGTH = 52;
    private static final int RESERVED = 56;

    private static final LongHashFunction XXH3 = LongHashFunction.xx3();

    private DirectBuffer buffer;
    private int start;

    /** Wraps a message to be read. */
    public MessageFlyweight wrap(final DirectBuffer newBuffer, final int offset) {
        newBuffer.boundsCheck(offset, HEADER_LENGTH);
        buffer = newBuffer;
        start = offset;
        return this;
    }

    public long checksum() {
        return u64(CHECKSUM);
    }

    public long idLo() {
        return u64(ID);
    }

    public long idHi() {
        return u64(ID + 8);
    }

    public long offset() {
        return u64(OFFSET);
    }

    /** Microseconds since 1970. */
    public long timestamp() {
        return u64(TIMESTAMP);
    }

    /** Microseconds since 1970. */
    public long originTimestamp() {
        return u64(ORIGIN_TIMESTAMP);
    }

    /** In bytes, unsigned as it stands. */
    public long userHeadersLength() {
        return u32(USER_HEADERS_LENGTH);
    }

    /** In bytes, unsigned as it stands. */
    public long payloadLength() {
        return u32(PAYLOAD_LENGTH);
    }

    /** Bytes of header, payload and user headers as the header has it, up to 2^33. */
    public long length() {
        return HEADER_LENGTH + payloadLength() + userHeadersLength();
    }

    /** In the buffer. */
    public int payloadOffset() {
        return start + HEADER_LENGTH;
    }

    /** In the buffer. */
    public int userHeadersOffset() {
        return payloadOffset() + (int) payloadLength();
    }

    /** What {@link #checksum} has to be, of a message whose bytes are all there. */
    public long computeChecksum() {
        final int offset = start + CHECKSUM_LENGTH;
        final int hashed = (int) length() - CHECKSUM_LENGTH;
        buffer.boundsCheck(offset, hashed);
        final byte[] array = buffer.byteArray();
        return array != null
                ? XXH3.hashBytes(array, buffer.wrapAdjustment() + offset, hashed)
                : XXH3.hashMemory(buffer.addressOffset() + offset, hashed);
    }

    /** Writes all of the header but its checksum, which {@link #putChecksum} adds when payload and user headers are there. */
    public static void putHeader(
            final MutableDirectBuffer buffer,
            final int at,
            final long idLo,
            final long idHi,
            final long offset,
            final long timestamp,
            final long originTimestamp,
            final int userHeadersLength,
            final int payloadLength) {
        buffer.putLong(at + CHECKSUM, 0, LITTLE_ENDIAN);
        buffer.putLong(at + ID, idLo, LITTLE_ENDIAN);
        buffer.putLong(at + ID + 8, idHi, LITTLE_ENDIAN);
        buffer.putLong(at + OFFSET, offset, LITTLE_ENDIAN);
        buffer.putLong(at + TIMESTAMP, timestamp, LITTLE_ENDIAN);
        buffer.putLong(at + ORIGIN_TIMESTAMP, originTimestamp, LITTLE_ENDIAN);
        buffer.putInt(at + USER_HEADERS_LENGTH, userHeadersLength, LITTLE_ENDIAN);
        buffer.putInt(at + PAYLOAD_LENGTH, payloadLength, LITTLE_ENDIAN);
        buffer.putLong(at + RESERVED, 0, LITTLE_ENDIAN);
    }

    /** Seals the message that begins there; returns its length in bytes. Leaves this flyweight on it. */
    public int putChecksum(final MutableDirectBuffer target, final int at) {
        wrap(target, at);
        target.putLong(at + CHECKSUM, computeChecksum(), LITTLE_ENDIAN);
        return (int) length();
    }

    private long u64(final int field) {
        return buffer.getLong(start + field, LITTLE_ENDIAN);
    }

    private long u32(final int field) {
        return buffer.getInt(start + field, LITTLE_ENDIAN) & 0xffff_ffffL;
    }
}
