package io.vireo.node.auth;

import io.vireo.node.message.ChallengeFlyweight;
import io.vireo.node.port.Secrets;
import org.agrona.DirectBuffer;

/**
 * One member's side of all proofs: the secret and where nonces come from. Makes a {@link CallerProof} for each connection that it dials and
 * a {@link CalledProof} for each that it accepts; knows no socket and no time. One thread.
 *
 * <p>The exchange, in frames of 256 bytes: HELLO, CHALLENGE (nonce), PROOF (nonce, MAC), PROOF (MAC), then WELCOME. The caller proves first,
 * so that who only knocks gets nothing that was made with the secret.
 */
public final class LinkAuth {
    /** What a caller without a secret says when it is asked for one. */
    public static final String NO_SECRET_HERE =
            "asks for the secret of the cluster, and there is none here: set secret_file or VIREO_SECRET as it does";
    /** What a caller with a secret says to one that welcomes it without having proved that it knows it too. */
    public static final String NO_SECRET_THERE =
            "did not prove that it knows the secret of the cluster: it runs without one, or is not what it says; set secret_file or VIREO_SECRET there";

    private final ClusterSecret secret;
    private final Secrets nonces;

    public LinkAuth(final ClusterSecret secret, final Secrets nonces) {
        this.secret = secret;
        this.nonces = nonces;
    }

    /**
     * For a connection that is dialled.
     *
     * @param hello buffer with the HELLO that is sent first; copied.
     * @param shard of the caller; 0 of a client.
     */
    public CallerProof call(final DirectBuffer hello, final int offset, final int length, final int shard) {
        return new CallerProof(secret, copy(hello, offset, length), shard, nonce());
    }

    /**
     * For a connection that is accepted.
     *
     * @param hello buffer with the HELLO that came, which has been validated; copied.
     * @param replica that was called.
     * @param shard that was called.
     */
    public CalledProof accept(
            final DirectBuffer hello, final int offset, final int length, final int replica, final int shard) {
        return new CalledProof(secret, copy(hello, offset, length), replica, shard, nonce());
    }

    private byte[] nonce() {
        final byte[] nonce = new byte[ChallengeFlyweight.NONCE_LENGTH];
        nonces.nextBytes(nonce);
        return nonce;
    }

    private static byte[] copy(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] copy = new byte[length];
        buffer.getBytes(offset, copy);
        return copy;
    }
}
