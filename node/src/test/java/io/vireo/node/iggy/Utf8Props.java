package io.vireo.node.iggy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.concurrent.UnsafeBuffer;

/** The JDK's decoder is the reference. */
class Utf8Props {
    @Property(tries = 2000)
    void shouldCountAsTheJdkDoes(@ForAll final String text) {
        assertEquals(text.getBytes(StandardCharsets.UTF_8).length, Utf8.length(text));
    }

    /** Drawn text has no characters of two units. */
    @Example
    void shouldCountAndAcceptEveryCharacter() {
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            final byte[] bytes = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
            assertEquals(bytes.length, Utf8.length(Character.toString(codePoint)), "code point " + codePoint);
            assertEquals(true, isValid(bytes), "code point " + codePoint);
        }
    }

    @Property(tries = 2000)
    void shouldAcceptAllText(@ForAll final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertEquals(true, isValid(bytes));
    }

    @Property(tries = 5000)
    void shouldAgreeWithTheJdkWhenBytesAreAlmostText(@ForAll final long seed) {
        final Random random = new Random(seed);
        final byte[] bytes = new byte[1 + random.nextInt(6)];
        final byte[] borders = {
            0x7f, (byte) 0x80, (byte) 0xbf, (byte) 0xc1, (byte) 0xc2, (byte) 0xe0, (byte) 0xed, (byte) 0xf0, (byte) 0xf4
        };
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = random.nextInt(4) == 0 ? (byte) random.nextInt() : borders[random.nextInt(borders.length)];
        }
        assertEquals(isValidByTheJdk(bytes), isValid(bytes));
    }

    @Example
    void shouldAgreeWithTheJdkOnAllOfTwoAndThreeBytes() {
        final byte[] two = new byte[2];
        for (int i = 0; i < 1 << 16; i++) {
            two[0] = (byte) (i >> 8);
            two[1] = (byte) i;
            assertEquals(isValidByTheJdk(two), isValid(two), "bytes " + Integer.toHexString(i));
        }
        final byte[] three = new byte[3];
        for (int i = 0; i < 1 << 16; i++) {
            three[0] = (byte) (0xe0 | i >> 12);
            three[1] = (byte) (0x40 | i >> 5 & 0x7f ^ 0xc0);
            three[2] = (byte) (0x80 | i & 0x3f);
            assertEquals(isValidByTheJdk(three), isValid(three), "bytes " + RequestSample.hex(three));
        }
    }

    private static boolean isValid(final byte[] bytes) {
        return Utf8.isValid(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private static boolean isValidByTheJdk(final byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (final CharacterCodingException malformed) {
            return false;
        }
    }
}
