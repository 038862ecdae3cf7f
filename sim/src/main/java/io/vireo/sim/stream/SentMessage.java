package io.vireo.sim.stream;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.sim.audit.StreamHistory.Message;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The payload of a message of the workload: unique, and it says whose it is and where it was sent. All little-endian.
 *
 * <pre>
 *  0  client      u32
 *  4  connection  u32   of the client, counted
 *  8  sequence    u64   of the client, rises with every message
 * 16  stream      u16   its name is s and this number
 * 18  topic       u16   its name is t and this number
 * 20  checksum    u32   CRC-32C of all other bytes
 * 24  filler
 * </pre>
 */
final class SentMessage {
    static final int LENGTH_MIN = 24;

    private static final int CONNECTION_OFFSET = 4;
    private static final int SEQUENCE_OFFSET = 8;
    private static final int STREAM_OFFSET = 16;
    private static final int TOPIC_OFFSET = 18;
    private static final int CHECKSUM_OFFSET = 20;

    private SentMessage() {}

    static byte[] payload(final Message message, final int stream, final int topic, final int length) {
        final byte[] bytes = new byte[Math.max(LENGTH_MIN, length)];
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        buffer.putInt(0, message.client(), LITTLE_ENDIAN);
        buffer.putInt(CONNECTION_OFFSET, message.connection(), LITTLE_ENDIAN);
        buffer.putLong(SEQUENCE_OFFSET, message.sequence(), LITTLE_ENDIAN);
        buffer.putShort(STREAM_OFFSET, (short) stream, LITTLE_ENDIAN);
        buffer.putShort(TOPIC_OFFSET, (short) topic, LITTLE_ENDIAN);
        for (int i = LENGTH_MIN; i < bytes.length; i++) {
            bytes[i] = (byte) (message.sequence() * 31 + i);
        }
        buffer.putInt(CHECKSUM_OFFSET, checksum(buffer, 0, bytes.length), LITTLE_ENDIAN);
        return bytes;
    }

    static boolean isIntact(final DirectBuffer buffer, final int offset, final int length) {
        return length >= LENGTH_MIN
                && buffer.getInt(offset + CHECKSUM_OFFSET, LITTLE_ENDIAN) == checksum(buffer, offset, length);
    }

    /** Of at least {@link #LENGTH_MIN} bytes. */
    static Message message(final DirectBuffer buffer, final int offset) {
        return new Message(
                buffer.getInt(offset, LITTLE_ENDIAN),
                buffer.getInt(offset + CONNECTION_OFFSET, LITTLE_ENDIAN),
                buffer.getLong(offset + SEQUENCE_OFFSET, LITTLE_ENDIAN));
    }

    static int stream(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + STREAM_OFFSET, LITTLE_ENDIAN);
    }

    static int topic(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + TOPIC_OFFSET, LITTLE_ENDIAN);
    }

    private static int checksum(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, CHECKSUM_OFFSET);
        crc.update(bytes, LENGTH_MIN, length - LENGTH_MIN);
        return (int) crc.getValue();
    }
}
