package io.vireo.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.fault.FaultPlan;
import io.vireo.sim.fault.PlannedFault;
import io.vireo.sim.fault.Regime;
import io.vireo.sim.timeline.Recorder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a run is without what is left out of it. */
class ReductionTest {
    private static final long SEED = 3;

    @Test
    void shouldBeTheSameRunWhenNothingIsLeftOutOrSomebodyFollowsIt() {
        final RunResult plain = Simulator.run(SEED);
        final RunResult followed =
                Simulator.of(SEED, Reduction.NONE, new Recorder(1_000)).run();
        assertEquals(plain.traceHash(), followed.traceHash());
        assertEquals(plain.events(), followed.events());
    }

    @Test
    void shouldHaveNoFaultWhenAllAreLeftOut() {
        for (final long seed : new long[] {0, 1, 2, 3, 4, 5, 6, 7, seedOf(Regime.EXACTLY_F), seedOf(Regime.BEYOND_F)}) {
            final Reduction reduction = Reduction.withoutFaults().limit(SizeLimit.REQUESTS, 40);
            final RunResult result =
                    Simulator.of(seed, reduction, RunListener.NONE).run();
            assertEquals(Verdict.PASS, result.verdict(), result.message());
            assertEquals(0, reduction.faults(SimSeed.of(seed)));
            assertTrue(reduction.rates(SimSeed.of(seed)).isEmpty());
            // The heal may take down who is not of its core, for good.
            assertEquals(0, result.counters().restarts);
            assertTrue(result.counters().crashes <= result.options().replicas() / 2);
            assertEquals(0, result.counters().rotAdmitted);
            assertEquals(0, result.counters().network.lost + result.counters().network.duplicated);
            assertEquals(0, result.counters().disk.stalls + result.counters().disk.failedSyncs);
        }
    }

    private static long seedOf(final Regime regime) {
        long seed = 0;
        while (SimOptions.of(seed).heal().regime() != regime) {
            seed++;
        }
        return seed;
    }

    @Test
    void shouldKeepTheOtherFaultsAsTheyAreWhenOneIsLeftOut() {
        final FaultPlan all = SimOptions.of(SEED).plan();
        final FaultPlan part =
                Reduction.NONE.keep(PlannedFault.CRASH, List.of(1)).plan(SimSeed.of(SEED));
        assertEquals(List.of(all.crashes().get(1)), part.crashes());
        assertEquals(all.partitions(), part.partitions());
        assertEquals(all.rots(), part.rots());
        assertNotEquals(all.crashes(), part.crashes());
    }

    @Test
    void shouldConcernOnlyTheReplicasLeftWhenThereAreFewer() {
        for (long seed = 0; seed < 200; seed++) {
            final FaultPlan plan = Reduction.NONE.limit(SizeLimit.REPLICAS, 1).plan(SimSeed.of(seed));
            assertTrue(plan.rots().stream().allMatch(point -> point.replica() == 0));
            assertTrue(plan.syncFailures().stream().allMatch(point -> point.replica() == 0));
            assertTrue(plan.partitions().isEmpty());
            assertTrue(plan.failovers().isEmpty());
        }
    }

    @Test
    void shouldNameTheMistakeWhenItDoesNotFitTheSeed() {
        assertNull(Reduction.NONE.mistake(SimSeed.of(SEED)));
        assertTrue(Reduction.NONE
                .keep(PlannedFault.CRASH, List.of(99))
                .mistake(SimSeed.of(SEED))
                .startsWith("CRASH 99 is not one of the "));
        assertTrue(Reduction.NONE
                .keep(PlannedFault.CRASH, List.of(1, 0))
                .mistake(SimSeed.of(SEED))
                .contains("in ascending order"));
        assertTrue(Reduction.NONE
                .limit(SizeLimit.CLIENTS, 0)
                .mistake(SimSeed.of(SEED))
                .startsWith("CLIENTS is 0, must be between 1"));
    }
}
