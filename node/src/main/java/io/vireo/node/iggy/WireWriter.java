package io.vireo.node.iggy;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.node.stream.Identifier;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Writes a response from front to back into a buffer that grows or is large enough: {@link #begin}, the records, {@link #end}. One per
 * gateway. A client writes the payload of a request by it, behind a header of the same length.
 */
public final class WireWriter {
    private static final int STR8_MAX = 255;

    private MutableDirectBuffer buffer;
    private int start;
    private int position;

    /** Leaves room for the header of a response. */
    public WireWriter begin(final MutableDirectBuffer newBuffer, final int offset) {
        buffer = newBuffer;
        start = offset;
        position = offset + LegacyFrame.HEADER_LENGTH;
        return this;
    }

    /** Writes the header of a success and returns the length of the response in bytes. */
    public int end() {
        LegacyFrame.putOk(buffer, start, position - start - LegacyFrame.HEADER_LENGTH);
        return position - start;
    }

    /** Offset in the buffer of the next byte. */
    public int position() {
        return position;
    }

    public void u8(final int value) {
        buffer.putByte(position, (byte) value);
        position += 1;
    }

    public void u16(final int value) {
        buffer.putShort(position, (short) value, LITTLE_ENDIAN);
        position += 2;
    }

    public void u32(final int value) {
        buffer.putInt(position, value, LITTLE_ENDIAN);
        position += 4;
    }

    public void u64(final long value) {
        buffer.putLong(position, value, LITTLE_ENDIAN);
        position += 8;
    }

    public void f32(final float value) {
        buffer.putFloat(position, value, LITTLE_ENDIAN);
        position += 4;
    }

    public void bool(final boolean value) {
        u8(value ? 1 : 0);
    }

    /**
     * Text behind a length of one byte. The Java SDK 0.8.0 takes this length for a signed number: a text of 128 bytes and more breaks
     * its connection.
     *
     * @throws IllegalArgumentException if the text has more than 255 bytes.
     */
    public void str8(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > STR8_MAX) {
            throw new IllegalArgumentException("text of " + bytes.length + " bytes, at most " + STR8_MAX + " fit");
        }
        u8(bytes.length);
        put(bytes);
    }

    /** Text behind a length of four bytes. */
    public void str32(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        u32(bytes.length);
        put(bytes);
    }

    /** An identifier behind its kind and its length. @throws IllegalArgumentException if a name has more than 255 bytes. */
    public void id(final Identifier identifier) {
        if (identifier.isNumeric()) {
            u8(WireReader.KIND_NUMERIC);
            u8(Integer.BYTES);
            u32(identifier.number());
        } else {
            u8(WireReader.KIND_STRING);
            str8(identifier.name());
        }
    }

    /** Copies bytes as they are. */
    public void bytes(final byte[] source) {
        put(source);
    }

    /** Copies bytes as they are. */
    public void bytes(final DirectBuffer source, final int offset, final int length) {
        buffer.putBytes(position, source, offset, length);
        position += length;
    }

    /** Sets a number of 32 bits that was written before. */
    void u32At(final int offset, final int value) {
        buffer.putInt(offset, value, LITTLE_ENDIAN);
    }

    private void put(final byte[] bytes) {
        buffer.putBytes(position, bytes);
        position += bytes.length;
    }
}
