package io.vireo.sim.launch;

import io.vireo.sim.Reduction;
import io.vireo.sim.RunResult;
import io.vireo.sim.SimProfile.Machine;
import io.vireo.sim.SimSeed;
import io.vireo.sim.Simulator;
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

/** {@code vireo-sim shrink}: what it takes for a seed to fail, as a file to replay and a picture to look at. */
@Command(
        name = "shrink",
        description = "Leaves out of a failing run all faults, work and replicas that its failure does not need.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Writes repro-SEED.json, to be played with replay, and repro-SEED.html, the",
            "timeline. A step counts only if the same auditor reports the same. Ctrl-C ends",
            "the search; what it has reached is written.",
            "",
            "Examples:",
            "  vireo-sim shrink --seed 7",
            "  vireo-sim shrink --seed 7 -o out --minutes 30",
            "  vireo-sim shrink --seed 7 --regime exactly-f",
            "  vireo-sim replay out/repro-7.json",
            "",
            "Exit code 0 if the files are written, 2 if the seed does not fail or for a",
            "mistake in the arguments.",
        })
public final class ShrinkCommand implements Callable<Integer> {
    @Option(names = "--seed", required = true, description = "The seed that fails.")
    private long seed;

    @Option(
            names = "--machine",
            converter = MachineConverter.class,
            defaultValue = "log",
            description = "What the cluster replicates: log or stream (${DEFAULT-VALUE}).")
    private Machine machine;

    @Option(
            names = "--regime",
            converter = RegimeConverter.class,
            description = "normal, exactly-f or beyond-f; default: the one that the seed draws.")
    private Regime regime;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Where the files go (${DEFAULT-VALUE}).")
    private Path directory;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "10",
            description = "Begin no run after so many minutes; what has been reached is written (${DEFAULT-VALUE}).")
    private int minutes;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (minutes < 1) {
            throw new ParameterException(spec.commandLine(), "--minutes is " + minutes + ", must be at least 1");
        }
        final PrintWriter out = spec.commandLine().getOut();
        final PrintWriter err = spec.commandLine().getErr();
        final SimSeed run = new SimSeed(machine.profile(regime), seed);
        final RunResult whole =
                Simulator.of(run, Reduction.NONE, RunListener.NONE).run();
        if (!whole.verdict().isFailure()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "seed " + seed + " does not fail: " + whole.verdict() + ", nothing to shrink (" + Report.line(whole)
                            + ")");
        }
        err.println("to be kept: " + whole.signature());
        FailureShrinking.shrink(spec, run, whole, minutes, directory, out);
        return 0;
    }
}
