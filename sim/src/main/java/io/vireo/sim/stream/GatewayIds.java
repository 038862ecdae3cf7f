package io.vireo.sim.stream;

import io.vireo.sim.random.Draws;
import java.util.function.LongSupplier;

/**
 * Halves of client ids that a gateway's sessions have. The first one, which all of them share, says whose they are; production draws it, and
 * no two are the same there either.
 *
 * <pre>
 *   63 .. 48   47 .. 16   15 .. 8   7 .. 0
 *   0x4757     life       replica   shard
 * </pre>
 */
final class GatewayIds implements LongSupplier {
    private static final long MARK = 0x4757L << 48;
    private static final long MARK_BITS = 0xffffL << 48;

    private final Draws draws;
    private final long shared;
    private boolean isShared;

    GatewayIds(final int replica, final int life, final int shard, final Draws draws) {
        this.draws = draws;
        this.shared = MARK | (long) life << 16 | (long) replica << 8 | shard;
    }

    @Override
    public long getAsLong() {
        if (!isShared) {
            isShared = true;
            return shared;
        }
        return draws.nextLong();
    }

    /** The replica that an id names; -1 if it is not one of these. */
    static int replicaOf(final long shared) {
        return (shared & MARK_BITS) == MARK ? (int) (shared >>> 8) & 0xff : -1;
    }
}
