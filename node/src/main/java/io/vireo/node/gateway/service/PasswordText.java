package io.vireo.node.gateway.service;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The hash of a password as it stands in the log: {@code pbkdf2-sha256$iterations$salt$key}, salt and key in base64 without padding. The
 * cost is in the text, so that it can be raised and older hashes still be checked.
 */
final class PasswordText {
    static final int SALT_BYTES = 16;
    /** More would be no cost but an outage. */
    static final int ITERATIONS_MAX = 10_000_000;

    private static final int KEY_BYTES = 32;
    private static final String SCHEME = "pbkdf2-sha256";
    private static final String ALGORITHM = "PBKDF2WithHmacSHA256";
    private static final int FIELDS = 4;

    private final int iterations;
    private final byte[] salt;
    private final byte[] key;

    private PasswordText(final int iterations, final byte[] salt, final byte[] key) {
        this.iterations = iterations;
        this.salt = salt;
        this.key = key;
    }

    static PasswordText of(final String password, final int iterations, final byte[] salt) {
        return new PasswordText(iterations, salt, derive(password, iterations, salt));
    }

    /** Of nobody's password: made without the work of a real one, and checked with all of it. */
    static PasswordText ofNobody(final int iterations, final byte[] salt, final SecureRandom random) {
        final byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return new PasswordText(iterations, salt, key);
    }

    /** @throws PasswordTextException if it is none. */
    static PasswordText parse(final String text) throws PasswordTextException {
        final String[] fields = text.split("\\$", -1);
        if (fields.length != FIELDS || !fields[0].equals(SCHEME)) {
            throw new PasswordTextException("is not of the scheme " + SCHEME);
        }
        final byte[] salt = bytes("salt", fields[2]);
        final byte[] key = bytes("key", fields[3]);
        if (salt.length == 0 || key.length != KEY_BYTES) {
            throw new PasswordTextException(
                    "has " + salt.length + " bytes of salt and " + key.length + " of key, which has " + KEY_BYTES);
        }
        return new PasswordText(iterations(fields[1]), salt, key);
    }

    /** Takes as long whether it is right or not. */
    boolean isOf(final String password) {
        return MessageDigest.isEqual(key, derive(password, iterations, salt));
    }

    int iterations() {
        return iterations;
    }

    /** The text as it is parsed. */
    @Override
    public String toString() {
        final Base64.Encoder encoder = Base64.getEncoder().withoutPadding();
        return SCHEME + "$" + iterations + "$" + encoder.encodeToString(salt) + "$" + encoder.encodeToString(key);
    }

    private static int iterations(final String text) throws PasswordTextException {
        try {
            final int iterations = Integer.parseInt(text);
            if (iterations >= 1 && iterations <= ITERATIONS_MAX) {
                return iterations;
            }
        } catch (final NumberFormatException e) {
            throw new PasswordTextException("has iterations that are no number", e);
        }
        throw new PasswordTextException("has iterations outside of 1 to " + ITERATIONS_MAX);
    }

    private static byte[] bytes(final String field, final String text) throws PasswordTextException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (final IllegalArgumentException e) {
            throw new PasswordTextException("has a " + field + " that is not in base64", e);
        }
    }

    private static byte[] derive(final String password, final int iterations, final byte[] salt) {
        final PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, KEY_BYTES * Byte.SIZE);
        try {
            return SecretKeyFactory.getInstance(ALGORITHM).generateSecret(spec).getEncoded();
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("every Java 17 has " + ALGORITHM, e);
        } finally {
            spec.clearPassword();
        }
    }
}
