package io.vireo.node.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SeededRandomTest {
    @Test
    void shouldGiveThePublishedSequenceWhenStateIsThePublishedOne() {
        final SeededRandom random = new SeededRandom(1, 2, 3, 4);
        for (final long expected :
                new long[] {11520L, 0L, 1509978240L, 1215971899390074240L, 1216172134540287360L, 607988272756665600L}) {
            assertEquals(expected, random.nextLong());
        }
    }

    @Test
    void shouldGiveTheSameSequenceWhenSeedIsTheSame() {
        final SeededRandom first = new SeededRandom(42);
        final SeededRandom second = new SeededRandom(42);
        final SeededRandom other = new SeededRandom(43);
        for (int i = 0; i < 1000; i++) {
            final long value = first.nextLong();
            assertEquals(value, second.nextLong());
            assertNotEquals(value, other.nextLong());
        }
    }

    @Test
    void shouldReachEveryValueAboutEquallyOftenWhenBoundIsSmall() {
        final SeededRandom random = new SeededRandom(7);
        for (int bound = 1; bound <= 17; bound++) {
            final int[] hits = new int[bound];
            for (int i = 0; i < bound * 1000; i++) {
                hits[random.nextInt(bound)]++;
            }
            for (final int count : hits) {
                assertTrue(count > 800 && count < 1200, "bound " + bound + ": " + count);
            }
        }
    }

    @Test
    void shouldStayInsideTheBoundWhenBoundIsLarge() {
        final SeededRandom random = new SeededRandom(9);
        for (int i = 0; i < 10_000; i++) {
            final int value = random.nextInt(Integer.MAX_VALUE);
            assertTrue(value >= 0 && value < Integer.MAX_VALUE);
            final long large = random.nextLong(Long.MAX_VALUE);
            assertTrue(large >= 0 && large < Long.MAX_VALUE);
            assertTrue(random.nextLong(10) < 10);
        }
        assertThrows(IllegalArgumentException.class, () -> random.nextInt(0));
        assertThrows(IllegalArgumentException.class, () -> random.nextLong(0));
    }

    @Test
    void shouldGiveOtherSeedsWhenStreamsDiffer() {
        assertNotEquals(SeededRandom.streamSeed(1, 0), SeededRandom.streamSeed(1, 1));
        assertNotEquals(SeededRandom.streamSeed(1, 1), SeededRandom.streamSeed(2, 1));
        assertEquals(SeededRandom.streamSeed(1, 1), SeededRandom.streamSeed(1, 1));
    }
}
