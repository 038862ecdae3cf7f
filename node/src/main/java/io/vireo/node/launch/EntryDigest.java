package io.vireo.node.launch;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over entries, each followed by a newline: what {@code sha256sum} says of the output of {@code vireo read}. */
final class EntryDigest {
    private final MessageDigest digest;

    EntryDigest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    void add(final byte[] bytes, final int offset, final int length) {
        digest.update(bytes, offset, length);
        digest.update((byte) '\n');
    }

    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
