package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Laws of the position arithmetic. */
class PrepareRingProps {
    @Property
    void shouldNeverCrossTheEndOfTheRing(
            @ForAll @IntRange(min = 4, max = 64) final int sectors,
            @ForAll @IntRange(min = 1, max = 4) final int count,
            @ForAll @LongRange(min = 0, max = 1L << 40) final long end) {
        final PrepareRing ring = ring(sectors);
        final long position = ring.positionAfter(end, count);
        assertTrue(ring.place(position) + count <= sectors);
        assertTrue(position >= end && position - end < count, "skips no more than it must");
        assertTrue(position == end || position % sectors == 0, "skips to the start of the next lap only");
    }

    @Property
    void shouldNotSkipWhenTheEntryFitsExactly(
            @ForAll @IntRange(min = 4, max = 64) final int sectors,
            @ForAll @IntRange(min = 1, max = 4) final int count) {
        final PrepareRing ring = ring(sectors);
        assertEquals(sectors - count, ring.positionAfter(sectors - count, count));
        assertEquals(sectors, ring.positionAfter(sectors - count + 1, count));
    }

    @Property
    void shouldOverlapExactlyWhenAPlaceIsShared(
            @ForAll @IntRange(min = 4, max = 24) final int sectors,
            @ForAll @LongRange(min = 0, max = 200) final long endA,
            @ForAll @LongRange(min = 0, max = 200) final long endB,
            @ForAll @IntRange(min = 1, max = 4) final int countA,
            @ForAll @IntRange(min = 1, max = 4) final int countB) {
        final PrepareRing ring = ring(sectors);
        final long a = ring.positionAfter(endA, countA);
        final long b = ring.positionAfter(endB, countB);
        boolean shared = false;
        for (int i = 0; i < countA; i++) {
            for (int j = 0; j < countB; j++) {
                shared |= ring.place(a + i) == ring.place(b + j);
            }
        }
        assertEquals(shared, ring.overlaps(a, countA, b, countB));
    }

    @Property
    void shouldTakeTheFewestSectorsThatHoldThePrepare(@ForAll @IntRange(min = 1, max = 5_000_000) final int size) {
        final long count = PrepareRing.entrySectors(size);
        assertTrue(count * SectorTag.PAYLOAD_LENGTH >= size && (count - 1) * SectorTag.PAYLOAD_LENGTH < size);
    }

    @Property
    void shouldOverlapNothingOfTheSameLap(
            @ForAll @IntRange(min = 8, max = 32) final int sectors, @ForAll final long seed) {
        final PrepareRing ring = ring(sectors);
        final SplittableRandom random = new SplittableRandom(seed);
        final long start = random.nextInt(3 * sectors);
        long end = start;
        final List<long[]> entries = new ArrayList<>();
        while (true) {
            final int count = 1 + random.nextInt(4);
            final long position = ring.positionAfter(end, count);
            if (position + count > start + sectors) {
                break;
            }
            for (final long[] other : entries) {
                assertFalse(ring.overlaps(other[0], (int) other[1], position, count));
            }
            entries.add(new long[] {position, count});
            end = position + count;
        }
    }

    private static PrepareRing ring(final int sectors) {
        return new PrepareRing((long) sectors * SECTOR, 4 * SectorTag.PAYLOAD_LENGTH);
    }
}
