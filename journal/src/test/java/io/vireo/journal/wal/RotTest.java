package io.vireo.journal.wal;

import static io.vireo.journal.storage.Storage.SECTOR;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.wal.JournalScript.Recovered;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * One damaged sector on top of every crash: with durability "marked" an acknowledged op is then intact, faulty or waiting for header
 * repair, but never missing (which may be nacked) nor cut; and never does another prepare take its place. It stays so through the repair
 * and the crashes that meet it.
 */
class RotTest {
    private static final int STEPS = 60;
    private static final int RING_SECTORS = JournalScript.RING_SECTORS;
    private static final int STEPS_AFTER = 25;

    @Test
    void shouldNeverCallAnAcknowledgedOpMissingWhenOneSectorRots() {
        run(40_000, 60, 3, false);
        run(50_000, 30, 2, false);
    }

    @Test
    void shouldNeverCallAnAcknowledgedOpMissingWhenOneSectorRotsUnderMovingCheckpoints() {
        run(70_000, 40, 3, true);
        run(80_000, 20, 2, true);
    }

    @Test
    void shouldRefuseToOpenWhenTheOnlyReplicaIsDamaged() {
        int refused = 0;
        for (long seed = 60_000; seed < 60_030; seed++) {
            final JournalScript script = new JournalScript(seed, 1, true, 4);
            for (int step = 0; step < STEPS; step++) {
                script.step();
            }
            final List<TestPrepare> log = script.log();
            for (int sector = 0; sector < SyncMark.SLOTS + JournalScript.RING_SECTORS; sector++) {
                final byte[] image = script.storage.durable.clone();
                rot(image, sector);
                final TraceStorage over = new TraceStorage(image);
                final JournalRecovery recovery =
                        new JournalRecovery(JournalScript.context(over, 1, true), script.superblock);
                recovery.start();
                over.completeRecovery(recovery);
                final boolean isNeeded =
                        script.acked.keySet().stream().anyMatch(prepare -> !isIntact(recovery, prepare));
                if (isNeeded) {
                    final JournalDamageException refusal =
                            assertThrows(JournalDamageException.class, recovery::journal);
                    assertTrue(
                            refusal.getMessage().contains("group 2 of replica 0: op " + refusal.op()),
                            refusal.getMessage());
                    assertTrue(refusal.op() <= log.size());
                    refused++;
                }
            }
        }
        assertTrue(refused > 30, "vacuous: refused " + refused);
    }

    private static boolean isIntact(final JournalRecovery recovery, final TestPrepare prepare) {
        return recovery.report().clean() == recovery.report().head()
                && recovery.report().head() >= prepare.op;
    }

    private static void run(final long firstSeed, final int seeds, final int replicas, final boolean hasCheckpoints) {
        final long[] faulty = new long[1];
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            final JournalScript script = new JournalScript(seed, replicas, true, 3, RING_SECTORS, hasCheckpoints);
            try {
                for (int step = 0; step < STEPS; step++) {
                    script.step();
                    script.forEachImage((image, under) -> {
                        final byte[] rotten = image.clone();
                        rot(rotten, script.random.nextInt(SyncMark.SLOTS + RING_SECTORS));
                        check(script, script.recover(rotten, under), faulty);
                    });
                    if (script.random.nextInt(30) == 0) {
                        script.crash(image -> {});
                    }
                }
                script.crash(image -> rot(image, script.random.nextInt(SyncMark.SLOTS + RING_SECTORS)));
                for (int step = 0; step < STEPS_AFTER; step++) {
                    script.step();
                    script.judge(recovered -> check(script, recovered, faulty));
                    if (script.random.nextInt(12) == 0) {
                        script.crash(image -> {});
                    }
                }
            } catch (final RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + ": " + e.getMessage() + "\n" + String.join("\n", script.trace), e);
            }
        }
        assertTrue(faulty[0] > seeds, "vacuous: " + faulty[0] + " faulty ops");
    }

    private static void rot(final byte[] image, final int sector) {
        image[sector * SECTOR + 100] ^= 0x10;
    }

    private static void check(final JournalScript script, final Recovered recovered, final long[] faulty) {
        final PrepareJournal journal = recovered.journal();
        if (journal.syncedOp() < journal.head() && journal.state(journal.syncedOp() + 1) == EntryState.CLEAN) {
            fail("op " + (journal.syncedOp() + 1) + " is intact and does not count: "
                    + JournalScript.describe(journal));
        }
        final VsrState superblock = recovered.superblock();
        final List<TestPrepare> log = script.logs.get(superblock.logView());
        for (long op = journal.checkpointOp() + 1; op <= journal.head(); op++) {
            faulty[0] += journal.state(op) == EntryState.FAULTY ? 1 : 0;
            if (journal.hasHeader(op)) {
                final TestPrepare truth = op <= log.size() ? log.get((int) op - 1) : null;
                if (truth == null || !journal.matches(op, truth.lo, truth.hi)) {
                    fail("op " + op + " is not the log's: " + JournalScript.describe(journal));
                }
            }
        }
        for (final var ack : script.acked.entrySet()) {
            final TestPrepare prepare = ack.getKey();
            if (ack.getValue() != superblock.logView()
                    || prepare.op <= journal.checkpointOp()
                    || prepare.op < superblock.startView().lowOp()) {
                continue;
            }
            if (prepare.op > journal.head()) {
                fail("acknowledged op " + prepare.op + " is cut: " + JournalScript.describe(journal));
            }
            final EntryState state = journal.state(prepare.op);
            if (state != EntryState.CLEAN && state != EntryState.FAULTY) {
                fail("acknowledged op " + prepare.op + " is " + state + ": " + JournalScript.describe(journal));
            }
        }
    }
}
