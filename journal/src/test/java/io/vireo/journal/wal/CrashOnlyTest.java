package io.vireo.journal.wal;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.wal.JournalScript.Recovered;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Section 5: states that a crash alone can reach never give a faulty entry nor an uncertain head, lose nothing that was acknowledged, and
 * bring nothing back that a StartView dropped.
 */
class CrashOnlyTest {
    private static final int STEPS = 70;

    @Test
    void shouldKeepEveryPromiseWhenThreeReplicasCrashAnywhere() {
        run(0, 150, 3, false, 16);
    }

    @Test
    void shouldKeepEveryPromiseWhenEverySubsetOfUnsyncedSectorsIsTried() {
        run(10_000, 12, 3, false, 256);
    }

    @Test
    void shouldKeepEveryPromiseWhenTwoReplicasCrashAnywhere() {
        run(20_000, 60, 2, true, 16);
        run(25_000, 30, 2, false, 16);
    }

    @Test
    void shouldKeepEveryPromiseWhenOneReplicaCrashesAnywhere() {
        run(30_000, 40, 1, true, 16);
    }

    private static void run(
            final long firstSeed, final int seeds, final int replicas, final boolean marked, final int imagesMax) {
        long images = 0;
        long crashes = 0;
        long acks = 0;
        long gaps = 0;
        long cuts = 0;
        long repairs = 0;
        long unconfirmed = 0;
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            final JournalScript script = new JournalScript(seed, replicas, marked, imagesMax);
            try {
                for (int step = 0; step < STEPS; step++) {
                    script.step();
                    script.judge(recovered -> check(script, recovered));
                    if (script.random.nextInt(24) == 0 || (replicas == 1 && step == STEPS / 2)) {
                        script.crash(image -> {});
                        crashes++;
                    }
                }
            } catch (final RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed " + seed + ": " + e.getMessage() + "\n" + String.join("\n", script.trace), e);
            }
            images += script.images;
            acks += script.acked.size();
            gaps += script.gaps;
            cuts += script.cuts;
            repairs += script.repairs;
            unconfirmed += script.unconfirmed;
        }
        final String reached = images + " images, " + crashes + " crashes, " + acks + " acknowledged, " + gaps
                + " gaps, " + cuts + " cuts, " + repairs + " header repairs, " + unconfirmed + " unconfirmed";
        assertTrue(images > seeds * 50L && crashes > seeds && acks > seeds, "vacuous: " + reached);
        assertTrue(replicas == 1 || cuts > seeds / 4, "vacuous: " + reached);
        assertTrue(
                replicas < 3 || (gaps > seeds / 8 && repairs > seeds / 4 && unconfirmed > seeds),
                "vacuous: " + reached);
    }

    static void check(final JournalScript script, final Recovered recovered) {
        final PrepareJournal journal = recovered.journal();
        final VsrState superblock = recovered.superblock();
        final List<TestPrepare> log = script.logs.get(superblock.logView());
        final PrepareFlyweight header = new PrepareFlyweight();
        if (!recovered.recovery().isHeadCertain()) {
            fail("uncertain head after a crash alone: " + JournalScript.describe(journal));
        }
        if (superblock.doViewChange() != null) {
            assertTrue(
                    journal.head()
                            == Math.max(
                                    superblock.doViewChange().headOp(),
                                    superblock.checkpoint().op()),
                    "head is not the promised one: " + JournalScript.describe(journal));
        }
        final long checkpointOp = superblock.checkpoint().op();
        assertTrue(
                journal.checkpointOp() == checkpointOp
                        && journal.head() >= checkpointOp
                        && journal.syncedOp() >= checkpointOp,
                "not on its checkpoint: " + JournalScript.describe(journal));
        final long[] positions = TestPrepare.positions(log, script.ring);
        for (long op = checkpointOp + 1; op <= journal.head(); op++) {
            if (journal.endPosition(op) >= 0) {
                assertTrue(
                        journal.endPosition(op)
                                == positions[(int) op] + log.get((int) op - 1).sectors(),
                        "op " + op + " ends elsewhere: " + JournalScript.describe(journal));
            }
            final EntryState state = journal.state(op);
            if (state == EntryState.FAULTY || (state == EntryState.UNCONFIRMED && op <= journal.syncedOp())) {
                fail("op " + op + " is faulty after a crash alone: " + JournalScript.describe(journal));
            }
            script.unconfirmed += state == EntryState.UNCONFIRMED ? 1 : 0;
            if (journal.hasHeader(op)) {
                final TestPrepare truth = op <= log.size() ? log.get((int) op - 1) : null;
                if (truth == null || !journal.matches(op, truth.lo, truth.hi)) {
                    fail("op " + op + " is not the log's: " + JournalScript.describe(journal));
                }
            } else if (op >= superblock.startView().lowOp()
                    && op <= superblock.startView().headOp()) {
                fail("op " + op + " of the suffix has no header: " + JournalScript.describe(journal));
            }
        }
        for (final var ack : script.acked.entrySet()) {
            final TestPrepare prepare = ack.getKey();
            if (prepare.op <= checkpointOp) {
                continue;
            }
            final boolean isInLog = prepare.op <= log.size() && log.get((int) prepare.op - 1) == prepare;
            if (ack.getValue() == superblock.logView()) {
                assertTrue(isInLog, "test is wrong: acknowledged op " + prepare.op + " is not in the log of its view");
                // Below the suffix everything is committed: there an intact entry may have to wait for header repair to
                // connect it again.
                final boolean isBelowSuffix =
                        prepare.op < superblock.startView().lowOp();
                if (prepare.op > journal.head()
                        || !(journal.state(prepare.op) == EntryState.CLEAN
                                || (isBelowSuffix && journal.state(prepare.op) == EntryState.UNCONFIRMED))) {
                    fail("acknowledged op " + prepare.op + " is lost: " + JournalScript.describe(journal));
                }
            } else if (isInLog && prepare.op <= journal.head()) {
                final EntryState state = journal.state(prepare.op);
                if (state != EntryState.CLEAN && state != EntryState.UNCONFIRMED) {
                    fail("op " + prepare.op + ", acknowledged in a former view, is lost: "
                            + JournalScript.describe(journal));
                }
            }
        }
        if (journal.head() > Math.max(superblock.startView().headOp(), checkpointOp)
                && superblock.doViewChange() == null) {
            assertTrue(
                    journal.hasHeader(journal.head())
                            && journal.header(journal.head(), header).view() == superblock.logView(),
                    "a head above the StartView's is not of its view: " + JournalScript.describe(journal));
        }
    }
}
