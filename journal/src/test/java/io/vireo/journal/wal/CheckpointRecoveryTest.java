package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.superblock.VsrState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Recovery from a ring that has been written for laps: every log of entries of one or two sectors in a ring of seven, which the sizes make
 * end exactly at the ring's end, skip its last sector, or wrap at every op; every checkpoint it can have then; every way the newest entry
 * can be torn over what lay there before.
 */
class CheckpointRecoveryTest {
    private static final int RING_SECTORS = 7;
    private static final int OPS = 8;
    private static final PrepareRing RING = new PrepareRing((long) RING_SECTORS * SECTOR, 2 * SectorTag.PAYLOAD_LENGTH);

    private int recoveries;
    private int exactEnds;
    private int skips;
    private int thirdLaps;
    private int tornOverFormerLap;

    @Test
    void shouldFindExactlyTheLogAboveEveryCheckpointInEveryRing() {
        for (int sizes = 0; sizes < 1 << OPS; sizes++) {
            final List<TestPrepare> log = new ArrayList<>();
            for (int i = 0; i < OPS; i++) {
                log.add(TestPrepare.after(i == 0 ? null : log.get(i - 1), 0, 1 + (sizes >> i & 1), 0, i));
            }
            check(log);
        }
        assertTrue(
                exactEnds > 50 && skips > 50 && thirdLaps > 50 && tornOverFormerLap > 200,
                "vacuous: " + recoveries + " recoveries, " + exactEnds + " checkpoints at the end of the ring, " + skips
                        + " before a skip, " + thirdLaps + " in the third lap, " + tornOverFormerLap + " torn");
    }

    private void check(final List<TestPrepare> log) {
        final long[] positions = TestPrepare.positions(log, RING);
        final byte[] image = new byte[(SyncMark.SLOTS + RING_SECTORS) * SECTOR];
        for (int head = 1; head <= OPS; head++) {
            final byte[] before = image.clone();
            write(image, log.get(head - 1), positions[head]);
            // The lowest checkpoint that leaves space for the head, and all above it.
            for (int checkpoint = head; checkpoint >= 0; checkpoint--) {
                final long end = end(log, positions, checkpoint);
                if (positions[head] + log.get(head - 1).sectors() > end + RING_SECTORS) {
                    break;
                }
                if (head > 5) {
                    count(log, positions, checkpoint);
                    recover(log, positions, image, checkpoint, head, false);
                    tear(log, positions, before, image, checkpoint, head);
                }
            }
        }
    }

    private void tear(
            final List<TestPrepare> log,
            final long[] positions,
            final byte[] before,
            final byte[] after,
            final int checkpoint,
            final int head) {
        if (head == checkpoint) {
            return;
        }
        final int sectors = log.get(head - 1).sectors();
        for (int written = 0; written < (1 << sectors) - 1; written++) {
            final byte[] torn = after.clone();
            for (int i = 0; i < sectors; i++) {
                if ((written >> i & 1) == 0) {
                    final int at = (int) (SyncMark.SLOTS + RING.place(positions[head]) + i) * SECTOR;
                    System.arraycopy(before, at, torn, at, SECTOR);
                }
            }
            tornOverFormerLap += positions[head] >= RING_SECTORS ? 1 : 0;
            recover(log, positions, torn, checkpoint, head - 1, written != 0);
        }
    }

    private void recover(
            final List<TestPrepare> log,
            final long[] positions,
            final byte[] image,
            final int checkpoint,
            final int head,
            final boolean isCut) {
        recoveries++;
        VsrState state = TestPrepare.emptyState();
        if (checkpoint > 0) {
            final TestPrepare prepare = log.get(checkpoint - 1);
            state = state.toBuilder()
                    .commitMax(checkpoint)
                    .checkpoint(TestPrepare.checkpoint(log, checkpoint, RING))
                    .synced(checkpoint, prepare.lo, prepare.hi)
                    .build();
        }
        final TraceStorage storage = new TraceStorage(image);
        final JournalRecovery recovery =
                new JournalRecovery(JournalScript.context(storage, 3, false, RING_SECTORS, 3), state);
        recovery.start();
        storage.completeRecovery(recovery);
        final PrepareJournal journal = recovery.journal();
        final String what = "checkpoint " + checkpoint + ", head " + head + ", positions " + Arrays.toString(positions)
                + ": " + recovery.report();
        assertTrue(recovery.isHeadCertain() && recovery.report().clean() == head - checkpoint, what);
        assertEquals(head, journal.head(), what);
        assertEquals(head, journal.ackableOp(), what);
        assertEquals(isCut ? 1 : 0, recovery.report().cutEntries(), what);
        assertEquals(0, recovery.report().deadEntries(), what);
        for (int op = checkpoint; op <= head; op++) {
            assertEquals(end(log, positions, op), journal.endPosition(op), what);
            if (op > 0) {
                assertTrue(journal.matches(op, log.get(op - 1).lo, log.get(op - 1).hi), what);
            }
        }
    }

    private void count(final List<TestPrepare> log, final long[] positions, final int checkpoint) {
        final long end = end(log, positions, checkpoint);
        exactEnds += checkpoint > 0 && end % RING_SECTORS == 0 ? 1 : 0;
        skips += checkpoint < OPS && positions[checkpoint + 1] != end ? 1 : 0;
        thirdLaps += end >= 2 * RING_SECTORS ? 1 : 0;
    }

    private static long end(final List<TestPrepare> log, final long[] positions, final int op) {
        return op == 0 ? 0 : positions[op] + log.get(op - 1).sectors();
    }

    private static void write(final byte[] image, final TestPrepare prepare, final long position) {
        final TraceStorage over = new TraceStorage(image);
        final SectorTag tag =
                new SectorTag(JournalScript.context(over, 3, false).seed());
        final UnsafeBuffer buffer = new UnsafeBuffer(image);
        for (int i = 0; i < prepare.sectors(); i++) {
            final long place = RING.place(position) + i;
            final int at = (int) (SyncMark.SLOTS + place) * SECTOR;
            final int from = i * SectorTag.PAYLOAD_LENGTH;
            final int length = Math.min(SectorTag.PAYLOAD_LENGTH, prepare.size - from);
            buffer.setMemory(at, SECTOR, (byte) 0);
            buffer.putBytes(at + SectorTag.LENGTH, prepare.bytes, from, length);
            tag.wrap(buffer, at)
                    .seal(place, i, prepare.sectors(), prepare.op, prepare.view, 0, prepare.lo, position, 0);
        }
    }
}
