package io.vireo.node.gateway.service;

import io.vireo.node.iggy.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Which passwords were right, so that nobody waits for the same hash twice: clients log in once per connection, and when a node is lost all
 * of its clients log in elsewhere at once, each at the price of a guess. Keeps no password but a keyed digest of it, under a key that this
 * process alone has and that dies with it. What was wrong is not remembered: a guess costs what it costs.
 */
final class RememberedPasswords {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    private final Mac mac;
    /** By hash, which has a salt of its own and changes with the password; the least used leaves first. */
    private final Map<String, byte[]> digests;

    /** @param max how many are remembered. */
    RememberedPasswords(final int max, final SecureRandom random) {
        final byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        try {
            mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
        digests = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(final Map.Entry<String, byte[]> eldest) {
                return size() > max;
            }
        };
    }

    /** True if this password was found to be that of the hash. */
    boolean isRight(final String hash, final Secret password) {
        final byte[] digest = digests.get(hash);
        return digest != null && MessageDigest.isEqual(digest, digest(hash, password));
    }

    void onRight(final String hash, final Secret password) {
        digests.put(hash, digest(hash, password));
    }

    private byte[] digest(final String hash, final Secret password) {
        mac.update(hash.getBytes(StandardCharsets.UTF_8));
        mac.update((byte) 0);
        return mac.doFinal(password.value().getBytes(StandardCharsets.UTF_8));
    }
}
