package io.vireo.sim.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A process gets zeros, and nothing of one that still uses the disk. */
class ProcessMemoryTest extends DiskRig {
    private static final int LENGTH = 2 * SECTOR;

    private final ProcessMemory memory = new ProcessMemory();

    @Test
    void shouldGiveBuffersOfTheirOwnWhileTheProcessLives() {
        final UnsafeBuffer first = memory.allocate(LENGTH);
        assertNotSame(first.byteArray(), memory.allocate(LENGTH).byteArray());
    }

    @Test
    void shouldGiveTheNextProcessTheSameBytesZeroedWhenTheFirstHasEnded() {
        final UnsafeBuffer first = memory.allocate(LENGTH);
        first.setMemory(0, LENGTH, (byte) 7);
        memory.endLife();
        assertNotSame(first.byteArray(), memory.allocate(SECTOR).byteArray(), "another length");
        final UnsafeBuffer again = memory.allocate(LENGTH);
        assertSame(first.byteArray(), again.byteArray());
        for (int i = 0; i < LENGTH; i++) {
            assertEquals(0, again.getByte(i));
        }
        assertNotSame(first.byteArray(), memory.allocate(LENGTH).byteArray(), "given once");
    }

    /** What a reader must not rely on is not there by chance either. */
    @Test
    void shouldLeaveWhatTheFirstProcessWroteWhenTheNextAsksForNoZeros() {
        final UnsafeBuffer first = memory.allocateUncleared(LENGTH);
        first.setMemory(0, LENGTH, (byte) 7);
        memory.endLife();
        final UnsafeBuffer again = memory.allocateUncleared(LENGTH);
        assertSame(first.byteArray(), again.byteArray());
        assertEquals(7, again.getByte(LENGTH - 1));
    }

    /** Story: a write is under way when its process ends, and takes place; meanwhile the next process fills the buffer it came from. */
    @Test
    void shouldKeepWhatWasWrittenWhenTheNextProcessUsesTheBuffer() {
        for (final CrashOutcome outcome : new CrashOutcome[] {CrashOutcome.KEEP_ALL, CrashOutcome.PROCESS_ONLY}) {
            int kept = 0;
            for (int run = 0; run < 16; run++) {
                final SimDisk disk = disk(run, new DiskFaults(1, 1_000, 1_000, 1_000, 0, 0));
                final MutableDirectBuffer buffer = disk.allocate(SECTOR);
                buffer.setMemory(0, SECTOR, (byte) 'a');
                disk.write(0, 16L * SECTOR, buffer, 0, SECTOR, 1);
                disk.crash(outcome, new Draws(run, Stream.CRASH_OUTCOME, 0));
                final MutableDirectBuffer next = disk.allocate(SECTOR);
                assertSame(buffer.byteArray(), next.byteArray());
                next.setMemory(0, SECTOR, (byte) 'b');
                final long found = read(disk, 16);
                assertEquals(found == 0 ? 0 : 'a', found, outcome.toString());
                kept += found == 'a' ? 1 : 0;
            }
            assertEquals(outcome == CrashOutcome.KEEP_ALL, kept == 16, outcome.toString());
            assertEquals(true, kept > 0, outcome.toString());
        }
    }
}
