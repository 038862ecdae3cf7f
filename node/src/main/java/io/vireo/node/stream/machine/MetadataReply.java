package io.vireo.node.stream.machine;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What a command that took effect answers: all a gateway cannot know beforehand. Names and settings it has from the request.
 *
 * <pre>
 *    0  number       u32   of what was created, or how many things were done; 0 where neither
 *    4  zero         u32
 *    8  time         u64   of the op, microseconds since the epoch: when it was created
 *   16  incarnation  u64   the highest given: what the command ended has one that is not above it
 * </pre>
 *
 * @param timestampMicros since the epoch.
 */
public record MetadataReply(int number, long timestampMicros, long incarnation) {
    public static final int LENGTH = 24;

    void writeTo(final MutableDirectBuffer buffer, final int offset) {
        buffer.putInt(offset, number, LITTLE_ENDIAN);
        buffer.putInt(offset + 4, 0, LITTLE_ENDIAN);
        buffer.putLong(offset + 8, timestampMicros, LITTLE_ENDIAN);
        buffer.putLong(offset + 16, incarnation, LITTLE_ENDIAN);
    }

    /** @param offset of {@link #LENGTH} bytes. */
    public static MetadataReply read(final DirectBuffer buffer, final int offset) {
        return new MetadataReply(
                buffer.getInt(offset, LITTLE_ENDIAN),
                buffer.getLong(offset + 8, LITTLE_ENDIAN),
                buffer.getLong(offset + 16, LITTLE_ENDIAN));
    }
}
