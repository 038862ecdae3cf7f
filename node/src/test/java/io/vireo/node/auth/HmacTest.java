package io.vireo.node.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HmacTest {
    @Test
    void shouldGiveThePublishedResultWhenMessageIsThatOfRfc4231() {
        assertEquals(
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                hex(Hmac.of(ascii("Jefe"), ascii("what do ya want for nothing?"))));
    }

    @Test
    void shouldGiveThePublishedKeysWhenInputsAreThoseOfRfc5869() {
        final byte[] extracted = Hmac.extract(
                bytes("000102030405060708090a0b0c"), bytes("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"));
        assertEquals("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5", hex(extracted));
        assertEquals(
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
                hex(Hmac.expand(extracted, bytes("f0f1f2f3f4f5f6f7f8f9"), 42)));
    }

    @Test
    void shouldRefuseWhenMoreIsWantedThanTheMethodGives() {
        assertThrows(IllegalArgumentException.class, () -> Hmac.expand(new byte[32], new byte[0], 255 * 32 + 1));
        assertThrows(IllegalArgumentException.class, () -> Hmac.expand(new byte[32], new byte[0], 0));
        assertEquals(255 * 32, Hmac.expand(new byte[32], new byte[0], 255 * 32).length);
    }

    @Test
    void shouldRefuseASecretWithoutShowingItWhenItIsTooShortOrTooLong() {
        final IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class, () -> ClusterSecret.ofText("  only thirty-one characters here \n"));
        assertEquals("has 31 bytes, must have 32 to 4096 that nobody can guess", failure.getMessage());
        assertThrows(IllegalArgumentException.class, () -> ClusterSecret.ofText("x".repeat(4097)));
        assertEquals(
                "ClusterSecret{not shown}", ClusterSecret.ofText("x".repeat(32)).toString());
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(final String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String hex(final byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
