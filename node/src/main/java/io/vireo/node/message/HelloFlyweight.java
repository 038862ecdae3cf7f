package io.vireo.node.message;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.journal.message.HeaderFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * HELLO, the first frame of a connection, and WELCOME, its answer: one layout, which no release changes, so that any two releases can
 * tell each other why they do not talk. On an open connection between replicas a repeated HELLO means "still here".
 *
 * <pre>
 *  128  role          u8    1 replica, 2 client
 *  129  target        u8    HELLO: the replica the caller means to reach, 255 any; WELCOME: the replica that was reached
 *  130  lane          u8    of a replica: what the connection is for, 0 consensus, 1 bytes of files; 0 of a client
 *  131  zero          u8
 *  132  groupCount    u32   groups of the cluster as the sender knows it; a client may state 0: unknown
 *  136  processNonce  u64   drawn at the start of the sender's process
 *  144  settings      u64   of a replica: digest of the settings that all replicas share
 *  body: one bit per group, ceil(groupCount / 64) u64: HELLO those that the connection is to be about, WELCOME those that the sender
 *        hosts; of a client empty, or those that it is going to ask for
 * </pre>
 */
public final class HelloFlyweight extends HeaderFlyweight {
    public static final int ROLE_REPLICA = 1;
    public static final int ROLE_CLIENT = 2;
    public static final int TARGET_ANY = 255;
    public static final int GROUPS_MAX = 1024;

    private static final int ROLE_OFFSET = 128;
    private static final int TARGET_OFFSET = 129;
    private static final int LANE_OFFSET = 130;
    private static final int ZERO_OFFSET = 131;
    private static final int GROUP_COUNT_OFFSET = 132;
    private static final int NONCE_OFFSET = 136;
    private static final int SETTINGS_OFFSET = 144;
    private static final int RESERVED_OFFSET = 152;

    @Override
    public HelloFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        super.wrap(buffer, offset);
        return this;
    }

    public int role() {
        return buffer.getByte(offset + ROLE_OFFSET) & 0xff;
    }

    public HelloFlyweight role(final int role) {
        buffer.putByte(offset + ROLE_OFFSET, (byte) role);
        return this;
    }

    public int target() {
        return buffer.getByte(offset + TARGET_OFFSET) & 0xff;
    }

    public HelloFlyweight target(final int replica) {
        buffer.putByte(offset + TARGET_OFFSET, (byte) replica);
        return this;
    }

    /** What the connection is for; the frame has been validated. */
    public Lane lane() {
        return Lane.ofCode(buffer.getByte(offset + LANE_OFFSET) & 0xff);
    }

    public HelloFlyweight lane(final Lane lane) {
        buffer.putByte(offset + LANE_OFFSET, (byte) lane.code());
        return this;
    }

    public int groupCount() {
        return buffer.getInt(offset + GROUP_COUNT_OFFSET, LITTLE_ENDIAN);
    }

    public HelloFlyweight groupCount(final int groupCount) {
        u32(GROUP_COUNT_OFFSET, groupCount);
        return this;
    }

    public long processNonce() {
        return u64(NONCE_OFFSET);
    }

    public HelloFlyweight processNonce(final long nonce) {
        u64(NONCE_OFFSET, nonce);
        return this;
    }

    public long settings() {
        return u64(SETTINGS_OFFSET);
    }

    public HelloFlyweight settings(final long digest) {
        u64(SETTINGS_OFFSET, digest);
        return this;
    }

    /** Bits of the 64 groups from {@code 64 * index}; the frame has been validated. */
    public long groupBits(final int index) {
        return buffer.getLong(offset + HEADER_LENGTH + index * Long.BYTES, LITTLE_ENDIAN);
    }

    public HelloFlyweight groupBits(final int index, final long bits) {
        buffer.putLong(offset + HEADER_LENGTH + index * Long.BYTES, bits, LITTLE_ENDIAN);
        return this;
    }

    /** Words of the body for this many groups. */
    public static int groupWords(final int groupCount) {
        return (groupCount + 63) >>> 6;
    }

    /** Length of the whole frame with its groups, of a cluster with this many groups. */
    public static int length(final int groupCount) {
        return HEADER_LENGTH + groupWords(groupCount) * Long.BYTES;
    }

    /**
     * Total check of the own fields and the body of a HELLO or WELCOME; the common part has been checked, {@code length} equals size.
     *
     * @return null if valid, else the reason.
     */
    public static String invalidReason(final DirectBuffer buffer, final int offset, final int length) {
        final int role = buffer.getByte(offset + ROLE_OFFSET) & 0xff;
        if (role != ROLE_REPLICA && role != ROLE_CLIENT) {
            return "handshake states an unknown role";
        }
        final Lane lane = Lane.ofCode(buffer.getByte(offset + LANE_OFFSET) & 0xff);
        if (lane == null || lane != Lane.CONSENSUS && role != ROLE_REPLICA) {
            return "handshake states a lane that its role does not have";
        }
        if (buffer.getByte(offset + ZERO_OFFSET) != 0) {
            return "reserved bytes of the handshake are not zero";
        }
        for (int i = RESERVED_OFFSET; i < HEADER_LENGTH; i += Long.BYTES) {
            if (buffer.getLong(offset + i) != 0) {
                return "reserved bytes of the handshake are not zero";
            }
        }
        final int groupCount = buffer.getInt(offset + GROUP_COUNT_OFFSET, LITTLE_ENDIAN);
        if (groupCount < 0 || groupCount > GROUPS_MAX || (groupCount == 0 && role == ROLE_REPLICA)) {
            return "handshake states a group count out of range";
        }
        final int bodyLength = length - HEADER_LENGTH;
        final boolean isOfAll = role == ROLE_CLIENT && bodyLength == 0;
        if (!isOfAll && bodyLength != groupWords(groupCount) * Long.BYTES) {
            return "handshake body does not fit its group count";
        }
        if (bodyLength > 0 && (groupCount & 63) != 0) {
            final long last = buffer.getLong(offset + length - Long.BYTES, LITTLE_ENDIAN);
            if (last >>> (groupCount & 63) != 0) {
                return "handshake states a group beyond the group count";
            }
        }
        return null;
    }
}
