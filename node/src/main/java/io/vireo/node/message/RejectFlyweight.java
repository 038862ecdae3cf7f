package io.vireo.node.message;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.HeaderFlyweight;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * REJECT, the answer to a HELLO that does not fit: a reason and a text for people, and where the caller knocked at a wrong door the
 * addresses of the right ones. A layout that no release changes. The connection ends after it.
 *
 * <pre>
 *  128  reason        u16   code of {@link RejectReason}
 *  130  textLength    u16
 *  132  addressCount  u16
 *  134  zero
 *  body: text (UTF-8), then per address: length u16, bytes ("host:port", UTF-8)
 * </pre>
 */
public final class RejectFlyweight extends HeaderFlyweight {
    /** Characters of a text that are shown. */
    public static final int TEXT_MAX = 512;

    private static final int REASON_OFFSET = 128;
    private static final int TEXT_LENGTH_OFFSET = 130;
    private static final int ADDRESS_COUNT_OFFSET = 132;
    private static final int RESERVED_OFFSET = 134;

    @Override
    public RejectFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    /** The reason, or null for a code this release does not know. */
    public RejectReason reason() {
        return RejectReason.ofCode(buffer.getShort(offset + REASON_OFFSET, LITTLE_ENDIAN) & 0xffff);
    }

    /** For people, as {@link #readable} makes it. */
    public String text() {
        return readable(
                string(offset + HEADER_LENGTH, buffer.getShort(offset + TEXT_LENGTH_OFFSET, LITTLE_ENDIAN) & 0xffff));
    }

    /**
     * A text from somebody who may be anybody, for a log or a terminal: at most {@link #TEXT_MAX} characters, and nothing in it that ends a
     * line, a quotation or the text before it.
     */
    public static String readable(final String text) {
        final String cut = text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "...";
        return cut.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Cs}\\u0080-\\u009f\\u2028\\u2029]", "?")
                .replace('"', '\'');
    }

    public List<String> addresses() {
        final int count = buffer.getShort(offset + ADDRESS_COUNT_OFFSET, LITTLE_ENDIAN) & 0xffff;
        final List<String> addresses = new ArrayList<>(count);
        int at = offset + HEADER_LENGTH + (buffer.getShort(offset + TEXT_LENGTH_OFFSET, LITTLE_ENDIAN) & 0xffff);
        for (int i = 0; i < count; i++) {
            final int length = buffer.getShort(at, LITTLE_ENDIAN) & 0xffff;
            addresses.add(string(at + Short.BYTES, length));
            at += Short.BYTES + length;
        }
        return addresses;
    }

    /**
     * Writes own fields and body behind an initialised header, as much as fits into {@code frameMax} bytes: the text is cut, addresses at
     * the end are left out.
     *
     * @return length of the frame, for the size field.
     */
    public int put(final RejectReason reason, final String text, final List<String> addresses, final int frameMax) {
        final byte[] textBytes = text.getBytes(StandardCharsets.UTF_8);
        final int textLength = Math.min(textBytes.length, (frameMax - HEADER_LENGTH) / 2);
        int at = HEADER_LENGTH;
        buffer.putBytes(offset + at, textBytes, 0, textLength);
        at += textLength;
        int count = 0;
        for (final String address : addresses) {
            final byte[] bytes = address.getBytes(StandardCharsets.UTF_8);
            if (at + Short.BYTES + bytes.length > frameMax) {
                break;
            }
            buffer.putShort(offset + at, (short) bytes.length, LITTLE_ENDIAN);
            buffer.putBytes(offset + at + Short.BYTES, bytes);
            at += Short.BYTES + bytes.length;
            count++;
        }
        buffer.putShort(offset + REASON_OFFSET, (short) reason.code(), LITTLE_ENDIAN);
        buffer.putShort(offset + TEXT_LENGTH_OFFSET, (short) textLength, LITTLE_ENDIAN);
        buffer.putShort(offset + ADDRESS_COUNT_OFFSET, (short) count, LITTLE_ENDIAN);
        u32(SIZE_OFFSET, at);
        return at;
    }

    /**
     * Total check of the own fields and the body; the common part has been checked, {@code length} equals size.
     *
     * @return null if valid, else the reason.
     */
    public static String invalidReason(final DirectBuffer buffer, final int offset, final int length) {
        for (int i = RESERVED_OFFSET; i < HEADER_LENGTH; i += Short.BYTES) {
            if (buffer.getShort(offset + i) != 0) {
                return "reserved bytes of the rejection are not zero";
            }
        }
        int at = HEADER_LENGTH + (buffer.getShort(offset + TEXT_LENGTH_OFFSET, LITTLE_ENDIAN) & 0xffff);
        final int count = buffer.getShort(offset + ADDRESS_COUNT_OFFSET, LITTLE_ENDIAN) & 0xffff;
        for (int i = 0; i < count; i++) {
            if (at + Short.BYTES > length) {
                return "rejection is cut off";
            }
            at += Short.BYTES + (buffer.getShort(offset + at, LITTLE_ENDIAN) & 0xffff);
        }
        return at == length ? null : "rejection does not fill its size";
    }

    private String string(final int at, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
