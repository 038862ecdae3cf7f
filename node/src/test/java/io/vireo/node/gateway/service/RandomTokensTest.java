package io.vireo.node.gateway.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.vireo.node.iggy.Secret;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class RandomTokensTest {
    private final RandomTokens tokens = new RandomTokens(new SecureRandom());

    @Test
    void shouldMakeFiftyRandomBytes() {
        final Secret token = tokens.create();
        assertEquals(50, Base64.getDecoder().decode(token.value()).length);
        assertEquals(68, token.value().length());
        assertNotEquals(token, tokens.create());
    }

    /** Known answer of FIPS 180-2, appendix B.1. */
    @Test
    void shouldKeepTheSameHashOfTheSameToken() {
        assertEquals(
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", tokens.hash(new Secret("abc")));
        assertNotEquals(tokens.hash(new Secret("abc")), tokens.hash(new Secret("abd")));
    }
}
