package io.vireo.sim.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.storage.Storage;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Reads that go wrong once, files that cannot grow or lose their end, sectors torn in the device's own unit. */
class DiskCallFaultsTest extends DiskRig {
    @Test
    void shouldFailOneReadOfAGoodSectorAndNoOther() {
        final SimDisk disk = written();
        assertTrue(disk.misread(0, 16, ReadFault.ERROR, 0, 1));
        assertTrue(disk.image().isSectorDamaged(16));
        assertEquals('b', read(disk, 17));
        assertEquals(Storage.READ_FAILED, read(disk, 16));
        assertTrue(disk.image().isSectorDamaged(16), "whoever has read it does not know better");
        assertEquals('n', read(disk, 16));
        assertFalse(disk.image().isSectorDamaged(16), "who has read it again does");
        assertEquals(1, statistics.readErrors);
    }

    @Test
    void shouldGetTheBytesOfAnotherSectorOnceWhenAReadIsMisdirected() {
        final SimDisk disk = written();
        assertTrue(disk.misread(0, 16, ReadFault.MISDIRECTED, 17, 1));
        assertEquals('b', read(disk, 16));
        assertEquals('n', read(disk, 16));
        assertEquals(1, statistics.misdirectedReads);
        assertFalse(disk.misread(0, 17, ReadFault.MISDIRECTED, 17, 1), "it gets what it asked for");
    }

    @Test
    void shouldGetTheFormerBytesOnceWhenAReadIsStale() {
        final SimDisk disk = written();
        assertTrue(disk.misread(0, 16, ReadFault.STALE, 0, 1));
        assertFalse(disk.misread(0, 16, ReadFault.ERROR, 0, 1), "one at a time");
        assertFalse(disk.damage(0, 16, DamageKind.BIT, new Draws(1, Stream.ROT_PLAN, 0)), "it is damaged already");
        assertEquals('o', read(disk, 16));
        assertEquals('n', read(disk, 16));
        assertEquals(1, statistics.staleReads);
    }

    @Test
    void shouldWaitForTheNextProcessWhenNobodyHasReadTheSectorYet() {
        final SimDisk disk = written();
        disk.misread(0, 16, ReadFault.STALE, 0, 1);
        disk.crash(CrashOutcome.DROP_ALL, new Draws(1, Stream.CRASH_OUTCOME, 0));
        assertTrue(disk.image().isSectorDamaged(16));
        assertEquals('o', read(disk, 16));
        assertTrue(disk.image().isSectorDamaged(16), "whoever read it does not know better");
        disk.crash(CrashOutcome.PROCESS_ONLY, new Draws(1, Stream.CRASH_OUTCOME, 1));
        assertFalse(disk.image().isSectorDamaged(16), "nobody remembers");
    }

    @Test
    void shouldReadWhatWasWrittenWhenASectorIsRewrittenBeforeTheReadThatWouldFail() {
        final SimDisk disk = written();
        disk.misread(0, 16, ReadFault.ERROR, 0, 1);
        write(disk, 16, 1, 'x');
        disk.sync(0, 9);
        run(disk);
        assertEquals('x', read(disk, 16));
        assertEquals(0, statistics.readErrors);
    }

    @Test
    void shouldWriteAPartAndFailWhenAFileGrowsBeyondTheSpace() {
        final SimDisk disk = disk(1);
        disk.create("one", 0, 2);
        run(disk);
        disk.fill(2);
        write(disk, 16, 1, 'a');
        run(disk);
        assertNull(failure, "what grows no file needs no space");
        grow(disk, 3);
        write(disk, 17, 1, 'a');
        disk.poll(this);
        assertEquals("a write at offset 0 failed: no space left on the device", failure);
        assertEquals(1, statistics.fullWrites);
        assertEquals(1, statistics.shortWrites);
        assertEquals(0, disk.size(1), "nobody was told of the part");
        assertEquals(2, disk.pendingWrites(), "nothing that follows a failure takes place");
        disk.crash(CrashOutcome.PROCESS_ONLY, new Draws(3, Stream.CRASH_OUTCOME, 0));
        disk.create("two", 3L * SECTOR, 3);
        run(disk);
        assertEquals(Storage.NO_SPACE, results.get(results.size() - 1));
    }

    @Test
    void shouldGrowAgainWhenSpaceIsGivenBack() {
        final SimDisk disk = disk(1);
        disk.create("one", 0, 2);
        run(disk);
        disk.fill(2);
        disk.giveSpaceBack();
        grow(disk, 3);
        run(disk);
        assertNull(failure);
        assertEquals(3L * SECTOR, disk.size(1));
    }

    @Test
    void shouldEndAtTheCutWhenAFileIsTruncated() {
        final SimDisk disk = disk(1);
        disk.create("one", 3L * SECTOR, 2);
        disk.syncDirectory(3);
        run(disk);
        assertFalse(disk.truncate(1, 3), "it is no longer than that");
        assertTrue(disk.truncate(1, 1));
        assertEquals(SECTOR, disk.size(1));
        assertEquals(0, read(disk, 1, 0));
        assertEquals(Storage.READ_FAILED, read(disk, 1, 1));
        assertTrue(disk.hasDamagedFiles());
        disk.crash(CrashOutcome.KEEP_ALL, new Draws(1, Stream.CRASH_OUTCOME, 0));
        assertEquals(SECTOR, disk.size(1));
    }

    @Test
    void shouldMixOldAndNewBlocksWhenTheDeviceHasSmallerSectors() {
        long torn = 0;
        for (int run = 0; torn < 8; run++) {
            assertTrue(run < 256, "hardly any sector is torn");
            final SimDisk disk = disk(run, new DiskFaults(1, 1_000, 1_000, 1_000, 64, 0, 0, 0, 512));
            write(disk, 16, 1, 'o');
            disk.sync(0, 9);
            run(disk);
            write(disk, 16, 1, 'n');
            disk.crash(CrashOutcome.KEEP_ALL, new Draws(run, Stream.CRASH_OUTCOME, 0));
            if (statistics.tornSectors > torn) {
                torn = statistics.tornSectors;
                shouldBeMixed(disk.durableSector(16));
            }
        }
    }

    private static void shouldBeMixed(final byte[] sector) {
        int fresh = 0;
        for (int at = 0; at < SECTOR; at++) {
            assertEquals(sector[at / 512 * 512], sector[at], "a block is whole");
            fresh += sector[at] == 'n' ? 1 : 0;
        }
        assertTrue(fresh > 0 && fresh < SECTOR);
    }

    @Test
    void shouldCountAWriteThatOvertakesAnOlderOne() {
        final SimDisk disk = disk(5);
        for (int i = 0; i < 16; i++) {
            write(disk, 16 + i, 1, 'a');
        }
        run(disk);
        assertTrue(statistics.overtakingWrites > 0);
    }

    /** Sector 16 held o and holds n, sector 17 holds b. */
    private SimDisk written() {
        final SimDisk disk = disk(1);
        write(disk, 16, 1, 'o');
        write(disk, 17, 1, 'b');
        disk.sync(0, 9);
        run(disk);
        write(disk, 16, 1, 'n');
        disk.sync(0, 9);
        run(disk);
        return disk;
    }

    private static void grow(final SimDisk disk, final int sectors) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[sectors * SECTOR]);
        disk.write(1, 0, buffer, 0, buffer.capacity(), 200);
    }
}
