package io.vireo.sim.launch;

import io.vireo.sim.Campaign;
import io.vireo.sim.CampaignProgress;
import io.vireo.sim.CampaignSummary;
import io.vireo.sim.CampaignSummary.FailureGroup;
import io.vireo.sim.Floors;
import io.vireo.sim.Reduction;
import io.vireo.sim.RunResult;
import io.vireo.sim.SeedRange;
import io.vireo.sim.SimProfile.Machine;
import io.vireo.sim.SimSeed;
import io.vireo.sim.Simulator;
import io.vireo.sim.Verdict;
import io.vireo.sim.fault.Regime;
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
        description = "Runs many seeds and groups what fails by its signature.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  vireo-sim hunt --seeds 0..1999",
            "  vireo-sim hunt --seeds 0..999999 --minutes 60 --state hunt.state",
            "  vireo-sim hunt --seeds 0..999999 --shard 3/16",
            "  vireo-sim hunt --seeds 0..1999 --json --junit hunt.xml",
            "  vireo-sim hunt --seeds 0..1999 --save-hashes hashes.txt",
            "  vireo-sim hunt --seeds 0..1999 --compare-hashes hashes.txt",
            "",
            "Ctrl-C lets the seeds that run end, saves the state and prints the summary.",
            "",
            "Exit code 0 if every seed passes, 2 for a mistake in the arguments or a state",
            "of another build or range, 3 if a floor was not reached, 10 for a crash, 11 for",
            "lost liveness, 12 for lost safety, 13 for another trace, 130 if interrupted."
        })
public final class HuntCommand implements Callable<Integer> {
    private static final int EXIT_VACUOUS = 3;
    private static final int EXIT_INTERRUPTED = 130;
    private static final long SAVE_NS = 5_000_000_000L;
    /** Saving takes one part in so many of the time, however large the file grows. */
    private static final long SAVE_SHARE = 20;

    private static final int SEEDS_NAMED = 8;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seeds",
            required = true,
            paramLabel = "FIRST..LAST",
            description = "A range such as 0..1000, both ends included.")
    private String seeds;

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            description = {
                "Run only part I, from 0, of N parts of the range.",
                "auto/N takes I from the variable " + SeedShard.INDEX_VARIABLE + "."
            })
    private String shard;

    @Option(names = "--jobs", description = "Threads; default: one per core.")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Option(names = "--minutes", description = "Begin no seed after so many minutes.")
    private long minutes = 24 * 60;

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "Save what is done there, and go on with what is there from an earlier call.")
    private Path stateFile;

    @Option(
            names = "--machine",
            converter = MachineConverter.class,
            defaultValue = "log",
            description =
                    "What the clusters replicate: log, or stream with clients of the protocol (${DEFAULT-VALUE}).")
    private Machine machine;

    @Option(
            names = "--regime",
            converter = RegimeConverter.class,
            description = {
                "Run all seeds in one regime: normal, exactly-f or beyond-f.",
                "Floors are then not judged. Default: the one that each seed draws."
            })
    private Regime regime;

    @Option(names = "--json", description = "Print one JSON line per seed, and a last one with the summary.")
    private boolean isJson;

    @Option(
            names = "--junit",
            paramLabel = "FILE",
            description = "Write the outcome as JUnit XML: a case for each signature of a failure and each floor.")
    private Path junitFile;

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

    private PrintWriter out;
    private TraceHashFile hashes;
    private HuntState state;
    private ProgressMeter meter;
    private long startNs;
    private long savedAtNs;
    private long saveTookNs;
    private HuntStateException saveFailure;
    private Campaign campaign;

    @Override
    public Integer call() {
        final SeedRange range = range();
        if (jobs < 1 || minutes < 0) {
            throw new ParameterException(spec.commandLine(), "--jobs must be at least 1 and --minutes at least 0");
        }
        if (regime != null && stateFile != null) {
            throw new ParameterException(
                    spec.commandLine(), "--state keeps runs of the regimes that seeds draw; use it without --regime");
        }
        final TraceHashFile expected = loadExpected();
        out = spec.commandLine().getOut();
        hashes = saveFile == null && compareFile == null ? null : new TraceHashFile();
        // Runs of different machines do not add up, as those of different builds do not.
        final String suffix = machine == Machine.LOG ? "" : "-" + machine;
        state = new HuntState(stateFile == null ? "" : BuildId.current() + suffix, range, hashes);
        if (stateFile != null) {
            try {
                state.load(stateFile);
            } catch (final HuntStateException e) {
                throw new ParameterException(spec.commandLine(), "--state: " + e.getMessage(), e);
            }
        }
        final CampaignProgress progress = state.progress();
        startNs = System.nanoTime();
        savedAtNs = startNs;
        meter = new ProgressMeter(
                spec.commandLine().getErr(),
                ProgressMeter.isErrorTerminal(),
                range.count(),
                progress.summary.runs,
                startNs);
        campaign = new Campaign(
                (seed, listener) -> Simulator.of(new SimSeed(machine.profile(regime), seed), Reduction.NONE, listener),
                range,
                progress,
                jobs,
                startNs + minutes * 60_000_000_000L,
                result -> onResult(result));
        final InterruptHook hook = InterruptHook.install(Thread.currentThread());
        try {
            return conclude(range, expected, hunt());
        } finally {
            hook.release();
        }
    }

    /** Runs the seeds; true if somebody did not want to wait for all of them. */
    private boolean hunt() {
        try {
            campaign.run();
            return false;
        } catch (final InterruptedException e) {
            return true;
        }
    }

    private SeedRange range() {
        String option = "--seeds: ";
        try {
            final SeedRange all = SeedRange.parse(seeds);
            option = "--shard: ";
            return shard == null ? all : SeedShard.of(all, shard, System::getenv);
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), option + e.getMessage(), e);
        }
    }

    private TraceHashFile loadExpected() {
        try {
            return compareFile == null ? null : TraceHashFile.load(compareFile);
        } catch (final IOException e) {
            throw new ParameterException(spec.commandLine(), "--compare-hashes cannot be read: " + e.getMessage(), e);
        }
    }

    private void onResult(final RunResult result) {
        if (hashes != null) {
            hashes.add(result);
        }
        final CampaignSummary summary = state.progress().summary;
        if (isJson) {
            out.println(Report.json(result));
        } else if (result.verdict().isFailure()) {
            meter.clear();
            out.println(Report.line(result));
            out.flush();
        }
        final long now = System.nanoTime();
        meter.onDone(now, summary.runs, summary.failed());
        if (stateFile != null && now - savedAtNs >= Math.max(SAVE_NS, SAVE_SHARE * saveTookNs)) {
            save();
        }
    }

    /** A state that cannot be saved ends the hunt: it would not go on from where it is. */
    private void save() {
        final long beginNs = System.nanoTime();
        try {
            state.save(stateFile, elapsedNs());
        } catch (final HuntStateException e) {
            saveFailure = e;
            campaign.stop();
        }
        savedAtNs = System.nanoTime();
        saveTookNs = savedAtNs - beginNs;
    }

    private long elapsedNs() {
        return state.elapsedNs() + System.nanoTime() - startNs;
    }

    private int conclude(final SeedRange range, final TraceHashFile expected, final boolean isInterrupted) {
        if (stateFile != null && saveFailure == null) {
            save();
        }
        meter.clear();
        final CampaignSummary summary = state.progress().summary;
        final List<String> missed = regime == null ? Floors.missed(summary, machine) : List.of();
        final long tookNs = elapsedNs();
        if (isJson) {
            out.println(Report.json(range, summary, missed, tookNs));
        } else {
            print(summary, tookNs, missed);
            if (summary.runs < range.count()) {
                out.printf("%d of %d seeds are done%n", summary.runs, range.count());
            }
        }
        final boolean isSame = expected == null || compare(expected);
        out.flush();
        writeFiles(range, summary, tookNs);
        if (isInterrupted) {
            return EXIT_INTERRUPTED;
        }
        if (summary.exitCode() != 0) {
            return summary.exitCode();
        }
        return !isSame ? Verdict.NON_DETERMINISM.exitCode() : missed.isEmpty() ? 0 : EXIT_VACUOUS;
    }

    private void writeFiles(final SeedRange range, final CampaignSummary summary, final long tookNs) {
        if (saveFailure != null) {
            throw new ParameterException(spec.commandLine(), "--state: " + saveFailure.getMessage(), saveFailure);
        }
        String option = "--save-hashes";
        try {
            if (saveFile != null) {
                hashes.save(saveFile);
            }
            option = "--junit";
            if (junitFile != null) {
                JunitReport.write(junitFile, range, machine, regime, summary, tookNs / 1e9);
            }
        } catch (final IOException e) {
            throw new ParameterException(spec.commandLine(), option + " cannot be written: " + e, e);
        }
    }

    private boolean compare(final TraceHashFile expected) {
        final List<String> differences = hashes.differences(expected);
        if (!isJson) {
            differences.stream().limit(SEEDS_NAMED).forEach(out::println);
            out.printf("traceHashesCompared=%d different=%d%n", hashes.size(), differences.size());
        }
        return differences.isEmpty();
    }

    private void print(final CampaignSummary summary, final long tookNs, final List<String> missed) {
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
        for (final Map.Entry<String, FailureGroup> failure : summary.failures.entrySet()) {
            final FailureGroup group = failure.getValue();
            out.println(group.seeds.size() + " x " + failure.getKey() + " seeds "
                    + group.seeds.stream().limit(SEEDS_NAMED).toList());
            out.println("again: " + Report.command(group.seeds.first(), machine, regime));
        }
    }
}
