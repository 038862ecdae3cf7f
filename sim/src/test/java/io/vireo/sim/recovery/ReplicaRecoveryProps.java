package io.vireo.sim.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.open.RecoveryException.Code;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.wal.EntryState;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.CrashOutcome;
import io.vireo.sim.storage.DamageKind;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.SectorFate;
import java.util.List;
import org.agrona.collections.IntArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Opens a replica's whole directory (superblock, ring, segments, snapshots) at the end of <em>every</em> prefix of the I/O of random
 * histories, in the worst image a crash can leave there and in random ones, with and without one damaged sector.
 *
 * <p>{@code -Dvireo.recovery.histories=N} plays N histories, and every prefix in every way; {@code -Dvireo.recovery.seed} is the first one.
 */
class ReplicaRecoveryProps {
    private static final int HISTORIES = Math.max(1, Integer.getInteger("vireo.recovery.histories", 1));
    private static final long FIRST_SEED = Long.getLong("vireo.recovery.seed", 1);
    private static final int STEPS = 240;
    private static final SectorFate NOTHING = new SectorFate() {
        @Override
        public boolean survives(final int sector, final int index, final int count, final byte[] bytes) {
            return false;
        }

        @Override
        public boolean survivesElsewhere() {
            return false;
        }
    };

    private static int kinds;
    private static long images;
    private static long openings;
    private static long checkpoints;
    private static long views;
    private static long restarts;
    private static long truncations;
    private static long damagedLogs;
    private static long faulty;
    private static long damagedFiles;
    private static long refused;

    /** What becomes of a machine at the end of a prefix. */
    private interface Crash {
        void strike(ReplicaScript script, Draws draws);
    }

    private interface Prefix {
        void check(long seed, int end, Draws draws);
    }

    @AfterAll
    static void shouldHaveReachedWhatItIsAbout() {
        final String reached = images + " images, " + openings + " openings, " + checkpoints + " checkpoints, " + views
                + " views joined, " + truncations + " tails dropped, " + restarts + " restarts, " + damagedLogs
                + " sectors of logs damaged, " + faulty + " ops faulty, " + damagedFiles
                + " sectors of other files damaged, " + refused + " refused";
        System.out.println("ReplicaRecoveryProps: " + reached);
        assertTrue(
                kinds < 5
                        || checkpoints >= 4
                                && views >= 4
                                && truncations >= 1
                                && restarts >= 2
                                && faulty >= 20
                                && refused >= 20,
                "vacuous: " + reached);
    }

    @Test
    @Tag("I3")
    void shouldKeepEveryPromiseWhenNothingUnsyncedSurvives() {
        forEachPrefix(1, (seed, end, draws) -> judge(seed, end, draws, (script, any) -> script.disk.crash(NOTHING)));
    }

    @Test
    @Tag("I4")
    void shouldKeepEveryPromiseWhenAnythingUnsyncedSurvivesOrIsTorn() {
        forEachPrefix(1, (seed, end, draws) -> judge(seed, end, draws, ReplicaRecoveryProps::crash));
    }

    private static void judge(final long seed, final int end, final Draws draws, final Crash crash) {
        final ReplicaScript script = ended(seed, end);
        final RecoveryJudge judge = new RecoveryJudge(script, false);
        crash.strike(script, draws);
        final Opening first = opened(script);
        judge(judge, first);
        script.disk.crash(CrashOutcome.PROCESS_ONLY, draws);
        assertEquals(first.describe(), opened(script).describe(), "opening again finds the same");
    }

    /** Dies at its first event, then at its second, and so on, each time with the whole machine, until one gets through. */
    @Test
    @Tag("I4")
    void shouldComeToTheSameStateWhenTheOpeningItselfDiesAtEachOfItsEvents() {
        forEachPrefix(HISTORIES > 1 ? 1 : 8, (seed, end, draws) -> {
            final CrashOutcome outcome = CrashOutcome.values()[draws.nextInt(CrashOutcome.values().length)];
            final ReplicaScript plain = ended(seed, end);
            plain.disk.crash(outcome, new Draws(seed, Stream.HEAL, end & 0xffff));
            final String expected = opened(plain).describe();
            final ReplicaScript script = ended(seed, end);
            final RecoveryJudge judge = new RecoveryJudge(script, false);
            script.disk.crash(outcome, new Draws(seed, Stream.HEAL, end & 0xffff));
            int endAt = 1;
            Opening opening = new Opening(script.config, script.queue, script.disk, endAt);
            while (!opening.run()) {
                crash(script, draws);
                openings++;
                opening = new Opening(script.config, script.queue, script.disk, ++endAt);
            }
            assertTrue(endAt > 8, "an opening has more events than " + endAt);
            judge(judge, opening);
            // What only the page cache held after the end of the process may still go with the machine.
            if (outcome != CrashOutcome.PROCESS_ONLY) {
                assertEquals(expected, opening.describe());
            }
        });
    }

    /** Damage that storage-and-safety admits (section 2, rule 7): not of an op above all evidence that is left. */
    @Test
    @Tag("I1")
    void shouldNeverForgetAPromiseWhenASectorOfTheDataFileIsDamagedAsWell() {
        forEachPrefix(1, (seed, end, draws) -> {
            final ReplicaScript script = ended(seed, end);
            final RecoveryJudge judge = new RecoveryJudge(script, true);
            if (draws.chance(1, 2)) {
                script.disk.crash(NOTHING);
            } else {
                crash(script, draws);
            }
            final IntArrayList written = new IntArrayList();
            script.disk.writtenSectors(written);
            final int sector = written.getInt(draws.nextInt(written.size()));
            if (!isAdmissible(script.disk.image(), sector)
                    || !script.disk.damage(script.disk.dataFile(), sector, kind(draws), draws)) {
                return;
            }
            damagedLogs++;
            judge.damaged(script.disk.image().opOfSector(sector));
            final Opening opening = opened(script);
            judge(judge, opening);
            final PrepareJournal journal = opening.recovered().journal();
            for (long op = journal.checkpointOp() + 1; op <= journal.head(); op++) {
                faulty += journal.state(op) == EntryState.FAULTY ? 1 : 0;
            }
            script.disk.crash(CrashOutcome.PROCESS_ONLY, draws);
            assertEquals(opening.describe(), opened(script).describe(), "opening again finds the same");
        });
    }

    private static boolean isAdmissible(final DurableImage image, final int sector) {
        if (DurableImage.isSuperblock(sector)) {
            return true;
        }
        final long ofEntry = image.isSectorOfEntry(sector) ? image.opOfSector(sector) : 0;
        return image.isCovered(ofEntry) || ofEntry <= image.evidenceWithout(sector);
    }

    /** It opens with what was promised, or says which file is damaged; never with other bytes. */
    @Test
    void shouldRefuseByNameOrShowTheRightBytesWhenASectorOfAnotherFileIsDamaged() {
        forEachPrefix(HISTORIES > 1 ? 1 : 4, (seed, end, draws) -> {
            final ReplicaScript script = ended(seed, end);
            final RecoveryJudge judge = new RecoveryJudge(script, true);
            script.disk.crash(NOTHING);
            final List<String> others = opened(script).otherFiles();
            script.disk.crash(CrashOutcome.PROCESS_ONLY, draws);
            if (others.isEmpty()) {
                return;
            }
            final String name = others.get(draws.nextInt(others.size()));
            final int file = script.disk.fileNamed(name);
            final int sectors = (int) (script.disk.size(file) / Storage.SECTOR);
            if (sectors == 0 || !script.disk.damage(file, draws.nextInt(sectors), kind(draws), draws)) {
                return;
            }
            damagedFiles++;
            final Opening opening = opened(script);
            if (opening.failure() == null) {
                judge(judge, opening);
            } else {
                refused++;
                assertEquals(
                        name.startsWith("snapshots/") ? Code.SNAPSHOT : Code.FILES,
                        opening.failure().code(),
                        opening.failure().getMessage());
                assertTrue(
                        opening.failure().getMessage().contains(name),
                        opening.failure().getMessage());
            }
        });
    }

    private static void judge(final RecoveryJudge judge, final Opening opening) {
        try {
            judge.check(opening);
        } catch (final AssertionError e) {
            throw new AssertionError(
                    e.getMessage() + "\npromised " + judge.promises() + "\nopened " + opening.describe(), e);
        }
    }

    private static ReplicaScript ended(final long seed, final int end) {
        final ReplicaScript script = new ReplicaScript(seed, end);
        script.run(STEPS);
        return script;
    }

    private static Opening opened(final ReplicaScript script) {
        openings++;
        final Opening opening = new Opening(script.config, script.queue, script.disk, Integer.MAX_VALUE);
        assertTrue(opening.run());
        return opening;
    }

    private static void crash(final ReplicaScript script, final Draws draws) {
        final CrashOutcome[] outcomes = CrashOutcome.values();
        script.disk.crash(outcomes[draws.nextInt(outcomes.length)], draws);
    }

    private static DamageKind kind(final Draws draws) {
        final DamageKind[] kinds = DamageKind.values();
        return kinds[draws.nextInt(kinds.length)];
    }

    private static void forEachPrefix(final int stride, final Prefix prefix) {
        kinds++;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES; seed++) {
            final ReplicaScript whole = ended(seed, Integer.MAX_VALUE);
            checkpoints += whole.checkpointsTaken;
            views += whole.viewsJoined;
            restarts += whole.restarts;
            truncations += whole.truncations;
            for (int end = 1; end <= whole.events; end += stride) {
                images++;
                try {
                    prefix.check(seed, end, new Draws(seed, Stream.CRASH_PLAN, end & 0xffff));
                } catch (final RuntimeException | AssertionError e) {
                    throw new AssertionError(
                            "history " + seed + " ended at event " + end + " of its disk: " + e.getMessage(), e);
                }
            }
        }
    }
}
