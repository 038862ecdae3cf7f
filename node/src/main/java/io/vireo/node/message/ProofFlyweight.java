package io.vireo.node.message;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * PROOF, that its sender knows the secret of the cluster: first of the caller, as the answer to CHALLENGE, then of the one who was called.
 *
 * <pre>
 *  128  version  u32   of the proofs
 *  132  shard    u32   of the caller; 0 of a client, and in the second one
 *  136  nonce    u256  of the caller, drawn for this connection; 0 in the second one
 *  168  mac      u256  over what both sides have said
 * </pre>
 */
public final class ProofFlyweight extends HeaderFlyweight {
    public static final int MAC_LENGTH = 32;
    public static final int RESERVED_OFFSET = 200;

    private static final int VERSION_OFFSET = 128;
    private static final int SHARD_OFFSET = 132;
    private static final int NONCE_OFFSET = 136;
    private static final int MAC_OFFSET = 168;

    @Override
    public ProofFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public int version() {
        return buffer.getInt(offset + VERSION_OFFSET, LITTLE_ENDIAN);
    }

    public ProofFlyweight version(final int version) {
        u32(VERSION_OFFSET, version);
        return this;
    }

    public int shard() {
        return buffer.getInt(offset + SHARD_OFFSET, LITTLE_ENDIAN);
    }

    public ProofFlyweight shard(final int shard) {
        u32(SHARD_OFFSET, shard);
        return this;
    }

    /** A copy. */
    public byte[] nonce() {
        final byte[] nonce = new byte[ChallengeFlyweight.NONCE_LENGTH];
        buffer.getBytes(offset + NONCE_OFFSET, nonce);
        return nonce;
    }

    public ProofFlyweight nonce(final byte[] nonce) {
        buffer.putBytes(offset + NONCE_OFFSET, nonce, 0, ChallengeFlyweight.NONCE_LENGTH);
        return this;
    }

    /** A copy. */
    public byte[] mac() {
        final byte[] mac = new byte[MAC_LENGTH];
        buffer.getBytes(offset + MAC_OFFSET, mac);
        return mac;
    }

    public ProofFlyweight mac(final byte[] mac) {
        buffer.putBytes(offset + MAC_OFFSET, mac, 0, MAC_LENGTH);
        return this;
    }
}
