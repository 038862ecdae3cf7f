package io.vireo.sim.mutant;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the simulator did about one mutant.
 *
 * @param starts one hunt from each of several seeds, each with an outcome of its own.
 * @param shrunk the least failure that was reached, or null if nothing was found or nothing was shrunk.
 */
public record MutantScore(Mutant mutant, List<Start> starts, Shrunk shrunk) {
    private static final String CRASH = "crash";

    /**
     * One hunt over consecutive seeds.
     *
     * @param seed that found the mutant, or -1.
     * @param seeds tried.
     * @param cpuSeconds CPU time of the thread that ran them; compiling the mutant is not in it.
     * @param signature of the failure, with its verdict, or null.
     */
    public record Start(long seed, int seeds, double cpuSeconds, String signature) {
        public boolean isFound() {
            return signature != null;
        }

        /** The code of the auditor that fired, or "crash" if the node stopped by itself. */
        String auditor() {
            final String text = signature.substring(signature.indexOf(' ') + 1);
            return text.substring(0, text.indexOf(':'));
        }
    }

    /**
     * What is left of a failure.
     *
     * @param faults planned faults.
     * @param rates kinds of faults that strike at a rate.
     * @param isMinimal false if the effort was used up before nothing more could go.
     */
    public record Shrunk(int faults, int rates, boolean isMinimal) {
        /** Planned faults and kinds of rates together. */
        public int size() {
            return faults + rates;
        }
    }

    public MutantScore {
        starts = List.copyOf(starts);
    }

    /** Starts that found it. */
    public int found() {
        return (int) starts.stream().filter(Start::isFound).count();
    }

    /** True if no start found what a run should tell from the product. */
    public boolean isMissed() {
        return found() == 0 && mutant.equivalence() == null;
    }

    /** True if it is missed and nothing says why. */
    public boolean isUnexplained() {
        return isMissed() && mutant.gap() == null;
    }

    /** True if a start found what is said to be no different from the product, or beyond the simulator. */
    public boolean isContradicted() {
        return found() > 0 && (mutant.equivalence() != null || mutant.gap() != null);
    }

    /** Of all starts; one that found nothing counts with all its seeds. */
    public int medianSeeds() {
        return (int) Math.round(
                median(starts.stream().mapToDouble(Start::seeds).sorted().toArray()));
    }

    /** Of all starts. */
    public double medianCpuSeconds() {
        return median(starts.stream().mapToDouble(Start::cpuSeconds).sorted().toArray());
    }

    /** Who found it, in the order of the starts; empty if nobody did. */
    public Set<String> auditors() {
        final Set<String> auditors = new LinkedHashSet<>();
        for (final Start start : starts) {
            if (start.isFound()) {
                auditors.add(start.auditor());
            }
        }
        return auditors;
    }

    /** True if nothing but the node's own assertions found it. */
    public boolean isCrashOnly() {
        return auditors().equals(Set.of(CRASH));
    }

    private static double median(final double[] sorted) {
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    @Override
    public String toString() {
        return mutant.id() + " " + Arrays.toString(starts.toArray());
    }
}
