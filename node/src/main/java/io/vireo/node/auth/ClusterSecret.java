package io.vireo.node.auth;

import io.vireo.node.port.Secrets;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * What all members of a cluster know and nobody else. Immutable; never printed, and never used as a key itself: keys are derived from it,
 * one for each purpose.
 */
public final class ClusterSecret {
    /** What {@link #newText} draws, and the least that a text may have: 32 bytes cannot be found by trying. */
    public static final int BYTES_MIN = 32;

    public static final int BYTES_MAX = 4096;

    private static final byte[] SALT = "vireo cluster secret 1".getBytes(StandardCharsets.US_ASCII);

    private final byte[] key;

    private ClusterSecret(final byte[] key) {
        this.key = key;
    }

    /**
     * The secret that a text is, without white space around it.
     *
     * @throws IllegalArgumentException where it is too short or too long; its message does not have the text.
     */
    public static ClusterSecret ofText(final String text) {
        final byte[] bytes = text.strip().getBytes(StandardCharsets.UTF_8);
        if (bytes.length < BYTES_MIN || bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException("has " + bytes.length + " bytes, must have " + BYTES_MIN + " to "
                    + BYTES_MAX + " that nobody can guess");
        }
        return new ClusterSecret(Hmac.extract(SALT, bytes));
    }

    /** A new one as text: 64 hexadecimal digits. */
    public static String newText(final Secrets secrets) {
        final byte[] bytes = new byte[BYTES_MIN];
        secrets.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The key of one purpose. */
    byte[] derive(final Transcript purpose) {
        return Hmac.expand(key, purpose.bytes(), Hmac.LENGTH);
    }

    @Override
    public String toString() {
        return "ClusterSecret{not shown}";
    }
}
