package io.vireo.sim.launch;

import io.vireo.sim.RunResult;
import io.vireo.sim.SimOptions;
import io.vireo.sim.Simulator;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.RunListener;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vireo-sim bench}: how fast one thread simulates, beside what it should reach. */
@Command(
        name = "bench",
        description = {
            "Measures one thread: runs of 3 replicas and 1,000 requests, with the faults",
            "of their seeds and all auditors on."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Figures are of runs after others that warm the JVM up: it compiles the code of",
            "the node for some hundred runs. A request is one of a client that was answered",
            "with its result, of up to 1,000 in a run; a prepare carries one to some of them.",
            "Heap is what a run still holds at its end, the most of some runs.",
            "",
            "Examples:",
            "  vireo-sim bench",
            "  vireo-sim bench --runs 500 --json",
            "",
            "Exit code 0 whatever the figures are; that of the run if one fails."
        })
public final class BenchCommand implements Callable<Integer> {
    static final int REPLICAS = 3;
    static final int REQUESTS = 1_000;

    private static final double REQUESTS_PER_SECOND_MIN = 20_000;
    private static final double SEEDS_PER_SECOND_MIN = 20;
    private static final double START_MS_MAX = 5;
    private static final double HEAP_MB_MAX = 256;
    private static final int HEAP_RUNS = 4;

    @Spec
    private CommandSpec spec;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "100", description = "Measured runs (${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "300",
            description = "Runs before those that are measured (${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    private long nextSeed;
    private PrintWriter out;

    @Override
    public Integer call() {
        if (runs < 1) {
            throw new ParameterException(spec.commandLine(), "--runs is " + runs + ", must be at least 1");
        }
        if (warmUp < 0) {
            throw new ParameterException(spec.commandLine(), "--warm-up is " + warmUp + ", must be at least 0");
        }
        out = spec.commandLine().getOut();
        for (int i = 0; i < warmUp; i++) {
            new Simulator(nextOptions(), RunListener.NONE).run();
        }
        final double[] startMs = new double[runs];
        long requests = 0;
        long ops = 0;
        long virtualNs = 0;
        final long beginNs = System.nanoTime();
        for (int i = 0; i < runs; i++) {
            final ClusterOptions options = nextOptions();
            final long startNs = System.nanoTime();
            final Simulator simulator = new Simulator(options, RunListener.NONE);
            simulator.start();
            startMs[i] = (System.nanoTime() - startNs) / 1e6;
            final RunResult result = simulator.run();
            if (result.verdict().isFailure()) {
                out.println(Report.line(result));
                out.flush();
                return result.verdict().exitCode();
            }
            requests += result.counters().outcomesOk;
            ops += result.counters().committedOps;
            virtualNs += result.virtualNs();
        }
        final double seconds = (System.nanoTime() - beginNs) / 1e9;
        Arrays.sort(startMs);
        print(
                requests / seconds,
                ops / seconds,
                runs / seconds,
                startMs[runs / 2],
                heapMb(),
                virtualNs / 1e9 / seconds);
        return 0;
    }

    private void print(
            final double requestsPerSecond,
            final double opsPerSecond,
            final double seedsPerSecond,
            final double startMs,
            final double heapMb,
            final double virtualOverReal) {
        if (isJson) {
            out.printf(
                    Locale.ROOT,
                    "{\"runs\":%d,\"requestsPerSecond\":%.0f,\"opsPerSecond\":%.0f,\"seedsPerSecond\":%.2f,"
                            + "\"startMs\":%.3f,\"heapMb\":%.1f,\"virtualOverReal\":%.1f}%n",
                    runs,
                    requestsPerSecond,
                    opsPerSecond,
                    seedsPerSecond,
                    startMs,
                    heapMb,
                    virtualOverReal);
        } else {
            out.printf("%d runs, %d replicas, %d requests each, one thread%n", runs, REPLICAS, REQUESTS);
            line("requests/s", requestsPerSecond, ">=", REQUESTS_PER_SECOND_MIN);
            line("seeds/s", seedsPerSecond, ">=", SEEDS_PER_SECOND_MIN);
            line("start of a run, ms", startMs, "<", START_MS_MAX);
            line("heap of a run, MB", heapMb, "<", HEAP_MB_MAX);
            figure("committed prepares/s", opsPerSecond);
            figure("virtual/real time", virtualOverReal);
        }
        out.flush();
    }

    private void figure(final String what, final double figure) {
        out.printf(Locale.ROOT, "%-20s %,12.1f%n", what, figure);
    }

    private void line(final String what, final double figure, final String relation, final double goal) {
        final boolean isReached = relation.equals("<") ? figure < goal : figure >= goal;
        out.printf(
                Locale.ROOT,
                "%-20s %,12.1f   goal %-2s %,8.0f   %s%n",
                what,
                figure,
                relation,
                goal,
                isReached ? "reached" : "not reached");
    }

    /** Live bytes that a run adds; the collector is asked before each look, so garbage is not counted. */
    private double heapMb() {
        long most = 0;
        for (int i = 0; i < HEAP_RUNS; i++) {
            final ClusterOptions options = nextOptions();
            final long before = liveBytes();
            final Simulator simulator = new Simulator(options, RunListener.NONE);
            simulator.run();
            most = Math.max(most, liveBytes() - before);
            java.lang.ref.Reference.reachabilityFence(simulator);
        }
        return most / 1e6;
    }

    private static long liveBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Of the next seed that has three replicas. */
    private ClusterOptions nextOptions() {
        ClusterOptions options = optionsOf(nextSeed++);
        while (options == null) {
            options = optionsOf(nextSeed++);
        }
        return options;
    }

    /** Null if the seed has another number of replicas. */
    static ClusterOptions optionsOf(final long seed) {
        final ClusterOptions options = SimOptions.of(seed);
        return options.replicas() == REPLICAS ? options.withRequests(REQUESTS) : null;
    }
}
