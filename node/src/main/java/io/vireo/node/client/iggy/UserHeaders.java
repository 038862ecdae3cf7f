package io.vireo.node.client.iggy;

import io.vireo.node.iggy.WireException;
import io.vireo.node.iggy.WireReader;
import io.vireo.node.iggy.WireWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The user headers of a message: keys and values of several kinds, one behind the other.
 *
 * <pre>
 *  keyKind u8, keyLength u32, key, valueKind u8, valueLength u32, value
 * </pre>
 */
public final class UserHeaders {
    private static final int STRING = 2;
    private static final int BOOL = 3;
    private static final int INT8 = 4;
    private static final int INT128 = 8;
    private static final int UINT8 = 9;
    private static final int UINT128 = 13;
    private static final int FLOAT32 = 14;
    private static final int FLOAT64 = 15;
    private static final int LENGTH_MAX = 255;

    private UserHeaders() {}

    /**
     * Headers of texts, in the order of the map.
     *
     * @throws IllegalArgumentException if a key or value has no bytes in UTF-8 or more than 255.
     */
    public static byte[] write(final Map<String, String> headers) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final WireWriter out = new WireWriter();
        final int start = out.begin(buffer, 0).position();
        headers.forEach((key, value) -> {
            put(out, "key", key);
            put(out, "value", value);
        });
        final byte[] bytes = new byte[out.position() - start];
        buffer.getBytes(start, bytes);
        return bytes;
    }

    private static void put(final WireWriter out, final String part, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "the " + part + " of a header has " + bytes.length + " bytes, allowed are 1 to " + LENGTH_MAX);
        }
        out.u8(STRING);
        out.u32(bytes.length);
        out.bytes(bytes);
    }

    /**
     * Keys as text and values as text, number or boolean; bytes that are none of these as base64.
     *
     * @throws WireException if the bytes are no headers.
     */
    public static Map<String, Object> read(final byte[] headers) throws WireException {
        final WireReader in = new WireReader().wrap(new UnsafeBuffer(headers), 0, headers.length);
        final Map<String, Object> read = new LinkedHashMap<>();
        while (in.remaining() > 0) {
            read.put(value(in).toString(), value(in));
        }
        return read;
    }

    private static Object value(final WireReader in) throws WireException {
        final int kind = in.u8();
        final int length = (int) Math.min(in.u32(), Integer.MAX_VALUE);
        final byte[] bytes = new byte[Math.min(length, in.remaining())];
        in.buffer().getBytes(in.skip(length), bytes);
        if (kind == STRING) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        if (kind == BOOL && length == 1) {
            return bytes[0] != 0;
        }
        if (kind >= INT8 && kind <= INT128 && length == 1 << kind - INT8) {
            return new BigInteger(reversed(bytes));
        }
        if (kind >= UINT8 && kind <= UINT128 && length == 1 << kind - UINT8) {
            return new BigInteger(1, reversed(bytes));
        }
        if (kind == FLOAT32 && length == Float.BYTES) {
            return (double) Float.intBitsToFloat(new BigInteger(reversed(bytes)).intValue());
        }
        if (kind == FLOAT64 && length == Double.BYTES) {
            return Double.longBitsToDouble(new BigInteger(reversed(bytes)).longValue());
        }
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Numbers are little-endian on the wire. */
    private static byte[] reversed(final byte[] bytes) {
        final byte[] reversed = Arrays.copyOf(bytes, bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
