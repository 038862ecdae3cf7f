package io.vireo.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.fault.Regime;
import io.vireo.sim.fault.Residual;
import org.junit.jupiter.api.Test;

/** Damage at the limit and beyond it, and faults that stay. */
class RegimeTest {
    private static final int SEEDS = 4_000;
    private static final int RUNS = 12;

    @Test
    void shouldDrawEachRegimeInAboutOneOfSixteenRunsAndAResidualFaultInAThird() {
        final int[] regimes = new int[Regime.values().length];
        int residuals = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            final ClusterOptions options = SimOptions.of(seed);
            regimes[options.heal().regime().ordinal()]++;
            residuals += options.heal().residual() == Residual.NONE ? 0 : 1;
        }
        assertEquals(SEEDS / 16.0, regimes[Regime.EXACTLY_F.ordinal()], SEEDS / 64.0);
        assertEquals(SEEDS / 16.0, regimes[Regime.BEYOND_F.ordinal()], SEEDS / 64.0);
        assertEquals(SEEDS / 3.0, residuals, SEEDS / 30.0);
    }

    @Test
    void shouldComeBackWhenTheBestHoldersAreDamagedUpToTheLimit() {
        long sectors = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            final RunResult result = Simulator.run(seed, Regime.EXACTLY_F);
            assertEquals(Verdict.PASS, result.verdict(), result.message());
            sectors += result.counters().assaultedSectors;
        }
        assertTrue(sectors > 1_000, () -> "too little was damaged to prove anything");
    }

    @Test
    void shouldServeNothingWrongAndSayWhatIsLostWhenDamageIsBeyondTheLimit() {
        int silent = 0;
        final CampaignSummary summary = new CampaignSummary();
        for (int seed = 0; seed < RUNS; seed++) {
            final RunResult result = Simulator.run(seed, Regime.BEYOND_F);
            assertFalse(result.verdict().isFailure(), result.message());
            summary.add(result);
            if (result.verdict() == Verdict.LEGITIMATE_LOSS) {
                silent++;
                assertTrue(result.message().contains("destroyed: "), result.message());
                assertFalse(result.message().endsWith("destroyed: "), result.message());
            }
        }
        assertTrue(silent > 0, "no run was damaged so much that it did not come back");
        assertEquals(silent, summary.total.beyondNotLive);
        assertTrue(summary.legitimate.isEmpty(), "they are not what a correct cluster must survive");
    }

    @Test
    void shouldBeTheSameRunWhenTheRegimeIsForcedToWhatTheSeedDraws() {
        final long seed = 7;
        final Regime drawn = SimOptions.of(seed).heal().regime();
        assertEquals(Simulator.run(seed).traceHash(), Simulator.run(seed, drawn).traceHash());
    }
}
