package io.vireo.node.gateway.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vireo.node.gateway.Tokens;
import io.vireo.node.iggy.Secret;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Tokens of 50 random bytes in base64, kept as the SHA-256 of that text in hex: with so many random bits a plain hash is enough. */
public final class RandomTokens implements Tokens {
    private static final int BYTES = 50;
    private static final String ALGORITHM = "SHA-256";

    private final SecureRandom random;

    public RandomTokens(final SecureRandom random) {
        this.random = random;
    }

    @Override
    public Secret create() {
        final byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new Secret(Base64.getEncoder().encodeToString(bytes));
    }

    @Override
    public String hash(final Secret token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(ALGORITHM)
                            .digest(token.value().getBytes(UTF_8)));
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }
}
