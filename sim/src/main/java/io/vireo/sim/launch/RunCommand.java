package io.vireo.sim.launch;

import io.vireo.sim.Reduction;
import io.vireo.sim.RunResult;
import io.vireo.sim.SimProfile;
import io.vireo.sim.SimProfile.Machine;
import io.vireo.sim.SimSeed;
import io.vireo.sim.Simulator;
import io.vireo.sim.Verdict;
import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.fault.Regime;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vireo-sim run}: one seed, twice, with its verdict and statistics; a failure is shrunk, with a picture. */
@Command(
        name = "run",
        description = "Runs one seed. If it fails, looks for the few faults that it takes.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Of a failure it writes repro-SEED.json, to be played with replay, and",
            "repro-SEED.html, the timeline. Ctrl-C ends the search for less; what it has",
            "reached is written. vireo-sim shrink searches longer.",
            "",
            "Examples:",
            "  vireo-sim run --seed 7",
            "  vireo-sim run --seed 7 --verbose --no-shrink",
            "",
            "Exit code: the verdict of the run, 0 pass, 10 crash, 11 liveness, 12 safety,",
            "13 if the second run of the seed was another one; 2 for a mistake in the",
            "arguments.",
        })
public final class RunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--seed", required = true, description = "The seed, any 64-bit number.")
    private long seed;

    @Option(
            names = "--machine",
            converter = MachineConverter.class,
            defaultValue = "log",
            description =
                    "What the cluster replicates: log, or stream with clients of the protocol (${DEFAULT-VALUE}).")
    private Machine machine;

    @Option(
            names = "--regime",
            converter = RegimeConverter.class,
            description = "normal, exactly-f or beyond-f; default: the one that the seed draws.")
    private Regime regime;

    @Option(names = "--verbose", description = "Print a line per event of note, one column per replica.")
    private boolean isVerbose;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean isJson;

    @Option(names = "--no-shrink", description = "Of a failure, write nothing.")
    private boolean isShrinkingOff;

    @Option(
            names = "--shrink-minutes",
            paramLabel = "M",
            defaultValue = "1",
            description = "Shrink a failure for so many minutes at most (${DEFAULT-VALUE}).")
    private int shrinkMinutes;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            defaultValue = "vireo-sim-failures",
            description = "Where the files of a failure go (${DEFAULT-VALUE}).")
    private Path directory;

    /** Null for what the options say. */
    private final SimProfile profile;

    public RunCommand() {
        this(null);
    }

    /** For what other profiles make of a seed. */
    RunCommand(final SimProfile profile) {
        this.profile = profile;
    }

    @Override
    public Integer call() {
        if (shrinkMinutes < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--shrink-minutes is " + shrinkMinutes + ", must be at least 1");
        }
        final PrintWriter out = spec.commandLine().getOut();
        final SimSeed run = new SimSeed(profile == null ? machine.profile(regime) : profile, seed);
        if (!isJson) {
            out.println(run.options());
        }
        final RunResult result = run(run, isVerbose ? new Narrator(out) : RunListener.NONE);
        final RunResult again = run(run, RunListener.NONE);
        final boolean isSame = again.traceHash() == result.traceHash();
        if (isJson) {
            out.println(Report.json(result));
        } else {
            Report.printStatistics(out, result.counters());
            out.println(Report.line(result));
            if (result.cause() != null) {
                result.cause().printStackTrace(out);
            }
            if (!isSame) {
                out.println("the second run of the same seed was another one: trace hash "
                        + Long.toHexString(again.traceHash()));
            }
        }
        out.flush();
        if (result.verdict().isFailure() && isSame && !isShrinkingOff) {
            final PrintWriter err = spec.commandLine().getErr();
            err.println("shrinking for " + shrinkMinutes + " min at most, Ctrl-C ends it");
            err.flush();
            FailureShrinking.shrink(spec, run, result, shrinkMinutes, directory, isJson ? err : out);
        }
        return !result.verdict().isFailure() && !isSame
                ? Verdict.NON_DETERMINISM.exitCode()
                : result.verdict().exitCode();
    }

    private static RunResult run(final SimSeed run, final RunListener listener) {
        return Simulator.of(run, Reduction.NONE, listener).run();
    }
}
