package io.vireo.node.iggy;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.node.stream.Identifier;
import org.agrona.DirectBuffer;

/** An {@link Identifier} that still lies in its request: looked at without garbage, valid as long as the bytes are. */
public final class IdentifierFlyweight {
    private DirectBuffer buffer;
    private int offset;
    private int length;
    private boolean isNumeric;

    void wrap(final DirectBuffer newBuffer, final int newOffset, final int newLength, final boolean newIsNumeric) {
        buffer = newBuffer;
        offset = newOffset;
        length = newLength;
        isNumeric = newIsNumeric;
    }

    public boolean isNumeric() {
        return isNumeric;
    }

    /** Unsigned; stands if it is numeric. */
    public int number() {
        return buffer.getInt(offset, LITTLE_ENDIAN);
    }

    public DirectBuffer buffer() {
        return buffer;
    }

    /** Of the value in the buffer. */
    public int offset() {
        return offset;
    }

    /** Of the value in bytes. */
    public int length() {
        return length;
    }

    public Identifier toIdentifier() {
        return isNumeric ? Identifier.of(number()) : Identifier.of(buffer.getStringWithoutLengthUtf8(offset, length));
    }
}
