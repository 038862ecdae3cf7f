package io.vireo.sim.launch;

import io.vireo.sim.Campaign;
import io.vireo.sim.Campaign.CampaignSummary;
import io.vireo.sim.Floors;
import io.vireo.sim.RunResult;
import io.vireo.sim.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vireo-sim hunt}: a range of seeds on several threads; progress, failures by signature, statistics, floors. */
@Command(
        name = "hunt",
        description = "Runs many seeds.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  vireo-sim hunt --seeds 0..1999",
            "  vireo-sim hunt --seeds 0..1999 --save-hashes hashes.txt",
            "  vireo-sim hunt --seeds 0..1999 --compare-hashes hashes.txt"
        })
public final class HuntCommand implements Callable<Integer> {
    private static final int EXIT_VACUOUS = 3;
    private static final int EXIT_INTERRUPTED = 130;
    private static final long PROGRESS_NS = 1_000_000_000L;
    private static final int SEEDS_NAMED = 8;

    @Spec
    private CommandSpec spec;

    @Option(names = "--seeds", required = true, description = "A range such as 0..1000, both ends included.")
    private String seeds;

    @Option(names = "--jobs", description = "Threads; default: one per core.")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(names = "--minutes", description = "Begin no seed after so many minutes.")
    private long minutes = 24 * 60;

    @Option(names = "--json", description = "Print one JSON line per seed, and nothing else.")
    private boolean isJson;

    @Option(
            names = "--save-hashes",
            paramLabel = "FILE",
            description = "Write the trace hash of every seed, to be compared with another run.")
    private Path saveFile;

    @Option(
            names = "--compare-hashes",
            paramLabel = "FILE",
            description = "Fail if a seed has another trace hash than this file says, e.g. one saved on another JDK.")
    private Path compareFile;

    private final TraceHashFile hashes = new TraceHashFile();
    private long printedAtNs;
    private long done;

    @Override
    public Integer call() {
        final int dots = seeds.indexOf("..");
        if (dots <= 0 || jobs < 1 || !seeds.matches("-?[0-9]+\\.\\.-?[0-9]+")) {
            throw new ParameterException(spec.commandLine(), "--seeds must be FIRST..LAST and --jobs at least 1");
        }
        final long first = Long.parseLong(seeds.substring(0, dots));
        final long last = Long.parseLong(seeds.substring(dots + 2));
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        final TraceHashFile expected;
        try {
            expected = compareFile == null ? null : TraceHashFile.load(compareFile);
        } catch (final IOException e) {
            throw new ParameterException(spec.commandLine(), "--compare-hashes cannot be read: " + e.getMessage(), e);
        }
        final long startNs = System.nanoTime();
        final Campaign campaign = new Campaign(
                first,
                last,
                jobs,
                startNs + minutes * 60_000_000_000L,
                result -> onResult(out, err, result, startNs, last - first + 1));
        final CampaignSummary summary;
        try {
            summary = campaign.run();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return EXIT_INTERRUPTED;
        }
        final List<String> missed = Floors.missed(summary);
        if (!isJson) {
            err.println();
            print(out, summary, System.nanoTime() - startNs, missed);
        }
        final boolean isSame = expected == null || compare(out, expected);
        out.flush();
        if (saveFile != null) {
            try {
                hashes.save(saveFile);
            } catch (final IOException e) {
                throw new ParameterException(spec.commandLine(), "--save-hashes cannot be written: " + e, e);
            }
        }
        if (summary.exitCode() != 0) {
            return summary.exitCode();
        }
        return !isSame ? Verdict.NON_DETERMINISM.exitCode() : missed.isEmpty() ? 0 : EXIT_VACUOUS;
    }

    private boolean compare(final PrintWriter out, final TraceHashFile expected) {
        final List<String> differences = hashes.differences(expected);
        if (!isJson) {
            differences.stream().limit(SEEDS_NAMED).forEach(out::println);
            out.printf("traceHashesCompared=%d different=%d%n", hashes.size(), differences.size());
        }
        return differences.isEmpty();
    }

    private void onResult(
            final PrintWriter out,
            final PrintWriter err,
            final RunResult result,
            final long startNs,
            final long count) {
        done++;
        hashes.add(result);
        if (isJson) {
            out.println(Report.json(result));
            return;
        }
        if (result.verdict().isFailure()) {
            err.print('\r');
            err.flush();
            out.println(Report.line(result));
            out.flush();
        }
        final long now = System.nanoTime();
        if (now - printedAtNs >= PROGRESS_NS) {
            printedAtNs = now;
            err.printf("\r%d/%d seeds, %.1f seeds/s ", done, count, done * 1e9 / (now - startNs));
            err.flush();
        }
    }

    private static void print(
            final PrintWriter out, final CampaignSummary summary, final long tookNs, final List<String> missed) {
        Report.printStatistics(out, summary.total);
        out.printf(
                "runs=%d withCrashAndRestart=%.1f%% legitimateLoss=%d %s seconds=%.1f seedsPerSecond=%.1f opsPerSecond=%.0f%n",
                summary.runs,
                100.0 * summary.runsWithCrashAndRestart / Math.max(1, summary.runs),
                summary.legitimate.size(),
                summary.legitimate.stream().limit(SEEDS_NAMED).toList(),
                tookNs / 1e9,
                summary.runs * 1e9 / tookNs,
                summary.total.committedOps * 1e9 / tookNs);
        for (final String floor : missed) {
            out.println("floor not reached: " + floor);
        }
        for (final Map.Entry<String, List<Long>> failure : summary.failures.entrySet()) {
            out.println(failure.getValue().size() + " x " + failure.getKey() + " seeds "
                    + failure.getValue().stream().limit(SEEDS_NAMED).toList());
        }
    }
}
