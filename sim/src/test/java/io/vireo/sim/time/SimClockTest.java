package io.vireo.sim.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a machine's clocks show. */
class SimClockTest {
    private static final long SECOND = 1_000_000_000L;

    private final SimClock clock = new SimClock(7);

    @Test
    void shouldMoveTheWallClockAloneWhenItIsSet() {
        final long before = clock.wallNs(SECOND);
        clock.jump(-3_600 * SECOND);
        assertEquals(before - 3_600 * SECOND, clock.wallNs(SECOND));
        assertEquals(SECOND, clock.monotonicNs(SECOND));
    }

    @Test
    void shouldRunFastOrSlowInBothClocks() {
        final SimClock right = new SimClock(7);
        clock.drift(100_000);
        assertEquals(1_100_000_000L, clock.monotonicNs(SECOND));
        assertEquals(100_000_000L, clock.wallNs(SECOND) - right.wallNs(SECOND));
        clock.drift(-100_000);
        assertEquals(900_000_000L, clock.monotonicNs(SECOND));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -1, 17, -333, 99_999, -99_999, 100_000, -100_000})
    void shouldNeverGoBackAndNameTheFirstTimeThatShowsAReading(final int ppm) {
        clock.drift(ppm);
        clock.monotonicStart(1L << 40);
        long last = Long.MIN_VALUE;
        for (long virtual = 0; virtual < 100 * SECOND; virtual += 33_333_331) {
            final long reading = clock.monotonicNs(virtual);
            assertTrue(reading > last);
            last = reading;
            final long first = clock.virtualNs(reading + 5);
            assertTrue(clock.monotonicNs(first) >= reading + 5);
            assertTrue(clock.monotonicNs(first - 1) < reading + 5);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 17, -99_999})
    void shouldStandStillWhileTheMachineIsSuspended(final int ppm) {
        clock.drift(ppm);
        clock.monotonicStart(1L << 40);
        final long monotonic = clock.monotonicNs(5 * SECOND);
        final long wall = clock.wallNs(5 * SECOND);
        clock.suspend(5 * SECOND);
        clock.suspend(6 * SECOND);
        assertEquals(monotonic, clock.monotonicNs(8 * SECOND));
        assertEquals(wall, clock.wallNs(8 * SECOND));
        clock.resume(8 * SECOND, false);
        assertEquals(monotonic, clock.monotonicNs(8 * SECOND));
        assertEquals(wall, clock.wallNs(8 * SECOND));
        final long first = clock.virtualNs(monotonic + SECOND);
        assertTrue(clock.monotonicNs(first) >= monotonic + SECOND);
        assertTrue(clock.monotonicNs(first - 1) < monotonic + SECOND);
        clock.resume(9 * SECOND, true);
        assertEquals(wall - monotonic, clock.wallNs(9 * SECOND) - clock.monotonicNs(9 * SECOND));
    }

    @Test
    void shouldSetTheWallClockRightWhenTheMachineGoesOn() {
        final SimClock right = new SimClock(7);
        clock.suspend(5 * SECOND);
        clock.resume(8 * SECOND, true);
        assertEquals(right.wallNs(9 * SECOND), clock.wallNs(9 * SECOND));
        assertEquals(right.monotonicNs(9 * SECOND) - 3 * SECOND, clock.monotonicNs(9 * SECOND));
    }

    @Test
    void shouldRefuseToStandStill() {
        assertThrows(IllegalArgumentException.class, () -> clock.drift(-1_000_000));
    }
}
