package io.vireo.sim.shrink;

import io.vireo.sim.FaultRate;
import io.vireo.sim.Reduction;
import io.vireo.sim.SimSeed;
import io.vireo.sim.SizeLimit;
import io.vireo.sim.fault.DiskFaultPoint;
import io.vireo.sim.fault.FaultPlan;
import io.vireo.sim.fault.PlannedFault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Leaves out of a failing run whatever it fails without: requests first, so that the runs that follow are short; then whole kinds of faults,
 * single planned faults and rates, by delta debugging; then the rest of the work and replicas; again and again until nothing more can go. It
 * asks a trial about every candidate, so that the runs may take place anywhere, in the world of a mutant too.
 *
 * <p>A run is chaotic: without one frame all that is drawn after it is another one, and a failure that needs two faults may keep twenty only
 * because each of them moves the others to where they meet. So when nothing more can go, each candidate gets a few chances: the same
 * faults, with everything that is not planned drawn in another way (a variation).
 */
public final class Shrinker {
    /** Plays candidates. */
    @FunctionalInterface
    public interface Trial {
        /** The answer for a candidate that does not fail as the first run did. */
        long PASSED = -1;

        /**
         * Runs the seed with a reduction.
         *
         * @param eventsMax nobody waits for more: a run that has not failed by then counts as passed.
         * @return how many events it took until the same auditor reported the same, or {@link #PASSED}.
         */
        long play(Reduction candidate, long eventsMax);
    }

    private record Fault(PlannedFault kind, int index) {}

    /** Faults of one kind, or one rate; the other one is empty or null. */
    private record Category(List<Fault> faults, FaultRate rate) {}

    /** How many variations of a candidate are tried, one round after the other. */
    private static final int[] VARIATIONS = {0, 3, 12};
    /** A candidate may fail later than what is known to fail, but within so many times its events. */
    private static final long PATIENCE = 4;

    private static final long PATIENCE_MIN = 50_000;

    private final SimSeed seed;
    private final Reduction start;
    private final Trial trial;
    private final BooleanSupplier isOver;
    private final Consumer<String> progress;
    private final Set<Reduction> refuted = new HashSet<>();
    private Reduction best;
    private long eventsOfBest;
    private int variations;
    private int runs;

    /**
     * @param start what is left out from the beginning: the run that is left fails.
     * @param events that it takes to fail.
     * @param isOver true when the time is up; what has been reached by then stands.
     * @param progress told, in a line, about each step that counts.
     */
    public Shrinker(
            final SimSeed seed,
            final Reduction start,
            final long events,
            final Trial trial,
            final BooleanSupplier isOver,
            final Consumer<String> progress) {
        this.seed = seed;
        this.start = start;
        this.trial = trial;
        this.isOver = isOver;
        this.progress = progress;
        eventsOfBest = events;
    }

    /** How often the trial was asked. */
    public int runs() {
        return runs;
    }

    /** Shrinks the run, which fails. */
    public Reduction shrink() {
        best = start;
        for (final int round : VARIATIONS) {
            variations = round;
            shrinkAll();
        }
        return best;
    }

    private void shrinkAll() {
        Reduction before = null;
        while (!best.equals(before) && !isOver.getAsBoolean()) {
            before = best;
            shrinkSize(SizeLimit.REQUESTS);
            shrinkCategories();
            shrinkFaults();
            shrinkRates();
            for (final SizeLimit size : SizeLimit.values()) {
                shrinkSize(size);
            }
        }
    }

    /** Whole kinds of faults, planned or not: mostly one or two of them matter. */
    private void shrinkCategories() {
        final FaultPlan plan = seed.options().plan();
        final Map<String, List<Fault>> kinds = new LinkedHashMap<>();
        for (final Fault fault : faults()) {
            final Object point = plan.of(fault.kind()).get(fault.index());
            final String kind = point instanceof DiskFaultPoint damage
                    ? damage.kind().name()
                    : point.getClass().getSimpleName();
            kinds.computeIfAbsent(kind, name -> new ArrayList<>()).add(fault);
        }
        final List<Category> categories = new ArrayList<>();
        kinds.values().forEach(faults -> categories.add(new Category(faults, null)));
        final List<FaultRate> rates = List.copyOf(best.rates(seed));
        rates.forEach(rate -> categories.add(new Category(List.of(), rate)));
        DeltaDebugging.minimize(
                categories,
                kept -> isBetter(onlyRates(
                        only(kept.stream()
                                .flatMap(category -> category.faults().stream())
                                .toList()),
                        rates,
                        kept.stream().map(Category::rate).toList())),
                isOver);
    }

    private void shrinkFaults() {
        DeltaDebugging.minimize(faults(), kept -> isBetter(only(kept)), isOver);
    }

    private List<Fault> faults() {
        final List<Fault> faults = new ArrayList<>();
        for (final PlannedFault kind : PlannedFault.values()) {
            for (final int index : best.indexes(seed, kind)) {
                faults.add(new Fault(kind, index));
            }
        }
        return faults;
    }

    private Reduction only(final List<Fault> faults) {
        final Map<PlannedFault, List<Integer>> kept = new TreeMap<>();
        for (final PlannedFault kind : PlannedFault.values()) {
            kept.put(kind, new ArrayList<>());
        }
        for (final Fault fault : faults) {
            kept.get(fault.kind()).add(fault.index());
        }
        kept.values().forEach(indexes -> indexes.sort(null));
        return new Reduction(kept, best.off(), best.limits(), best.variation());
    }

    private void shrinkRates() {
        final List<FaultRate> on = List.copyOf(best.rates(seed));
        DeltaDebugging.minimize(on, kept -> isBetter(onlyRates(best, on, kept)), isOver);
    }

    private static Reduction onlyRates(final Reduction from, final List<FaultRate> all, final List<FaultRate> kept) {
        Reduction reduction = from;
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

    /** Tries a candidate as chance fell in the best one, and in the other ways of this round. */
    private boolean isBetter(final Reduction candidate) {
        if (fails(candidate)) {
            return true;
        }
        for (int variation = 1; variation <= variations; variation++) {
            if (fails(candidate.vary(variation))) {
                return true;
            }
        }
        return false;
    }

    private boolean fails(final Reduction candidate) {
        if (isOver.getAsBoolean() || refuted.contains(candidate)) {
            return false;
        }
        runs++;
        final long events = trial.play(candidate, Math.max(PATIENCE_MIN, PATIENCE * eventsOfBest));
        if (events == Trial.PASSED) {
            refuted.add(candidate);
            return false;
        }
        best = candidate;
        eventsOfBest = events;
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
