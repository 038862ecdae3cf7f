package io.vireo.sim.shrink;

import io.vireo.sim.Reduction;
import io.vireo.sim.RunResult;
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
 * @param signature of the failure, see {@link RunResult#signature}.
 * @param faults the planned faults that strike, as texts: they say whether a seed still plans what it planned.
 * @param before the run of the seed as it is.
 * @param after the run without what is left out.
 */
public record Reproduction(
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
        static Extent of(final long seed, final Reduction reduction, final RunResult result) {
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

    /** Of a run that has failed, and of what is left of it. */
    public static Reproduction of(final RunResult whole, final Reduction reduction, final RunResult reduced) {
        final long seed = whole.seed();
        return new Reproduction(
                seed,
                reduced.verdict(),
                reduced.signature(),
                reduced.message(),
                reduction,
                planned(seed, reduction),
                Extent.of(seed, Reduction.NONE, whole),
                Extent.of(seed, reduction, reduced));
    }

    /** The run itself, not yet begun. */
    public Simulator simulator(final RunListener listener) {
        return Simulator.of(seed, reduction, listener);
    }

    /** True if the seed plans today what it planned when this was written. */
    public boolean isOfThisPlan() {
        return planned(seed, reduction).equals(faults);
    }

    private static List<String> planned(final long seed, final Reduction reduction) {
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
