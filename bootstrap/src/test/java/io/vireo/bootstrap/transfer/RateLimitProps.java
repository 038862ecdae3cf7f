package io.vireo.bootstrap.transfer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class RateLimitProps {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int PIECE_MAX = 1 << 20;

    @Property
    void shouldLetThroughNoMoreThanTheRateAndLittleLessWhateverTheTimesAndPieces(
            @ForAll final long seed,
            @ForAll @LongRange(min = 1, max = RateLimit.BYTES_PER_SECOND_MAX) final long bytesPerSecond) {
        final Random random = new Random(seed);
        final long startNs = random.nextLong() >> 1;
        final RateLimit limit = new RateLimit(bytesPerSecond, startNs);
        long nowNs = startNs;
        long taken = 0;
        int last = 0;
        for (int i = 0; i < 500; i++) {
            nowNs += random.nextInt(1 << random.nextInt(26));
            last = 1 + random.nextInt(PIECE_MAX);
            while (limit.take(last, nowNs)) {
                taken += last;
                last = 1 + random.nextInt(PIECE_MAX);
            }
        }
        final double allowed = (nowNs - startNs) * (double) bytesPerSecond / SECOND_NS;
        final double burst = bytesPerSecond / 20.0 + 1;
        assertTrue(taken <= allowed + burst + PIECE_MAX, taken + " bytes, allowed are " + allowed);
        assertTrue(taken >= allowed * 0.99 - burst - 500, taken + " bytes, possible were " + allowed);
    }
}
