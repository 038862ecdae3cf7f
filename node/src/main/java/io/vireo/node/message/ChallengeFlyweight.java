package io.vireo.node.message;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/**
 * CHALLENGE, the answer to a HELLO where the cluster has a secret. {@code replica} of the header is the one that was reached.
 *
 * <pre>
 *  128  version  u32   of the proofs
 *  132  shard    u32   that was reached
 *  136  nonce    u256  drawn for this connection
 * </pre>
 */
public final class ChallengeFlyweight extends HeaderFlyweight {
    public static final int NONCE_LENGTH = 32;
    public static final int RESERVED_OFFSET = 168;

    private static final int VERSION_OFFSET = 128;
    private static final int SHARD_OFFSET = 132;
    private static final int NONCE_OFFSET = 136;

    @Override
    public ChallengeFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public int version() {
        return buffer.getInt(offset + VERSION_OFFSET, LITTLE_ENDIAN);
    }

    public ChallengeFlyweight version(final int version) {
        u32(VERSION_OFFSET, version);
        return this;
    }

    public int shard() {
        return buffer.getInt(offset + SHARD_OFFSET, LITTLE_ENDIAN);
    }

    public ChallengeFlyweight shard(final int shard) {
        u32(SHARD_OFFSET, shard);
        return this;
    }

    /** A copy. */
    public byte[] nonce() {
        final byte[] nonce = new byte[NONCE_LENGTH];
        buffer.getBytes(offset + NONCE_OFFSET, nonce);
        return nonce;
    }

    public ChallengeFlyweight nonce(final byte[] nonce) {
        buffer.putBytes(offset + NONCE_OFFSET, nonce, 0, NONCE_LENGTH);
        return this;
    }
}
