package io.vireo.journal.wal;

import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Small rings that wrap many times under moving checkpoints, with crashes at every step: {@link CrashOnlyTest}'s promises, and the rules
 * of reuse, which {@link JournalScript} checks on every write and read.
 */
class CheckpointProps {
    private static final int STEPS = 160;
    private static final int IMAGES_MAX = 4;

    private static long crashes;
    private static long checkpoints;
    private static long installs;
    private static long wraps;
    private static long reads;
    private static long emptyReads;
    private static long servedBelow;
    private static long acks;

    @BeforeContainer
    static void reset() {
        crashes = 0;
        checkpoints = 0;
        installs = 0;
        wraps = 0;
        reads = 0;
        emptyReads = 0;
        servedBelow = 0;
        acks = 0;
    }

    @AfterContainer
    static void notVacuous() {
        final String reached =
                crashes + " crashes, " + checkpoints + " checkpoints, " + installs + " installed, " + wraps
                        + " wraps, " + reads + " reads, " + emptyReads + " of them empty, " + servedBelow
                        + " served below the checkpoint, " + acks + " acknowledged";
        assertTrue(
                crashes > 200
                        && checkpoints > 1000
                        && installs > 20
                        && wraps > 200
                        && reads > 60
                        && emptyReads > 5
                        && servedBelow > 40
                        && acks > 1500,
                "vacuous: " + reached);
    }

    @Property(tries = 70, shrinking = ShrinkingMode.OFF)
    @Tag("I2")
    void shouldKeepEveryPromiseOfThreeReplicas(
            @ForAll @LongRange(min = 0, max = 1L << 40) final long seed,
            @ForAll @IntRange(min = 12, max = 24) final int ringSectors) {
        run(new JournalScript(seed, 3, false, IMAGES_MAX, ringSectors, true));
    }

    @Property(tries = 35, shrinking = ShrinkingMode.OFF)
    void shouldKeepEveryPromiseOfTwoReplicas(
            @ForAll @LongRange(min = 0, max = 1L << 40) final long seed,
            @ForAll @IntRange(min = 12, max = 24) final int ringSectors,
            @ForAll final boolean marked) {
        run(new JournalScript(seed, 2, marked, IMAGES_MAX, ringSectors, true));
    }

    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void shouldKeepEveryPromiseOfOneReplica(
            @ForAll @LongRange(min = 0, max = 1L << 40) final long seed,
            @ForAll @IntRange(min = 12, max = 24) final int ringSectors) {
        run(new JournalScript(seed, 1, true, IMAGES_MAX, ringSectors, true));
    }

    private static void run(final JournalScript script) {
        try {
            for (int step = 0; step < STEPS; step++) {
                script.step();
                if (script.random.nextInt(3) == 0) {
                    script.judge(recovered -> CrashOnlyTest.check(script, recovered));
                }
                if (script.random.nextInt(24) == 0) {
                    script.crash(image -> {});
                    crashes++;
                }
            }
            script.heal();
        } catch (final RuntimeException | AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + String.join("\n", script.trace), e);
        }
        checkpoints += script.checkpoints;
        installs += script.installs;
        wraps += script.laps;
        reads += script.reads;
        emptyReads += script.emptyReads;
        servedBelow += script.servedBelow;
        acks += script.acked.size();
    }
}
