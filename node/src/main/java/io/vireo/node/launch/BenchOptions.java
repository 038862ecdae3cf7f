package io.vireo.node.launch;

import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine.Option;

/** What the load measurements have in common. A picocli mixin. */
final class BenchOptions {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Directory on the disk to measure; a temporary one is made in it (${DEFAULT-VALUE}).")
    Path dir;

    @Option(names = "--runs", paramLabel = "N", description = "Runs, of which the medians are printed (5).")
    private Integer runs;

    @Option(names = "--seconds", paramLabel = "S", description = "Measured seconds per load and run (4).")
    private Double seconds;

    @Option(
            names = "--outstanding",
            paramLabel = "N,...",
            split = ",",
            defaultValue = "1,16,256",
            description = "Loads: requests outstanding (${DEFAULT-VALUE}).")
    int[] outstanding;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "256",
            description = "Bytes of a request (${DEFAULT-VALUE}).")
    int size;

    @Option(names = "--quick", description = "One short run, only to see that it works; its figures mean little.")
    boolean isQuick;

    @Option(names = "--json", description = "Print one JSON document.")
    boolean isJson;

    void check() {
        require(runs() >= 1 && runs() <= 99, "--runs is " + runs() + ", must be 1 to 99");
        require(seconds() > 0 && seconds() <= 600, "--seconds is " + seconds() + ", must be above 0 and at most 600");
        require(
                Arrays.stream(outstanding).allMatch(each -> each >= 1 && each <= 1024),
                "--outstanding must be numbers from 1 to 1024");
        require(size >= 1 && size <= 1 << 20, "--size is " + size + ", must be 1 to " + (1 << 20));
    }

    int runs() {
        return runs != null ? runs : isQuick ? 1 : 5;
    }

    double seconds() {
        return seconds != null ? seconds : isQuick ? 0.3 : 4;
    }

    long measuredNs() {
        return (long) (seconds() * 1e9);
    }

    /** Unmeasured time before each load. */
    long warmUpNs() {
        return Math.min(1_000_000_000L, measuredNs() / 4);
    }

    /**
     * Unmeasured time after the start of processes, in all: most of what their compilers do falls into it. On two cores those of three
     * replicas and a client took more CPU than the load for longer than three seconds, and on a busy machine they still work after this.
     */
    long firstWarmUpNs() {
        return isQuick ? 300_000_000L : 12_000_000_000L;
    }

    static void require(final boolean holds, final String text) {
        if (!holds) {
            throw new OperatorException(text);
        }
    }

    static double median(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
