package io.vireo.node.iggy;

import org.agrona.DirectBuffer;

/** UTF-8 as RFC 3629 has it, over buffers and without garbage: no overlong forms, no surrogates, nothing above U+10FFFF. */
final class Utf8 {
    private Utf8() {}

    static boolean isValid(final DirectBuffer buffer, final int offset, final int length) {
        final int limit = offset + length;
        int at = offset;
        while (at < limit) {
            final int first = buffer.getByte(at++) & 0xff;
            if (first < 0x80) {
                continue;
            }
            final int more = continuationBytes(first);
            if (more < 0 || limit - at < more) {
                return false;
            }
            int codePoint = first & 0x3f >> more;
            for (int i = 0; i < more; i++) {
                final int next = buffer.getByte(at++) & 0xff;
                if ((next & 0xc0) != 0x80) {
                    return false;
                }
                codePoint = codePoint << 6 | next & 0x3f;
            }
            if (!isShortestForm(codePoint, more) || codePoint > 0x10ffff || isSurrogate(codePoint)) {
                return false;
            }
        }
        return true;
    }

    /** Bytes that the text has on the wire; half a surrogate pair counts as the one byte that replaces it. */
    static int length(final String text) {
        int length = 0;
        for (int i = 0; i < text.length(); ) {
            final int codePoint = text.codePointAt(i);
            i += Character.charCount(codePoint);
            if (codePoint < 0x80 || isSurrogate(codePoint)) {
                length += 1;
            } else if (codePoint < 0x800) {
                length += 2;
            } else {
                length += codePoint < 0x10000 ? 3 : 4;
            }
        }
        return length;
    }

    /** How many bytes follow this one, or -1 where no character begins with it. */
    private static int continuationBytes(final int first) {
        if (first >= 0xc0 && first < 0xe0) {
            return 1;
        }
        if (first >= 0xe0 && first < 0xf0) {
            return 2;
        }
        return first >= 0xf0 && first < 0xf8 ? 3 : -1;
    }

    private static boolean isShortestForm(final int codePoint, final int more) {
        return codePoint >= (more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000);
    }

    private static boolean isSurrogate(final int codePoint) {
        return codePoint >= 0xd800 && codePoint < 0xe000;
    }
}
