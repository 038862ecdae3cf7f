package io.vireo.sim.storage;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.InvariantException;
import io.vireo.journal.wal.SectorTag;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What survives a crash and what a reader of damaged sectors gets. */
class SimDiskTest extends DiskRig {
    @Test
    void shouldKeepSyncedWritesWhenTheMachineCrashesInAnyWay() {
        for (final CrashOutcome outcome : CrashOutcome.values()) {
            final SimDisk disk = disk(outcome.ordinal());
            write(disk, 16, 1, 'a');
            disk.sync(0, 9);
            run(disk);
            write(disk, 17, 1, 'b');
            disk.crash(outcome, new Draws(3, Stream.CRASH_OUTCOME, 0));
            assertEquals('a', read(disk, 16), outcome.toString());
        }
    }

    @Test
    void shouldLoseWhatNoSyncCoversWhenAllIsDropped() {
        final SimDisk disk = disk(1);
        write(disk, 16, 1, 'a');
        run(disk);
        assertEquals('a', read(disk, 16), "a process reads what it wrote");
        disk.crash(CrashOutcome.DROP_ALL, new Draws(3, Stream.CRASH_OUTCOME, 0));
        assertEquals(0, read(disk, 16));
    }

    @Test
    void shouldReadUnsyncedWritesAgainWhenOnlyTheProcessDies() {
        final SimDisk disk = disk(1);
        write(disk, 16, 1, 'a');
        run(disk);
        disk.crash(CrashOutcome.PROCESS_ONLY, new Draws(3, Stream.CRASH_OUTCOME, 0));
        assertEquals('a', read(disk, 16));
        disk.crash(CrashOutcome.DROP_ALL, new Draws(3, Stream.CRASH_OUTCOME, 0));
        assertEquals(0, read(disk, 16));
    }

    @Test
    void shouldTearAtSectorsWhenWritesSurviveInPart() {
        final EnumSet<Kind> seen = EnumSet.noneOf(Kind.class);
        for (int run = 0; run < 64; run++) {
            final SimDisk disk = disk(run);
            write(disk, 16, 2, 'o');
            disk.sync(0, 9);
            run(disk);
            write(disk, 16, 2, 'n');
            disk.crash(CrashOutcome.KEEP_ALL, new Draws(run, Stream.CRASH_OUTCOME, 0));
            seen.add(Kind.of(read(disk, 16)));
            seen.add(Kind.of(read(disk, 17)));
        }
        assertEquals(EnumSet.allOf(Kind.class), seen);
    }

    @Test
    void shouldCompleteOutOfOrderWhenLatenciesDiffer() {
        final SimDisk disk = disk(5);
        for (int i = 0; i < 16; i++) {
            write(disk, 16 + i, 1, 'a');
        }
        tokens.clear();
        run(disk);
        final List<Long> sorted = new ArrayList<>(tokens);
        sorted.sort(null);
        assertEquals(16, tokens.size());
        assertTrue(!sorted.equals(tokens));
    }

    @Test
    void shouldFailReadsUntilRewrittenWhenASectorIsUnreadable() {
        final SimDisk disk = disk(1);
        write(disk, 16, 1, 'a');
        disk.sync(0, 9);
        run(disk);
        assertTrue(disk.damage(0, 16, DamageKind.UNREADABLE, new Draws(1, Stream.ROT_PLAN, 0)));
        assertEquals(Storage.READ_FAILED, read(disk, 16));
        write(disk, 16, 1, 'b');
        run(disk);
        assertEquals('b', read(disk, 16));
        disk.crash(CrashOutcome.DROP_ALL, new Draws(1, Stream.CRASH_OUTCOME, 0));
        assertEquals(Storage.READ_FAILED, read(disk, 16), "the repair was not synced");
    }

    @Test
    void shouldReadTheFormerBytesWhenAWriteNeverLanded() {
        final SimDisk disk = disk(1);
        final Draws draws = new Draws(1, Stream.ROT_PLAN, 0);
        write(disk, 16, 1, 'a');
        disk.sync(0, 9);
        run(disk);
        write(disk, 16, 1, 'b');
        disk.sync(0, 10);
        run(disk);
        assertTrue(disk.damage(0, 16, DamageKind.STALE, draws));
        assertEquals('a', read(disk, 16));
        write(disk, 16, 1, 'c');
        disk.sync(0, 11);
        run(disk);
        assertEquals('c', read(disk, 16), "written again, it is sound");
        write(disk, 17, 1, 'd');
        disk.sync(0, 12);
        run(disk);
        assertTrue(disk.damage(0, 17, DamageKind.ZEROED, draws));
        assertEquals(0, read(disk, 17));
        assertTrue(!disk.damage(0, 18, DamageKind.STALE, draws), "what was never written cannot get lost");
    }

    @Test
    void shouldNotTakeItForDamageWhenWhatComesBackMendsATornEntry() {
        final SimDisk disk = disk(1);
        writeEntry(disk, 20, 3, 7);
        writeEntry(disk, 20, 3, 8);
        // Of the repair of the first one a crash keeps two sectors of three.
        writeEntry(disk, 20, 2, 7);
        final Draws draws = new Draws(1, Stream.ROT_PLAN, 0);
        assertTrue(!disk.damage(0, 22, DamageKind.STALE, draws), "the entry would be whole");
        assertTrue(!disk.misread(0, 22, ReadFault.STALE, 0, 1), "a reader would see it whole");
        writeEntry(disk, 20, 3, 9);
        assertTrue(disk.damage(0, 22, DamageKind.STALE, draws), "of the entry that comes back nothing else is there");
    }

    @Test
    void shouldNotTakeItForDamageWhenAnEntryOfOneSectorComesBackInPlaceOfGarbage() {
        final SimDisk disk = disk(1);
        writeEntry(disk, 20, 1, 1, 7);
        write(disk, 20, 1, 'g');
        disk.sync(0, 9);
        run(disk);
        final Draws draws = new Draws(1, Stream.ROT_PLAN, 0);
        assertTrue(!disk.damage(0, 20, DamageKind.STALE, draws), "the entry would be whole");
        writeEntry(disk, 20, 1, 1, 8);
        writeEntry(disk, 20, 1, 1, 9);
        assertTrue(disk.damage(0, 20, DamageKind.STALE, draws), "another one is there");
    }

    @Test
    void shouldLeaveAHoleWhenAFileHasLostItsEndAndIsWrittenBehindIt() {
        final SimDisk disk = disk(1);
        write(disk, 16, 1, 'a');
        write(disk, 17, 1, 'b');
        disk.sync(0, 9);
        run(disk);
        final int sectors = (int) (disk.size(0) / SECTOR);
        assertTrue(disk.truncate(0, 17));
        write(disk, sectors, 1, 'c');
        assertEquals('a', read(disk, 16));
        assertEquals(0, read(disk, 17), "what was lost stays lost");
        assertEquals('c', read(disk, sectors));
    }

    /** Writes the first sectors of an entry of three, and makes them durable. */
    private void writeEntry(final SimDisk disk, final int sector, final int sectors, final long entry) {
        writeEntry(disk, sector, sectors, 3, entry);
    }

    private void writeEntry(
            final SimDisk disk, final int sector, final int sectors, final int count, final long entry) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[sectors * SECTOR]);
        for (int index = 0; index < sectors; index++) {
            buffer.putShort(index * SECTOR + SectorTag.INDEX_OFFSET, (short) index, LITTLE_ENDIAN);
            buffer.putShort(index * SECTOR + SectorTag.COUNT_OFFSET, (short) count, LITTLE_ENDIAN);
            buffer.putLong(index * SECTOR + SectorTag.OP_OFFSET, 5, LITTLE_ENDIAN);
            buffer.putLong(index * SECTOR + SectorTag.ENTRY_OFFSET, entry, LITTLE_ENDIAN);
        }
        disk.write(0, (long) sector * SECTOR, buffer, 0, buffer.capacity(), 9);
        disk.sync(0, 10);
        run(disk);
    }

    @Test
    void shouldReadBytesOfAnotherSectorWhenAWriteWentAstray() {
        final SimDisk disk = disk(1);
        write(disk, 16, 1, 'a');
        write(disk, 20, 1, 'b');
        disk.sync(0, 9);
        run(disk);
        assertTrue(!disk.misdirect(0, 16, 20), "it has to be missing in its own place first");
        assertTrue(disk.damage(0, 16, DamageKind.STALE, new Draws(1, Stream.ROT_PLAN, 0)));
        assertTrue(disk.misdirect(0, 16, 20));
        assertEquals(0, read(disk, 16));
        assertEquals('a', read(disk, 20));
        disk.crash(CrashOutcome.DROP_ALL, new Draws(1, Stream.CRASH_OUTCOME, 0));
        assertEquals('a', read(disk, 20), "it stays there");
    }

    @Test
    void shouldNotBringBackWhatAFailedSyncHasDropped() {
        final SimDisk disk = disk(1);
        write(disk, 16, 1, 'a');
        run(disk);
        disk.failNextSync(SyncFailure.DROPPED);
        disk.sync(0, 9);
        disk.poll(this);
        assertEquals("a sync failed", failure);
        assertEquals(0, read(disk, 16));
        disk.sync(0, 10);
        run(disk);
        disk.crash(CrashOutcome.KEEP_ALL, new Draws(1, Stream.CRASH_OUTCOME, 0));
        assertEquals(0, read(disk, 16), "a later sync succeeds and says nothing of it");
    }

    @Test
    void shouldSyncLaterWhatAFailedSyncHasKept() {
        final SimDisk disk = disk(1);
        write(disk, 16, 1, 'a');
        run(disk);
        disk.failNextSync(SyncFailure.KEPT);
        disk.sync(0, 9);
        disk.poll(this);
        assertEquals("a sync failed", failure);
        disk.sync(0, 10);
        run(disk);
        disk.crash(CrashOutcome.DROP_ALL, new Draws(1, Stream.CRASH_OUTCOME, 0));
        assertEquals('a', read(disk, 16));
    }

    @Test
    void shouldKeepAnyOfTheChangesOfNamesWhenTheFileSystemKeepsNoOrder() {
        final EnumSet<Names> seen = EnumSet.noneOf(Names.class);
        for (int run = 0; run < 64; run++) {
            final SimDisk disk = disk(1);
            disk.create("one", SECTOR, 9);
            disk.create("two", SECTOR, 10);
            run(disk);
            disk.crash(CrashOutcome.SUBSET, new Draws(run, Stream.CRASH_OUTCOME, 0));
            seen.add(Names.of(disk.fileNamed("one") >= 0, disk.fileNamed("two") >= 0));
        }
        assertEquals(EnumSet.allOf(Names.class), seen);
    }

    @Test
    void shouldGiveNoHandleForANameThatStandsForAnotherFileAfterACrash() {
        final SimDisk disk = disk(1);
        disk.create("one", SECTOR, 9);
        disk.syncDirectory(10);
        run(disk);
        assertEquals(disk.fileNamed("one"), disk.settledFileNamed("one"));
        disk.delete("one", 11);
        disk.create("one", SECTOR, 12);
        run(disk);
        assertTrue(disk.fileNamed("one") >= 0);
        assertEquals(-1, disk.settledFileNamed("one"));
        disk.syncDirectory(13);
        run(disk);
        assertEquals(disk.fileNamed("one"), disk.settledFileNamed("one"));
    }

    @Test
    void shouldLoseAFileForGood() {
        final SimDisk disk = disk(1);
        disk.create("one", SECTOR, 9);
        disk.syncDirectory(10);
        run(disk);
        assertTrue(disk.loseFile("one"));
        assertEquals(-1, disk.fileNamed("one"));
        disk.crash(CrashOutcome.KEEP_ALL, new Draws(1, Stream.CRASH_OUTCOME, 0));
        assertEquals(-1, disk.fileNamed("one"));
        assertTrue(!disk.loseFile("one"));
    }

    private enum Names {
        NONE,
        FIRST,
        SECOND,
        BOTH;

        static Names of(final boolean isFirst, final boolean isSecond) {
            return values()[(isFirst ? 1 : 0) + (isSecond ? 2 : 0)];
        }
    }

    @Test
    void shouldLoseANameWhenTheDirectoryIsNotSynced() {
        final SimDisk disk = disk(1);
        disk.create("other", SECTOR, 2);
        run(disk);
        results.clear();
        disk.crash(CrashOutcome.DROP_ALL, new Draws(0, Stream.CRASH_OUTCOME, 0));
        disk.open("data", 3);
        run(disk);
        assertArrayEquals(new Object[] {0L}, results.toArray());
    }

    @Test
    void shouldKeepGrowthWhenASyncCoversIt() {
        for (final CrashOutcome outcome : CrashOutcome.values()) {
            final SimDisk disk = grown(outcome.ordinal());
            disk.sync(1, 9);
            run(disk);
            grow(disk, 2, 2, 'n');
            disk.crash(outcome, new Draws(3, Stream.CRASH_OUTCOME, 0));
            assertTrue(disk.size(1) >= 2 * SECTOR);
            assertEquals('o', read(disk, 1, 0), outcome.toString());
            assertEquals('o', read(disk, 1, 1), outcome.toString());
        }
    }

    @Test
    void shouldLoseKeepOrTearGrowthWhenNoSyncCoversIt() {
        final TreeSet<String> seen = new TreeSet<>();
        for (int run = 0; run < 256; run++) {
            final SimDisk disk = grown(run);
            disk.sync(1, 9);
            run(disk);
            grow(disk, 2, 1, 'n');
            disk.crash(CrashOutcome.SUBSET, new Draws(run, Stream.CRASH_OUTCOME, 0));
            final long read = read(disk, 1, 2);
            final boolean isGrown = disk.size(1) == 3 * SECTOR;
            assertEquals(isGrown, read != Storage.READ_FAILED);
            seen.add(!isGrown ? "LOST" : read == 0 ? "ZERO" : Kind.of(read).toString());
            grow(disk, isGrown ? 3 : 2, 1, 'm');
            run(disk);
            assertEquals('m', read(disk, 1, isGrown ? 3 : 2), "it grows on from where it ends");
        }
        assertEquals(new TreeSet<>(List.of("GARBAGE", "LOST", "NEW", "ZERO")), seen);
    }

    @Test
    void shouldEndTheSameWhenDrawsAreTheSame() {
        final List<Long> first = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            final List<Long> found = new ArrayList<>();
            for (int run = 0; run < 32; run++) {
                final SimDisk disk = grown(run);
                disk.crash(CrashOutcome.SUBSET, new Draws(run, Stream.CRASH_OUTCOME, 0));
                found.add(disk.size(1));
                found.add(read(disk, 1, 0));
            }
            if (round == 0) {
                first.addAll(found);
            } else {
                assertEquals(first, found);
            }
        }
    }

    @Test
    void shouldListNamesAndRefuseClosedHandles() {
        final SimDisk disk = grown(1);
        disk.list(5);
        run(disk);
        assertEquals(List.of("data", "segments/a.log"), disk.listed());
        disk.close(1);
        assertThrows(InvariantException.class, () -> disk.sync(1, 6));
        disk.open("segments/a.log", 7);
        run(disk);
        assertEquals('o', read(disk, 1, 0));
        assertEquals(0, disk.dataFile());
    }

    @Test
    void shouldLoseSomeNamesWhenTheDirectoryWasNotSynced() {
        final TreeSet<String> seen = new TreeSet<>();
        for (int run = 0; run < 32; run++) {
            final SimDisk disk = grown(run);
            disk.crash(CrashOutcome.SUBSET, new Draws(run, Stream.CRASH_OUTCOME, 0));
            disk.list(8);
            run(disk);
            seen.add(String.join(" ", disk.listed()));
        }
        assertEquals(new TreeSet<>(List.of("data", "data segments/a.log")), seen);
    }

    /** A disk whose file 1 has grown to two sectors, not synced. */
    private SimDisk grown(final int seed) {
        final SimDisk disk = disk(seed);
        disk.create("segments/a.log", 0, 2);
        run(disk);
        grow(disk, 0, 1, 'o');
        grow(disk, 1, 1, 'o');
        run(disk);
        assertEquals(2 * SECTOR, disk.size(1));
        return disk;
    }

    private static void grow(final SimDisk disk, final int sector, final int count, final char fill) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[count * SECTOR]);
        buffer.setMemory(0, buffer.capacity(), (byte) fill);
        disk.write(1, (long) sector * SECTOR, buffer, 0, buffer.capacity(), 200 + sector);
    }

    private enum Kind {
        OLD,
        NEW,
        GARBAGE;

        static Kind of(final long first) {
            return first == 'o' ? OLD : first == 'n' ? NEW : GARBAGE;
        }
    }
}
