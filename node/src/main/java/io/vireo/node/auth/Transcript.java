package io.vireo.node.auth;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What a MAC is made of: fields with a label each, both behind their lengths, so that no two lists of fields give the same bytes, whatever
 * is in them.
 *
 * <pre>
 *  per field: length of the label u32, label (ASCII), length of the value u32, value; little-endian
 * </pre>
 */
final class Transcript {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

    /** @param purpose what the MAC or key is for; no two uses share one. */
    Transcript(final String purpose) {
        put("purpose", purpose);
    }

    Transcript put(final String label, final String value) {
        return put(label, value.getBytes(StandardCharsets.US_ASCII));
    }

    /** A number as eight bytes. */
    Transcript put(final String label, final long value) {
        final byte[] digits = new byte[Long.BYTES];
        for (int i = 0; i < digits.length; i++) {
            digits[i] = (byte) (value >>> 8 * i);
        }
        return put(label, digits);
    }

    Transcript put(final String label, final byte[] value) {
        part(label.getBytes(StandardCharsets.US_ASCII));
        part(value);
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private void part(final byte[] part) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            bytes.write(part.length >>> shift);
        }
        bytes.writeBytes(part);
    }
}
