package io.vireo.node.iggy;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.node.stream.Identifier;
import org.agrona.DirectBuffer;

/**
 * Reads the primitives of a request from front to back, none beyond its end. A field that is not there or not allowed ends in a
 * {@link WireException}. One per gateway; allocates only where it returns an object.
 */
public final class WireReader {
    static final int KIND_NUMERIC = 1;
    static final int KIND_STRING = 2;

    private final IdentifierFlyweight identifier = new IdentifierFlyweight();
    private DirectBuffer buffer;
    private int position;
    private int limit;

    public WireReader wrap(final DirectBuffer newBuffer, final int offset, final int length) {
        newBuffer.boundsCheck(offset, length);
        buffer = newBuffer;
        position = offset;
        limit = offset + length;
        return this;
    }

    public DirectBuffer buffer() {
        return buffer;
    }

    /** Offset in the buffer of the next byte. */
    public int position() {
        return position;
    }

    /** In bytes. */
    public int remaining() {
        return limit - position;
    }

    public int u8() throws WireException {
        return buffer.getByte(skip(1)) & 0xff;
    }

    public long u32() throws WireException {
        return u32Bits() & 0xffff_ffffL;
    }

    /** An unsigned number of 32 bits as the int of the same bits: for what is compared, not counted. */
    public int u32Bits() throws WireException {
        return buffer.getInt(skip(4), LITTLE_ENDIAN);
    }

    public long u64() throws WireException {
        return buffer.getLong(skip(8), LITTLE_ENDIAN);
    }

    public boolean bool() throws WireException {
        final int value = u8();
        if (value > 1) {
            throw invalid("a flag is " + value);
        }
        return value == 1;
    }

    /** Text behind a length of one byte, 0 to 255 bytes. */
    public String str8() throws WireException {
        return string(u8());
    }

    /** Text behind a length of four bytes. */
    public String str32() throws WireException {
        return string(u32());
    }

    public Identifier id() throws WireException {
        id(identifier);
        return identifier.toIdentifier();
    }

    /** Numeric ones have a length of 4, names one of 1 to 255 bytes; otherwise {@link IggyError#INVALID_IDENTIFIER}. */
    void id(final IdentifierFlyweight flyweight) throws WireException {
        final int kind = u8();
        final int length = u8();
        final boolean isNumeric = kind == KIND_NUMERIC;
        if (!isNumeric && kind != KIND_STRING || isNumeric && length != 4 || length == 0) {
            throw new WireException(
                    IggyError.INVALID_IDENTIFIER, "identifier of kind " + kind + " and length " + length);
        }
        final int offset = skip(length);
        if (!isNumeric && !Utf8.isValid(buffer, offset, length)) {
            throw new WireException(IggyError.INVALID_IDENTIFIER, "identifier is no UTF-8");
        }
        flyweight.wrap(buffer, offset, length, isNumeric);
    }

    /** Passes over bytes and returns the offset of the first. */
    public int skip(final int length) throws WireException {
        if (length > limit - position) {
            throw invalid(length + " bytes expected, " + (limit - position) + " left");
        }
        final int offset = position;
        position += length;
        return offset;
    }

    /**
     * Every format ends here. The 0.8.0 server does not look at what comes behind the last field; here it is an error, because who
     * writes more means another format than the one that was read, and would have its options dropped without a word. The released
     * SDKs write nothing there.
     */
    public void end() throws WireException {
        if (position != limit) {
            throw invalid((limit - position) + " bytes behind the last field");
        }
    }

    static WireException invalid(final String message) {
        return new WireException(IggyError.INVALID_COMMAND, message);
    }

    private String string(final long length) throws WireException {
        if (length > remaining()) {
            throw invalid("text of " + length + " bytes, " + remaining() + " left");
        }
        final int offset = skip((int) length);
        if (!Utf8.isValid(buffer, offset, (int) length)) {
            throw new WireException(IggyError.INVALID_UTF8, "text is no UTF-8");
        }
        return buffer.getStringWithoutLengthUtf8(offset, (int) length);
    }
}
