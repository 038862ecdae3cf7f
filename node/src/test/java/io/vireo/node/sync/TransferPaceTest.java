package io.vireo.node.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Times are handed in: seconds of 10^9 ns. */
@Tag("X16")
class TransferPaceTest {
    private static final long SECOND = 1_000_000_000L;

    private final TransferPace pace = new TransferPace();

    private void fetch(final long fromNs, final long toNs, final long fromBytes, final long perSecond) {
        for (long now = fromNs; now <= toNs; now += TransferPace.SPACING_NS) {
            pace.sample(
                    now,
                    7,
                    fromBytes + (now - fromNs) / SECOND * perSecond + (now - fromNs) % SECOND * perSecond / SECOND);
        }
    }

    @Test
    void shouldSayNothingBeforeThereIsSomethingToCompareWith() {
        assertTrue(pace.isDue(0));
        assertEquals(-1, pace.bytesPerSecond());
        pace.sample(0, 7, 5_000);
        pace.sample(TransferPace.SPACING_NS - 1, 7, 9_000);
        assertFalse(pace.isDue(TransferPace.SPACING_NS - 1), "too soon");
        assertEquals(-1, pace.bytesPerSecond());
        assertEquals(-1, pace.etaMs(1_000));
        assertTrue(pace.isDue(TransferPace.SPACING_NS));
    }

    @Test
    void shouldDivideWhatCameByTheTimeThatItTook() {
        fetch(0, 4 * SECOND, 1_000_000, 2_000);
        assertEquals(2_000, pace.bytesPerSecond());
        assertEquals(5_000, pace.etaMs(10_000));
        assertEquals(0, pace.etaMs(0));
    }

    @Test
    void shouldForgetWhatIsLongerAgoThanTenSeconds() {
        fetch(0, 60 * SECOND, 0, 1_000_000);
        fetch(60 * SECOND + TransferPace.SPACING_NS, 65 * SECOND + TransferPace.SPACING_NS, 60_000_000, 0);
        assertTrue(pace.bytesPerSecond() < 600_000, "half of it is idle: " + pace.bytesPerSecond());
        fetch(66 * SECOND, 77 * SECOND, 60_000_000, 0);
        assertEquals(0, pace.bytesPerSecond());
        assertEquals(-1, pace.etaMs(1), "nothing comes, and no end can be said");
    }

    @Test
    void shouldBeginAnewWithAnotherCheckpointAndWhenBytesGoAgain() {
        fetch(0, 4 * SECOND, 0, 3_000);
        pace.sample(5 * SECOND, 8, 15_000);
        assertEquals(-1, pace.bytesPerSecond(), "another checkpoint");
        pace.sample(6 * SECOND, 8, 16_000);
        assertEquals(1_000, pace.bytesPerSecond());
        pace.sample(6 * SECOND + 1, 8, 2_000);
        assertEquals(-1, pace.bytesPerSecond(), "what was here is gone");
    }

    @Test
    void shouldNotOverflowWhenMuchComesFast() {
        pace.sample(0, 7, 0);
        pace.sample(10 * SECOND, 7, 1L << 50);
        assertEquals((1L << 50) / 10.0, (double) pace.bytesPerSecond(), 1.0);
        assertEquals(10_000.0, (double) pace.etaMs(1L << 50), 1);
    }
}
