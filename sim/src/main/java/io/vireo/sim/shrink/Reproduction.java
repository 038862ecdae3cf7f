package io.vireo.sim.shrink;

import io.vireo.sim.Reduction;
import io.vireo.sim.RunResult;
import io.vireo.sim.SimProfile;
import io.vireo.sim.SimSeed;
import io.vireo.sim.Simulator;
import io.vireo.sim.SizeLimit;
import io.vireo.sim.Verdict;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.fault.FaultPlan;
import io.vireo.sim.fault.PlannedFault;
import java.util.ArrayList;
import java.util.List;

/**
 * A failing run that anybody can play again: seed, what is left out, and what it is to fail with.
 *
 * @param stateMachine name of what was replicated, see {@link SimProfile}.
 * @param settings of the simulation, see {@link SimProfile}.
 * @param signature of the failure, see {@link RunResult#signature}.
 * @param faults the planned faults that strike, as texts: they say whether a seed still plans what it planned.
 * @param before the run of the seed as it is.
 * @param after the run without what is left out.
 */
public record Reproduction(
        String stateMachine,
        String settings,
        long seed,
        Verdict verdict,
        String signature,
        String message,
        Reduction reduction,
        List<String> faults,
        Extent before,
        Extent after) {
    /** How large a run is. */
    public record Extent(int faults, int rates, int requests, int clients, int replicas, long events) {
        static Extent of(final SimSeed seed, final Reduction reduction, final RunResult result) {
            final ClusterOptions options = result.options();
            return new Extent(
                    reduction.faults(seed),
                    reduction.rates(seed).size(),
                    SizeLimit.REQUESTS.of(options),
                    SizeLimit.CLIENTS.of(options),
                    SizeLimit.REPLICAS.of(options),
                    result.events());
        }
    }

    public Reproduction {
        faults = List.copyOf(faults);
    }

    /**
     * Of a run that has failed, and of what is left of it.
     *
     * @param start what was left out when it failed.
     */
    public static Reproduction of(
            final SimSeed seed,
            final RunResult whole,
            final Reduction start,
            final Reduction reduction,
            final RunResult reduced) {
        return new Reproduction(
                seed.profile().stateMachine(),
                seed.profile().settings(),
                seed.seed(),
                reduced.verdict(),
                reduced.signature(),
                reduced.message(),
                reduction,
                planned(seed, reduction),
                Extent.of(seed, start, whole),
                Extent.of(seed, reduction, reduced));
    }

    /** The run itself, not yet begun. */
    public Simulator simulator(final SimProfile profile, final RunListener listener) {
        return Simulator.of(new SimSeed(profile, seed), reduction, listener);
    }

    /** True if the seed plans today what it planned when this was written. */
    public boolean isOfThisPlan(final SimProfile profile) {
        return planned(new SimSeed(profile, seed), reduction).equals(faults);
    }

    private static List<String> planned(final SimSeed seed, final Reduction reduction) {
        final FaultPlan plan = reduction.plan(seed);
        final List<String> texts = new ArrayList<>();
        for (final PlannedFault kind : PlannedFault.values()) {
            for (final Object fault : plan.of(kind)) {
                texts.add(fault.toString());
            }
        }
        return texts;
    }
}
