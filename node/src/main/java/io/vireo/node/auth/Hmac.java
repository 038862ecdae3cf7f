package io.vireo.node.auth;

import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 (RFC 2104) and the key derivation that is made of it, HKDF (RFC 5869). */
final class Hmac {
    static final int LENGTH = 32;

    private static final String ALGORITHM = "HmacSHA256";
    /** RFC 5869 section 2.3. */
    private static final int EXPANDED_MAX = 255 * LENGTH;

    private Hmac() {}

    static byte[] of(final byte[] key, final byte[] message) {
        return keyed(key).doFinal(message);
    }

    /** A MAC to be used again and again with one key, by one thread. @param key not empty. */
    static Mac keyed(final byte[] key) {
        try {
            final Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (final NoSuchAlgorithmException | InvalidKeyException e) {
            // Every Java has this algorithm, and it takes every key.
            throw new IllegalStateException("this Java does not compute " + ALGORITHM + ": " + e.getMessage(), e);
        }
    }

    /** A key of even entropy from a secret of any form. */
    static byte[] extract(final byte[] salt, final byte[] secret) {
        return of(salt, secret);
    }

    /** @param length of the result in bytes, at most 255 times that of a hash. */
    static byte[] expand(final byte[] key, final byte[] info, final int length) {
        if (length < 1 || length > EXPANDED_MAX) {
            throw new IllegalArgumentException("length is " + length + ", must be 1 to " + EXPANDED_MAX);
        }
        final Mac mac = keyed(key);
        final ByteBuffer result = ByteBuffer.allocate((length + LENGTH - 1) / LENGTH * LENGTH);
        byte[] block = new byte[0];
        for (int i = 1; result.hasRemaining(); i++) {
            mac.update(block);
            mac.update(info);
            mac.update((byte) i);
            block = mac.doFinal();
            result.put(block);
        }
        return Arrays.copyOf(result.array(), length);
    }
}
