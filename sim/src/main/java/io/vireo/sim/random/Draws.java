package io.vireo.sim.random;

import io.vireo.node.port.RandomSource;
import io.vireo.node.port.SeededRandom;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One named stream of a run's seed: every use of chance has its own, so that a new use shifts no other. Integers only, hence the same on
 * every machine. One per run and use; never shared between threads.
 */
public final class Draws implements RandomSource {
    private final SeededRandom random;

    /**
     * @param stream one use of chance.
     * @param index distinguishes several owners of the same use (replicas, links), 0 to 65,535.
     */
    public Draws(final long seed, final Stream stream, final int index) {
        random = new SeededRandom(SeededRandom.streamSeed(seed, ((long) stream.number() << 16) + index));
    }

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public int nextInt(final int bound) {
        return random.nextInt(bound);
    }

    /** True in {@code part} of {@code whole} cases. */
    public boolean chance(final int part, final int whole) {
        return random.nextInt(whole) < part;
    }

    /** Uniform in [low, high]. */
    public int between(final int low, final int high) {
        return low + random.nextInt(high - low + 1);
    }

    /** Uniform in [low, high]. */
    public long between(final long low, final long high) {
        return low + random.nextLong(high - low + 1);
    }

    /** From low to high, each doubling as likely as the next; low at least 1. */
    public long logUniform(final long low, final long high) {
        final int lowBits = 63 - Long.numberOfLeadingZeros(low);
        final int highBits = 63 - Long.numberOfLeadingZeros(high);
        final int bits = between(lowBits, highBits);
        final long from = Math.max(low, 1L << bits);
        final long to = Math.min(high, (1L << bits) + ((1L << bits) - 1));
        return between(from, to);
    }

    /** Overwrites all of it, whole longs at a time. */
    public void fill(final byte[] bytes) {
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            buffer.putLong(random.nextLong());
        }
    }

    /** Exponential with this mean: -ln(u) from the place of the highest one bit and a straight line between powers of two. */
    public long exponential(final long mean) {
        if (mean <= 0) {
            return 0;
        }
        final long u = random.nextLong() | 1;
        final int zeros = Long.numberOfLeadingZeros(u);
        final long fraction = u << zeros >>> 43 & 0xf_ffff; // 20 bits below the highest one
        final long log2 = ((long) zeros << 20) + (0x10_0000 - fraction); // -log2(u) in 1/2^20
        // ln 2 = 726,817 / 2^20
        return (mean >> 4) * (log2 * 726_817 >> 20) >> 16;
    }
}
