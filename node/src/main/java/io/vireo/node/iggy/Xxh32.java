package io.vireo.node.iggy;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * XXH32 with seed 0 (xxHash specification 0.1.1), with which clients and servers of the protocol map keys to partitions and names of
 * consumers to numbers.
 */
final class Xxh32 {
    private static final int PRIME_1 = 0x9e3779b1;
    private static final int PRIME_2 = 0x85ebca77;
    private static final int PRIME_3 = 0xc2b2ae3d;
    private static final int PRIME_4 = 0x27d4eb2f;
    private static final int PRIME_5 = 0x165667b1;

    /** PRIME_1 + PRIME_2, modulo 2^32. */
    private static final int LANE_1 = 0x24234428;

    private Xxh32() {}

    static int hash(final DirectBuffer buffer, final int offset, final int length) {
        final int limit = offset + length;
        int at = offset;
        int hash = PRIME_5;
        if (length >= 16) {
            int lane1 = LANE_1;
            int lane2 = PRIME_2;
            int lane3 = 0;
            int lane4 = -PRIME_1;
            for (; at <= limit - 16; at += 16) {
                lane1 = round(lane1, u32(buffer, at));
                lane2 = round(lane2, u32(buffer, at + 4));
                lane3 = round(lane3, u32(buffer, at + 8));
                lane4 = round(lane4, u32(buffer, at + 12));
            }
            hash = Integer.rotateLeft(lane1, 1)
                    + Integer.rotateLeft(lane2, 7)
                    + Integer.rotateLeft(lane3, 12)
                    + Integer.rotateLeft(lane4, 18);
        }
        hash += length;
        for (; at <= limit - 4; at += 4) {
            hash = Integer.rotateLeft(hash + u32(buffer, at) * PRIME_3, 17) * PRIME_4;
        }
        for (; at < limit; at++) {
            hash = Integer.rotateLeft(hash + (buffer.getByte(at) & 0xff) * PRIME_5, 11) * PRIME_1;
        }
        hash = (hash ^ hash >>> 15) * PRIME_2;
        hash = (hash ^ hash >>> 13) * PRIME_3;
        return hash ^ hash >>> 16;
    }

    private static int round(final int lane, final int input) {
        return Integer.rotateLeft(lane + input * PRIME_2, 13) * PRIME_1;
    }

    private static int u32(final DirectBuffer buffer, final int at) {
        return buffer.getInt(at, ByteOrder.LITTLE_ENDIAN);
    }
}
