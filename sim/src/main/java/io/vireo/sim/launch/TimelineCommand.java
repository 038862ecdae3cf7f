package io.vireo.sim.launch;

import io.vireo.sim.Reduction;
import io.vireo.sim.RunResult;
import io.vireo.sim.SimProfile.Machine;
import io.vireo.sim.SimSeed;
import io.vireo.sim.Simulator;
import io.vireo.sim.fault.Regime;
import io.vireo.sim.shrink.Reproduction;
import io.vireo.sim.shrink.ShrunkFailure;
import io.vireo.sim.timeline.Recorder;
import io.vireo.sim.timeline.TimelinePage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vireo-sim timeline}: a run as a picture, one HTML page. */
@Command(
        name = "timeline",
        description = "Draws a run: lanes for replicas, disks and clients, messages, losses, crashes, views, commits.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The page needs no network. Of a whole run it has the last 5,000 things that",
            "happened, of a shrunk one the last 50,000.",
            "",
            "Examples:",
            "  vireo-sim timeline repro-7.json -o t.html",
            "  vireo-sim timeline --seed 7 -o t.html --last 500",
            "  vireo-sim timeline --seed 7 --regime beyond-f -o t.html",
            "",
            "Exit code 0 if the page is written, 2 for a mistake in the arguments or the file.",
        })
public final class TimelineCommand implements Callable<Integer> {
    /** Of a whole run the page has its end. */
    static final int ITEMS_MAX = 5_000;

    private static final long NS_PER_MS = 1_000_000L;

    /** What to draw. */
    static final class Source {
        @Parameters(paramLabel = "FILE", description = "A file that shrink has written.")
        private Path file;

        @Option(names = "--seed", description = "A seed, its run as it is.")
        private Long seed;
    }

    @Option(
            names = "--machine",
            converter = MachineConverter.class,
            defaultValue = "log",
            description = "Of a seed: log or stream (${DEFAULT-VALUE}).")
    private Machine machine;

    @Option(
            names = "--regime",
            converter = RegimeConverter.class,
            description = "Of a seed: normal, exactly-f or beyond-f; default: the one that it draws.")
    private Regime regime;

    @ArgGroup(multiplicity = "1")
    private Source source;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "HTML",
            description = "The page.")
    private Path page;

    @Option(names = "--last", paramLabel = "MS", description = "Only the last milliseconds of virtual time.")
    private Long lastMs;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (lastMs != null && (lastMs < 1 || lastMs > Long.MAX_VALUE / NS_PER_MS)) {
            throw new ParameterException(spec.commandLine(), "--last is " + lastMs + ", must be at least 1");
        }
        if (regime != null && source.file != null) {
            throw new ParameterException(
                    spec.commandLine(), "--regime goes with --seed; a file says in which regime its run is");
        }
        final Recorder recorder = new Recorder(source.file == null ? ITEMS_MAX : ShrunkFailure.ITEMS_MAX);
        final RunResult result = simulator(recorder).run();
        final PrintWriter out = spec.commandLine().getOut();
        try {
            Files.writeString(
                    page,
                    TimelinePage.of(recorder, result, lastMs == null ? Long.MAX_VALUE : lastMs * NS_PER_MS),
                    StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot write " + page + ": " + e, e);
        }
        out.println(Report.line(result));
        out.println("picture: " + page);
        out.flush();
        return 0;
    }

    private Simulator simulator(final Recorder recorder) {
        if (source.file == null) {
            return Simulator.of(new SimSeed(machine.profile(regime), source.seed), Reduction.NONE, recorder);
        }
        final Reproduction reproduction = ReproductionArgument.read(spec, source.file);
        return reproduction.simulator(ReproductionArgument.profile(reproduction), recorder);
    }
}
