package io.vireo.sim.shrink;

import io.vireo.sim.FaultRate;
import io.vireo.sim.Reduction;
import io.vireo.sim.SimSeed;
import io.vireo.sim.SizeLimit;
import io.vireo.sim.fault.PlannedFault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Leaves out of a failing run whatever it fails without: planned faults by delta debugging, then rates of faults, then work and replicas,
 * again and again until nothing more can go. It asks a predicate about every candidate, so that the runs may take place anywhere, in the
 * world of a mutant too.
 */
public final class Shrinker {
    private record Fault(PlannedFault kind, int index) {}

    private final SimSeed seed;
    private final Reduction start;
    private final Predicate<Reduction> failsAlike;
    private final BooleanSupplier isOver;
    private final Consumer<String> progress;
    private final Set<Reduction> refuted = new HashSet<>();
    private Reduction best;
    private int runs;

    /**
     * @param start what is left out from the beginning: the run that is left fails.
     * @param failsAlike runs the seed with a reduction; true if the same auditor reports the same.
     * @param isOver true when the time is up; what has been reached by then stands.
     * @param progress told, in a line, about each step that counts.
     */
    public Shrinker(
            final SimSeed seed,
            final Reduction start,
            final Predicate<Reduction> failsAlike,
            final BooleanSupplier isOver,
            final Consumer<String> progress) {
        this.seed = seed;
        this.start = start;
        this.failsAlike = failsAlike;
        this.isOver = isOver;
        this.progress = progress;
    }

    /** How often the predicate was asked. */
    public int runs() {
        return runs;
    }

    /** Shrinks the run, which fails. */
    public Reduction shrink() {
        best = start;
        Reduction before = null;
        while (!best.equals(before) && !isOver.getAsBoolean()) {
            before = best;
            shrinkFaults();
            shrinkRates();
            for (final SizeLimit size : SizeLimit.values()) {
                shrinkSize(size);
            }
        }
        return best;
    }

    private void shrinkFaults() {
        final List<Fault> faults = new ArrayList<>();
        for (final PlannedFault kind : PlannedFault.values()) {
            for (final int index : best.indexes(seed, kind)) {
                faults.add(new Fault(kind, index));
            }
        }
        DeltaDebugging.minimize(faults, kept -> isBetter(only(kept)), isOver);
    }

    private Reduction only(final List<Fault> faults) {
        final Map<PlannedFault, List<Integer>> kept = new TreeMap<>();
        for (final PlannedFault kind : PlannedFault.values()) {
            kept.put(kind, new ArrayList<>());
        }
        for (final Fault fault : faults) {
            kept.get(fault.kind()).add(fault.index());
        }
        return new Reduction(kept, best.off(), best.limits());
    }

    private void shrinkRates() {
        final List<FaultRate> on = List.copyOf(best.rates(seed));
        DeltaDebugging.minimize(on, kept -> isBetter(onlyRates(on, kept)), isOver);
    }

    private Reduction onlyRates(final List<FaultRate> all, final List<FaultRate> kept) {
        Reduction reduction = best;
        for (final FaultRate rate : all) {
            if (!kept.contains(rate)) {
                reduction = reduction.without(rate);
            }
        }
        return reduction;
    }

    /** Halves the distance to the least value as long as the run fails, and then goes on in smaller steps. */
    private void shrinkSize(final SizeLimit size) {
        int value = best.limits().getOrDefault(size, size.of(seed.options()));
        if (value > size.min() && isBetter(best.limit(size, size.min()))) {
            return;
        }
        int step = (value - size.min()) / 2;
        while (step > 0 && !isOver.getAsBoolean()) {
            if (isBetter(best.limit(size, value - step))) {
                value -= step;
                step = Math.min(step, (value - size.min()) / 2);
            } else {
                step /= 2;
            }
        }
    }

    private boolean isBetter(final Reduction candidate) {
        if (isOver.getAsBoolean() || refuted.contains(candidate)) {
            return false;
        }
        runs++;
        if (!failsAlike.test(candidate)) {
            refuted.add(candidate);
            return false;
        }
        best = candidate;
        progress.accept(
                "run " + runs + ": " + best.faults(seed) + " faults, rates " + best.rates(seed) + ", " + sizes());
        return true;
    }

    private String sizes() {
        final StringBuilder text = new StringBuilder();
        for (final SizeLimit size : SizeLimit.values()) {
            text.append(text.length() == 0 ? "" : " ")
                    .append(size.label())
                    .append('=')
                    .append(best.limits().getOrDefault(size, size.of(seed.options())));
        }
        return text.toString();
    }
}
