package io.vireo.node.port;

/**
 * The one generator of this code: xoshiro256** (Blackman and Vigna), seeded through SplitMix64. Integer arithmetic only, so a seed gives
 * the same sequence on every JDK and machine. One instance per use and thread; never a source of secrets.
 */
public final class SeededRandom implements RandomSource {
    private static final long GAMMA = 0x9e37_79b9_7f4a_7c15L;

    private long s0;
    private long s1;
    private long s2;
    private long s3;

    public SeededRandom(final long seed) {
        // SplitMix64 never gives four zeros in a row, which is the one state xoshiro cannot leave.
        long state = seed;
        state += GAMMA;
        s0 = mix(state);
        state += GAMMA;
        s1 = mix(state);
        state += GAMMA;
        s2 = mix(state);
        state += GAMMA;
        s3 = mix(state);
    }

    /** With this state, for the published sequence. */
    SeededRandom(final long s0, final long s1, final long s2, final long s3) {
        this.s0 = s0;
        this.s1 = s1;
        this.s2 = s2;
        this.s3 = s3;
    }

    /** A seed for stream {@code stream} of {@code seed}: streams of one seed are independent of each other and of how much each is used. */
    public static long streamSeed(final long seed, final long stream) {
        return mix(mix(seed) + stream * GAMMA);
    }

    @Override
    public long nextLong() {
        final long result = Long.rotateLeft(s1 * 5, 7) * 9;
        final long shifted = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = Long.rotateLeft(s3, 45);
        return result;
    }

    @Override
    public int nextInt(final int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("bound must be at least 1: " + bound);
        }
        // The high half of a 32 x 32 bit product; the low half tells the few values that would favour small results.
        final long threshold = (1L << 32) % bound;
        long product = (nextLong() >>> 32) * bound;
        while ((product & 0xffff_ffffL) < threshold) {
            product = (nextLong() >>> 32) * bound;
        }
        return (int) (product >>> 32);
    }

    /** Uniform in [0, bound); bound at least 1. */
    public long nextLong(final long bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("bound must be at least 1: " + bound);
        }
        final long lastMultiple = Long.MAX_VALUE - (Long.MAX_VALUE % bound);
        long value = nextLong() >>> 1;
        while (value >= lastMultiple) {
            value = nextLong() >>> 1;
        }
        return value % bound;
    }

    private static long mix(final long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
        return z ^ (z >>> 31);
    }
}
