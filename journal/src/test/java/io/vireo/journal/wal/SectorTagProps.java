package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.Checksum;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A sector says what it was written with, and is valid only as it was written, where it was written. */
class SectorTagProps {
    private static final long SEED = SectorCrc.seed(1, 2, 0, 3, 4, 5);

    @Property(tries = 200)
    void shouldReadBackWhatWasWritten(
            @ForAll @LongRange(min = 0) final long place,
            @ForAll @IntRange(min = 0, max = 65_534) final int index,
            @ForAll @LongRange(min = 1) final long op,
            @ForAll @LongRange(min = 0, max = 0xffff_ffffL) final long view,
            @ForAll @LongRange(min = 0, max = 0xffff_ffffL) final long logView,
            @ForAll final long entry,
            @ForAll @LongRange(min = 0) final long position,
            @ForAll @LongRange(min = 0) final long syncedOp) {
        final SectorTag tag = new SectorTag(SEED).wrap(random(op), 0);
        tag.seal(place, index, 65_535, op, view, logView, entry, position, syncedOp);
        assertTrue(tag.isValid(place));
        assertEquals(index, tag.index());
        assertEquals(65_535, tag.count());
        assertEquals(op, tag.op());
        assertEquals(view, tag.view());
        assertEquals(logView, tag.logView());
        assertEquals(entry, tag.entry());
        assertEquals(position, tag.position());
        assertEquals(syncedOp, tag.syncedOp());
    }

    @Test
    void shouldBeInvalidWhenAnySingleBitIsFlipped() {
        final MutableDirectBuffer sector = sealed(SEED, 7);
        final SectorTag tag = new SectorTag(SEED).wrap(sector, 0);
        for (int bit = 0; bit < SECTOR * 8; bit++) {
            flip(sector, bit);
            assertFalse(tag.isValid(7), "bit " + bit);
            flip(sector, bit);
        }
        assertTrue(tag.isValid(7));
    }

    @Test
    void shouldBeInvalidWhenItIsInAnotherPlaceOrOfAnotherRing() {
        final MutableDirectBuffer sector = sealed(SEED, 7);
        for (long place = 0; place < 4096; place++) {
            assertEquals(place == 7, new SectorTag(SEED).wrap(sector, 0).isValid(place));
        }
        final long[] others = {
            SectorCrc.seed(9, 2, 0, 3, 4, 5),
            SectorCrc.seed(1, 9, 0, 3, 4, 5),
            SectorCrc.seed(1, 2, 1, 3, 4, 5),
            SectorCrc.seed(1, 2, 0, 9, 4, 5),
            SectorCrc.seed(1, 2, 0, 3, 9, 5),
            SectorCrc.seed(1, 2, 0, 3, 4, 9),
        };
        for (final long other : others) {
            assertFalse(
                    new SectorTag(other).wrap(sector, 0).isValid(7),
                    "a sector of another cluster, replica, group or life");
        }
    }

    @Test
    void shouldBeInvalidWhenItWasNeverWritten() {
        final UnsafeBuffer zeros = new UnsafeBuffer(new byte[SECTOR]);
        for (int place = 0; place < 4096; place++) {
            assertFalse(new SectorTag(SEED).wrap(zeros, 0).isValid(place));
            assertFalse(new SyncMark(SEED).wrap(zeros, 0).isValid(place & 1, new Checksum()));
        }
    }

    @Test
    void shouldAgreeWhenTheBufferIsDirect() {
        final MutableDirectBuffer heap = sealed(SEED, 7);
        final UnsafeBuffer direct = new UnsafeBuffer(ByteBuffer.allocateDirect(3 * SECTOR));
        direct.putBytes(SECTOR, heap, 0, SECTOR);
        assertTrue(new SectorTag(SEED).wrap(direct, SECTOR).isValid(7));
        final UnsafeBuffer slice = new UnsafeBuffer(direct, SECTOR, SECTOR);
        assertTrue(new SectorTag(SEED).wrap(slice, 0).isValid(7));
    }

    @Test
    void shouldTrustAMarkOnlyWhenItIsWholeAndInItsSlot() {
        final TestPrepare prepare = TestPrepare.after(null, 3, 1, 0, 1);
        final UnsafeBuffer sector = new UnsafeBuffer(new byte[SECTOR]);
        final SyncMark mark = new SyncMark(SEED).wrap(sector, 0);
        mark.seal(1, 5, 3, prepare.header());
        final Checksum checksum = new Checksum();
        assertTrue(mark.isValid(1, checksum));
        assertFalse(mark.isValid(0, checksum));
        assertEquals(5, mark.generation());
        assertEquals(3, mark.logView());
        assertEquals(1, mark.syncedOp());
        for (int bit = 0; bit < SECTOR * 8; bit++) {
            flip(sector, bit);
            assertFalse(mark.isValid(1, checksum), "bit " + bit);
            flip(sector, bit);
        }
    }

    private static MutableDirectBuffer sealed(final long seed, final long place) {
        final UnsafeBuffer sector = random(place);
        new SectorTag(seed).wrap(sector, 0).seal(place, 1, 3, 42, 5, 6, 0x1234_5678_9abcL, 6, 41);
        return sector;
    }

    private static UnsafeBuffer random(final long seed) {
        final UnsafeBuffer sector = new UnsafeBuffer(new byte[SECTOR]);
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < SECTOR; i += Long.BYTES) {
            sector.putLong(i, random.nextLong());
        }
        return sector;
    }

    private static void flip(final MutableDirectBuffer sector, final int bit) {
        sector.putByte(bit >> 3, (byte) (sector.getByte(bit >> 3) ^ (1 << (bit & 7))));
    }
}
