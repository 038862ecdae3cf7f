package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.node.bench.AppendLoad;
import io.vireo.node.bench.LoadResult;
import io.vireo.node.client.VireoClient;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code vireo bench append}: loads a fresh cluster of three processes, and the yardstick before and after each load, so that both are
 * measured on the same machine in the same minute.
 */
@Command(
        name = "append",
        description = "Measure appends to a fresh cluster of three processes on this machine.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The ratio is this cluster's rate over the mean of the yardstick's before and after, in the same run. Each run has a cluster",
            "of its own, warmed up by each load in turn, and uses at most three quarters of its log. CPU is that of the three replicas.",
            "",
            "Examples:",
            "  vireo bench append",
            "  vireo bench append --outstanding 256 --runs 3 --json",
        })
public final class BenchAppendCommand implements Callable<Integer> {
    private static final int SECTOR = 4096;
    /** How long three processes may take to listen on a machine that is busy. */
    static final int START_SECONDS = 60;

    private static final int WARM_UP_OUTSTANDING = 64;

    @Mixin
    private BenchOptions options;

    @Option(names = "--wal-bytes", paramLabel = "BYTES", description = "Log of each replica (1 GiB; quick: 64 MiB).")
    private Long walBytes;

    @Spec
    private CommandSpec spec;

    /** The figures of one load over all runs. */
    private final class Load {
        final int outstanding;
        final LoadFigures figures = new LoadFigures(options.runs());
        final double[] before = new double[options.runs()];
        final double[] after = new double[options.runs()];
        final double[] ratio = new double[options.runs()];
        final double[] cpuMicros = new double[options.runs()];

        Load(final int outstanding) {
            this.outstanding = outstanding;
        }

        void measure(
                final int run, final BenchProcesses yardstick, final BenchProcesses nodes, final VireoClient client)
                throws InterruptedException {
            before[run] = yardstickRate(yardstick, outstanding);
            final Duration cpuBefore = nodes.cpuTime();
            final LoadResult result = append(nodes, client, outstanding, options.warmUpNs(), options.measuredNs());
            final Duration cpu = nodes.cpuTime().minus(cpuBefore);
            after[run] = yardstickRate(yardstick, outstanding);
            figures.set(run, result);
            ratio[run] = result.perSecond() / ((before[run] + after[run]) / 2);
            cpuMicros[run] = cpu.toNanos() / 1e3 / Math.max(1, result.allRequests());
        }

        String json() {
            return String.format(
                    Locale.ROOT,
                    "{\"append\":%s,\"yardstickBefore\":%.0f,\"yardstickAfter\":%.0f,\"ratio\":%.3f,\"replicaCpuUsPerRequest\":%.1f}",
                    figures.json(outstanding),
                    BenchOptions.median(before),
                    BenchOptions.median(after),
                    BenchOptions.median(ratio),
                    BenchOptions.median(cpuMicros));
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        options.check();
        final PrintWriter out = spec.commandLine().getOut();
        final Load[] loads = new Load[options.outstanding.length];
        for (int i = 0; i < loads.length; i++) {
            loads[i] = new Load(options.outstanding[i]);
        }
        try (BenchProcesses yardstick = BenchProcesses.startYardstick(options.dir)) {
            BenchYardstickCommand.measure(yardstick, options, WARM_UP_OUTSTANDING, options.firstWarmUpNs(), 1);
            for (int run = 0; run < options.runs(); run++) {
                run(run, yardstick, loads);
            }
        }
        print(out, loads);
        out.flush();
        return ExitCodes.OK;
    }

    private void run(final int run, final BenchProcesses yardstick, final Load[] loads) throws InterruptedException {
        try (BenchProcesses nodes = BenchProcesses.startCluster(options.dir, walBytes());
                VireoClient client = ClusterConnection.connect(nodes.cluster(), nodes.access(), 16, START_SECONDS)) {
            for (final Load load : loads) {
                append(nodes, client, load.outstanding, options.firstWarmUpNs() / loads.length, 1);
            }
            for (final Load load : loads) {
                load.measure(run, yardstick, nodes, client);
                if (!options.isJson) {
                    progress(run, load);
                }
            }
        } catch (final IllegalStateException e) {
            throw new FailedException("the load failed: " + e.getMessage(), e);
        }
    }

    private long walBytes() {
        return walBytes != null ? walBytes : options.isQuick ? 64L << 20 : 1L << 30;
    }

    private LoadResult append(
            final BenchProcesses nodes,
            final VireoClient client,
            final int outstanding,
            final long warmUpNs,
            final long measuredNs)
            throws InterruptedException {
        nodes.requireAlive();
        return new AppendLoad(client, 0, outstanding, options.size, requestsMax(nodes.cluster(), outstanding))
                .run(warmUpNs, measuredNs);
    }

    /**
     * Requests that a load may send so that all of them, and the unmeasured ones before, stay in three quarters of the log: few
     * outstanding take a whole sector each, of many the primary puts some into one prepare.
     */
    private long requestsMax(final ClusterConfig cluster, final int outstanding) {
        final long bytes = cluster.walBytes() / 4 * 3 / (2L * options.outstanding.length);
        final int perSector = Math.max(1, outstanding / 8);
        return bytes / Math.max(SECTOR / perSector, options.size + 64);
    }

    private double yardstickRate(final BenchProcesses yardstick, final int outstanding) {
        return BenchYardstickCommand.measure(
                        yardstick, options, outstanding, options.warmUpNs(), options.measuredNs() / 2)
                .perSecond();
    }

    private void progress(final int run, final Load load) {
        final PrintWriter err = spec.commandLine().getErr();
        err.printf(
                Locale.ROOT,
                "run %d of %d, %d outstanding: %.0f/s, yardstick %.0f/s and %.0f/s, ratio %.2f%n",
                run + 1,
                options.runs(),
                load.outstanding,
                load.figures.rate(run),
                load.before[run],
                load.after[run],
                load.ratio[run]);
        err.flush();
    }

    private void print(final PrintWriter out, final Load[] loads) {
        if (options.isJson) {
            final StringBuilder json = new StringBuilder();
            for (final Load load : loads) {
                json.append(json.length() == 0 ? "" : ",").append(load.json());
            }
            out.printf("{\"size\":%d,\"runs\":%d,\"loads\":[%s]}%n", options.size, options.runs(), json);
            return;
        }
        out.printf("append: %d B, three replicas, medians of %d runs%n", options.size, options.runs());
        out.printf(
                "%11s %12s %10s %10s %10s %22s %7s %10s%n",
                "outstanding",
                "requests/s",
                "p50 us",
                "p99 us",
                "p99.9 us",
                "yardstick before/after",
                "ratio",
                "CPU us/req");
        for (final Load load : loads) {
            out.printf(
                    Locale.ROOT,
                    "%11d %12.0f %10.0f %10.0f %10.0f %22s %7.2f %10.1f%n",
                    load.outstanding,
                    load.figures.rate(),
                    load.figures.p50(),
                    load.figures.p99(),
                    load.figures.p999(),
                    String.format(
                            Locale.ROOT,
                            "%.0f/%.0f",
                            BenchOptions.median(load.before),
                            BenchOptions.median(load.after)),
                    BenchOptions.median(load.ratio),
                    BenchOptions.median(load.cpuMicros));
        }
    }
}
