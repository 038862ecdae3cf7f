package io.vireo.sim.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.storage.Storage;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.time.EventQueue;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What survives a crash and what a reader of damaged sectors gets. */
class SimDiskTest implements SimDisk.Watch, Storage.Completions {
    private static final int SECTOR = Storage.SECTOR;

    private final EventQueue queue = new EventQueue();
    private final List<Long> results = new ArrayList<>();
    private final List<Long> tokens = new ArrayList<>();

    @Override
    public boolean isAlive() {
        return true;
    }

    @Override
    public void on(final DiskEvent event) {
        // Nothing is aimed at this disk.
    }

    @Override
    public void onCompletion(final long token, final long result) {
        tokens.add(token);
        results.add(result);
    }

    @Override
    public void onFailure(final String message) {
        throw new IllegalStateException(message);
    }

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

    private SimDisk disk(final int seed) {
        final SimDisk disk = new SimDisk(
                queue,
                new DiskFaults(1, 1_000, 1_000, 1_000, 64, 16),
                new Draws(seed, Stream.DISK, 0),
                new DiskStatistics(),
                new DurableImage());
        disk.attach(this);
        disk.create("data", 64 * SECTOR, 1);
        disk.syncDirectory(1);
        run(disk);
        return disk;
    }

    private void run(final SimDisk disk) {
        while (queue.step()) {
            disk.poll(this);
        }
    }

    private void write(final SimDisk disk, final int sector, final int count, final char fill) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[count * SECTOR]);
        buffer.setMemory(0, buffer.capacity(), (byte) fill);
        disk.write(0, (long) sector * SECTOR, buffer, 0, buffer.capacity(), 100 + sector);
    }

    /** First byte of a sector, or the failure. */
    private long read(final SimDisk disk, final int sector) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[SECTOR]);
        results.clear();
        disk.read(0, (long) sector * SECTOR, buffer, 0, SECTOR, 7);
        run(disk);
        final long result = results.get(results.size() - 1);
        return result < 0 ? result : buffer.getByte(1);
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
