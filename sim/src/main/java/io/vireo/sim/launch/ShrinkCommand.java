package io.vireo.sim.launch;

import io.vireo.sim.Reduction;
import io.vireo.sim.RunResult;
import io.vireo.sim.Simulator;
import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.shrink.Reproduction;
import io.vireo.sim.shrink.ReproductionFile;
import io.vireo.sim.shrink.Shrinker;
import io.vireo.sim.timeline.Recorder;
import io.vireo.sim.timeline.TimelinePage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
            "timeline. A step counts only if the same auditor reports the same.",
            "",
            "Examples:",
            "  vireo-sim shrink --seed 7",
            "  vireo-sim shrink --seed 7 -o out --minutes 30",
            "  vireo-sim replay out/repro-7.json",
            "",
            "Exit code 0 if the files are written, 2 if the seed does not fail or for a",
            "mistake in the arguments.",
        })
public final class ShrinkCommand implements Callable<Integer> {
    private static final long NS_PER_MINUTE = 60_000_000_000L;

    @Option(names = "--seed", required = true, description = "The seed that fails.")
    private long seed;

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
        final long startNs = System.nanoTime();
        final RunResult whole = Simulator.run(seed);
        if (!whole.verdict().isFailure()) {
            throw new ParameterException(
                    spec.commandLine(), "seed " + seed + " does not fail: " + whole.verdict() + ", nothing to shrink");
        }
        err.println("to be kept: " + whole.signature());
        final Shrinker shrinker = new Shrinker(
                seed,
                reduction -> whole.signature()
                        .equals(Simulator.of(seed, reduction, RunListener.NONE)
                                .run()
                                .signature()),
                () -> System.nanoTime() - startNs >= minutes * NS_PER_MINUTE,
                line -> {
                    err.println(line);
                    err.flush();
                });
        final Reduction reduction = shrinker.shrink();
        final Recorder recorder = new Recorder(TimelineCommand.ITEMS_MAX_SHRUNK);
        final RunResult reduced = Simulator.of(seed, reduction, recorder).run();
        final Reproduction reproduction = Reproduction.of(whole, reduction, reduced);
        final Path file = directory.resolve("repro-" + seed + ".json");
        final Path page = directory.resolve("repro-" + seed + ".html");
        try {
            Files.createDirectories(directory);
            Files.writeString(file, ReproductionFile.write(reproduction), StandardCharsets.UTF_8);
            Files.writeString(page, TimelinePage.of(recorder, reduced, Long.MAX_VALUE), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot write to " + directory + ": " + e, e);
        }
        out.println(reduced.message());
        out.println("before: " + text(reproduction.before()));
        out.println("after:  " + text(reproduction.after()) + ", " + shrinker.runs() + " runs");
        reproduction.faults().forEach(fault -> out.println("  " + fault));
        out.println("rates: " + reduction.rates(seed));
        out.println("picture: " + page);
        out.println("again: vireo-sim replay " + file);
        out.flush();
        return 0;
    }

    private static String text(final Reproduction.Extent extent) {
        return extent.faults() + " faults, " + extent.rates() + " rates, " + extent.requests() + " requests, "
                + extent.clients() + " clients, " + extent.replicas() + " replicas, " + extent.events() + " events";
    }
}
