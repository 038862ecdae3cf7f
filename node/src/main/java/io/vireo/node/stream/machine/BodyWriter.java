package io.vireo.node.stream.machine;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Permissions;
import io.vireo.node.stream.metadata.Connection;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/** Writes what {@link BodyReader} reads, up to a limit: behind it nothing is written, and {@link #isFull} says so until it is rewound. */
public final class BodyWriter {
    private static final int TEXT_BYTES_MAX = 0xffff;

    private final MutableDirectBuffer buffer;
    private final int start;
    private final int end;
    private int position;
    private boolean isFull;

    /** @param limit bytes from {@code offset} on that may be written. */
    BodyWriter(final MutableDirectBuffer buffer, final int offset, final int limit) {
        this.buffer = buffer;
        this.start = offset;
        this.position = offset;
        this.end = offset + limit;
    }

    /** Without a limit, for what a client sends. */
    static BodyWriter growing() {
        return new BodyWriter(new ExpandableArrayBuffer(), 0, Integer.MAX_VALUE);
    }

    /** What was written. */
    byte[] toByteArray() {
        final byte[] bytes = new byte[length()];
        buffer.getBytes(start, bytes);
        return bytes;
    }

    int length() {
        return position - start;
    }

    /** True if something did not fit. */
    boolean isFull() {
        return isFull;
    }

    /** Takes back what is behind the first {@code length} bytes. */
    void rewind(final int length) {
        position = start + length;
        isFull = false;
    }

    BodyWriter u8(final int value) {
        final int at = advance(1);
        if (at >= 0) {
            buffer.putByte(at, (byte) value);
        }
        return this;
    }

    BodyWriter u16(final int value) {
        final int at = advance(2);
        if (at >= 0) {
            buffer.putShort(at, (short) value, LITTLE_ENDIAN);
        }
        return this;
    }

    BodyWriter u32(final int value) {
        final int at = advance(4);
        if (at >= 0) {
            buffer.putInt(at, value, LITTLE_ENDIAN);
        }
        return this;
    }

    BodyWriter u64(final long value) {
        final int at = advance(8);
        if (at >= 0) {
            buffer.putLong(at, value, LITTLE_ENDIAN);
        }
        return this;
    }

    BodyWriter bool(final boolean value) {
        return u8(value ? 1 : 0);
    }

    /** Sets a number that was written {@code length} bytes behind the start. */
    void u32At(final int length, final int value) {
        buffer.putInt(start + length, value, LITTLE_ENDIAN);
    }

    /** @throws IllegalArgumentException if it has more than 65,535 bytes in UTF-8. */
    BodyWriter text(final String text) {
        final byte[] bytes = text.getBytes(UTF_8);
        if (bytes.length > TEXT_BYTES_MAX) {
            throw new IllegalArgumentException("a text of " + bytes.length + " bytes, at most " + TEXT_BYTES_MAX);
        }
        u16(bytes.length);
        final int at = advance(bytes.length);
        if (at >= 0) {
            buffer.putBytes(at, bytes);
        }
        return this;
    }

    BodyWriter connection(final Connection connection) {
        return u32(connection.node()).u64(connection.start()).u32(connection.client());
    }

    BodyWriter id(final Identifier identifier) {
        return identifier.isNumeric()
                ? u8(BodyReader.ID_NUMBER).u32(identifier.number())
                : u8(BodyReader.ID_NAME).text(identifier.name());
    }

    /** @param permissions null for none. */
    BodyWriter permissions(final Permissions permissions) {
        bool(permissions != null);
        if (permissions != null) {
            u32(permissions.global()).u32(permissions.streams().size());
            permissions.streams().forEach((stream, ofStream) -> {
                u32(stream).u32(ofStream.set()).u32(ofStream.topics().size());
                ofStream.topics().forEach((topic, set) -> u32(topic).u32(set));
            });
        }
        return this;
    }

    private int advance(final int length) {
        if (isFull || length > end - position) {
            isFull = true;
            return -1;
        }
        final int at = position;
        position += length;
        return at;
    }
}
