package io.vireo.node.routing;

/**
 * Behind which other shard a client was last heard, for the way back of its answers. A cache of fixed size that forgets the oldest of four:
 * nobody says when a client is gone, and an answer that is lost is asked for again, which makes the client known anew. Takes no memory
 * before its first entry. One thread.
 */
final class ClientShards {
    static final int NONE = -1;

    private static final int WAYS = 4;
    private static final int SETS = 16_384;

    private long[] clientLo;
    private long[] clientHi;
    /** Shard + 1; 0 is an empty place. */
    private short[] shard;
    /** Where the next one of a full set goes. */
    private byte[] victim;

    boolean isEmpty() {
        return shard == null;
    }

    void learn(final long lo, final long hi, final int heardBehind) {
        if (shard == null) {
            clientLo = new long[WAYS * SETS];
            clientHi = new long[WAYS * SETS];
            shard = new short[WAYS * SETS];
            victim = new byte[SETS];
        }
        final int first = first(lo, hi);
        int place = find(first, lo, hi);
        if (place == NONE) {
            final int set = first / WAYS;
            place = first + victim[set];
            victim[set] = (byte) ((victim[set] + 1) % WAYS);
            clientLo[place] = lo;
            clientHi[place] = hi;
        }
        shard[place] = (short) (heardBehind + 1);
    }

    /** The shard, or {@link #NONE}. */
    int shardOf(final long lo, final long hi) {
        if (shard == null) {
            return NONE;
        }
        final int place = find(first(lo, hi), lo, hi);
        return place == NONE ? NONE : shard[place] - 1;
    }

    private int find(final int first, final long lo, final long hi) {
        for (int place = first; place < first + WAYS; place++) {
            if (shard[place] != 0 && clientLo[place] == lo && clientHi[place] == hi) {
                return place;
            }
        }
        return NONE;
    }

    private static int first(final long lo, final long hi) {
        final long mixed = (lo ^ Long.rotateLeft(hi, 32)) * 0x9e37_79b9_7f4a_7c15L;
        return ((int) (mixed >>> 32) & (SETS - 1)) * WAYS;
    }
}
