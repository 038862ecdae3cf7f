package io.vireo.node.launch;

import io.vireo.node.bench.LoadResult;
import io.vireo.node.bench.YardstickLoad;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code vireo bench yardstick}: what three processes reach that only append with a synced write and answer. */
@Command(
        name = "yardstick",
        description = "Measure three processes that only append what has gathered with a synced write, and answer.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The leader passes the bytes to two followers and writes them to a preallocated file (direct and synced); it answers when",
            "itself and one follower have them. No checksums, no views, no recovery.",
            "",
            "Example: vireo bench yardstick --runs 3",
        })
public final class BenchYardstickCommand implements Callable<Integer> {
    @Mixin
    private BenchOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        options.check();
        final PrintWriter out = spec.commandLine().getOut();
        final StringBuilder json = new StringBuilder();
        try (BenchProcesses yardstick = BenchProcesses.startYardstick(options.dir)) {
            measure(yardstick, options, 64, options.firstWarmUpNs(), 1);
            if (!options.isJson) {
                out.printf(
                        "yardstick: %d B, medians of %d runs, %s writes%n",
                        options.size, options.runs(), yardstick.isDirect() ? "direct" : "buffered");
                out.printf("%11s %12s %10s %10s %10s%n", "outstanding", "requests/s", "p50 us", "p99 us", "p99.9 us");
            }
            for (final int outstanding : options.outstanding) {
                final LoadFigures figures = new LoadFigures(options.runs());
                for (int run = 0; run < options.runs(); run++) {
                    figures.set(
                            run, measure(yardstick, options, outstanding, options.warmUpNs(), options.measuredNs()));
                }
                if (!options.isJson) {
                    out.printf(
                            Locale.ROOT,
                            "%11d %12.0f %10.0f %10.0f %10.0f%n",
                            outstanding,
                            figures.rate(),
                            figures.p50(),
                            figures.p99(),
                            figures.p999());
                    out.flush();
                }
                json.append(json.length() == 0 ? "" : ",").append(figures.json(outstanding));
            }
            if (options.isJson) {
                out.printf(
                        "{\"size\":%d,\"runs\":%d,\"direct\":%b,\"yardstick\":[%s]}%n",
                        options.size, options.runs(), yardstick.isDirect(), json);
            }
        }
        out.flush();
        return ExitCodes.OK;
    }

    /** One load, measured once. */
    static LoadResult measure(
            final BenchProcesses yardstick,
            final BenchOptions options,
            final int outstanding,
            final long warmUpNs,
            final long measuredNs) {
        yardstick.requireAlive();
        try {
            return YardstickLoad.run(yardstick.leaderPort(), outstanding, options.size, warmUpNs, measuredNs);
        } catch (final IOException e) {
            throw new FailedException("the yardstick failed: " + Failures.text(e), e);
        }
    }
}
