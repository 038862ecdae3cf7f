package io.vireo.sim.launch;

import io.vireo.sim.explore.CounterExample;
import io.vireo.sim.explore.Finding;
import io.vireo.sim.explore.Scope;
import io.vireo.sim.explore.Search;
import io.vireo.sim.explore.SearchFigures;
import io.vireo.sim.explore.SearchLimits;
import io.vireo.sim.explore.SearchResult;
import io.vireo.sim.mutant.MutantCatalogue;
import io.vireo.sim.mutant.MutantCompiler;
import io.vireo.sim.mutant.MutantException;
import io.vireo.sim.mutant.MutantWorld;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToIntBiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vireo-sim explore}: every schedule of a small scope, instead of random ones of a large one. */
@Command(
        name = "explore",
        description = "Visits every state that a small cluster can get into, within a bound.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Ctrl-C prints what was seen so far.",
            "",
            "Examples:",
            "  vireo-sim explore --views 1 --timeouts 1",
            "  vireo-sim explore --crashes 1 --minutes 60",
            "  vireo-sim explore --crashes 1 --disk-steps --depth 12",
            "  vireo-sim explore --mutant V2",
            "",
            "Exit code 0 if nothing failed, complete or not, 2 for a mistake in the",
            "arguments, 10 for a crash, 11 for lost liveness, 12 for lost safety, 13 if a",
            "schedule led to two states, 130 if interrupted."
        })
public final class ExploreCommand implements Callable<Integer> {
    private static final int EXIT_INTERRUPTED = 130;

    @Option(names = "--replicas", paramLabel = "N", defaultValue = "3", description = "Replicas (${DEFAULT-VALUE}).")
    private int replicas;

    @Option(
            names = "--ops",
            paramLabel = "N",
            defaultValue = "1",
            description = "Appends that the client asks for (${DEFAULT-VALUE}).")
    private int ops;

    @Option(
            names = "--views",
            paramLabel = "N",
            defaultValue = "2",
            description = "Views, the first one included (${DEFAULT-VALUE}).")
    private int views;

    @Option(
            names = "--timeouts",
            paramLabel = "N",
            defaultValue = "2",
            description =
                    "How often somebody's patience ends: for a heartbeat, a suspicion, a repetition (${DEFAULT-VALUE}).")
    private int timeouts;

    @Option(names = "--crashes", paramLabel = "N", defaultValue = "0", description = "Crashes (${DEFAULT-VALUE}).")
    private int crashes;

    @Option(
            names = "--disk-faults",
            paramLabel = "N",
            defaultValue = "0",
            description = "Sectors found unreadable or garbage at a restart (${DEFAULT-VALUE}).")
    private int diskFaults;

    @Option(names = "--drops", paramLabel = "N", defaultValue = "0", description = "Lost frames (${DEFAULT-VALUE}).")
    private int drops;

    @Option(names = "--reorder", description = "Frames of one link overtake each other; else they keep their order.")
    private boolean isReordering;

    @Option(names = "--disk-steps", description = "Writes and syncs take place at any later moment; else at once.")
    private boolean isDiskStepwise;

    @Option(names = "--depth", paramLabel = "N", description = "Choices in a row; default: no limit.")
    private int depth = Integer.MAX_VALUE;

    @Option(
            names = "--states-max",
            paramLabel = "N",
            defaultValue = "5000000",
            description = "States to remember (${DEFAULT-VALUE}).")
    private int statesMax;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "10",
            description = "Stop after so many minutes (${DEFAULT-VALUE}).")
    private long minutes;

    @Option(
            names = "--no-heal",
            description = "Do not ask of states in which nothing may happen whether they become well.")
    private boolean isNotHealing;

    @Option(names = "--no-reduction", description = "Play both orders of independent events.")
    private boolean isNotReduced;

    @Option(
            names = "--no-memory",
            description = "Play every transition with the node, instead of each step of an end once.")
    private boolean isForgetting;

    @Option(
            names = "--play-one-of",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Of so many schedules that end, play one with all auditors. More than 1 counts states sooner, and is no complete search (${DEFAULT-VALUE}).")
    private int playedOneOf;

    @Option(
            names = "--mutant",
            paramLabel = "ID",
            description = "Plant this bug first; needs a JDK and a checkout of the sources.")
    private String mutant;

    @Option(
            names = "--sources",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Root of the checkout (${DEFAULT-VALUE}).")
    private Path sources;

    @Option(names = "--json", description = "Print the outcome as one JSON line.")
    private boolean isJson;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return mutant == null ? explore() : exploreMutant();
    }

    /** The same command once more, in the world of the mutant. */
    private int exploreMutant() {
        final List<String> arguments = new ArrayList<>(List.of(
                "explore",
                "--replicas=" + replicas,
                "--ops=" + ops,
                "--views=" + views,
                "--timeouts=" + timeouts,
                "--crashes=" + crashes,
                "--disk-faults=" + diskFaults,
                "--drops=" + drops,
                "--reorder=" + isReordering,
                "--disk-steps=" + isDiskStepwise,
                "--depth=" + depth,
                "--states-max=" + statesMax,
                "--minutes=" + minutes,
                "--no-heal=" + isNotHealing,
                "--no-reduction=" + isNotReduced,
                "--no-memory=" + isForgetting,
                "--play-one-of=" + playedOneOf,
                "--json=" + isJson));
        try {
            final Map<String, byte[]> mutated = new MutantCompiler(sources).compile(MutantCatalogue.load(mutant));
            @SuppressWarnings("unchecked")
            final ToIntBiFunction<String[], PrintWriter> command = (ToIntBiFunction<String[], PrintWriter>)
                    MutantWorld.create(mutated, MutantCommandLine.class.getName());
            return command.applyAsInt(
                    arguments.toArray(String[]::new), spec.commandLine().getOut());
        } catch (final MutantException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int explore() {
        final Scope scope;
        try {
            scope = new Scope(replicas, ops, views, timeouts, crashes, diskFaults, drops, isReordering, isDiskStepwise);
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
        if (depth < 1 || statesMax < 1 || playedOneOf < 1 || minutes < 0) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--depth and --states-max must be at least 1, --play-one-of too, and --minutes at least 0");
        }
        final PrintWriter out = spec.commandLine().getOut();
        if (!isJson) {
            out.println("scope: " + scope);
            out.flush();
        }
        final long startNs = System.nanoTime();
        final long endNs = startNs + minutes * 60_000_000_000L;
        final SearchMeter meter =
                new SearchMeter(spec.commandLine().getErr(), ProgressMeter.isErrorTerminal(), startNs);
        final InterruptHook hook = InterruptHook.install(Thread.currentThread());
        try {
            final SearchResult result = new Search(
                            scope,
                            new SearchLimits(
                                    depth, statesMax, !isNotReduced, !isNotHealing, !isForgetting, playedOneOf))
                    .run(figures -> {
                        final long nowNs = System.nanoTime();
                        meter.onTransition(nowNs, figures);
                        return nowNs < endNs && !Thread.currentThread().isInterrupted();
                    });
            final double seconds = (System.nanoTime() - startNs) / 1e9;
            meter.clear();
            out.println(isJson ? json(result, seconds) : text(result, seconds));
            out.flush();
            final boolean isInterrupted = result.end() == SearchResult.End.PATIENCE && Thread.interrupted();
            return isInterrupted ? EXIT_INTERRUPTED : result.verdict().exitCode();
        } finally {
            hook.release();
        }
    }

    private static String text(final SearchResult result, final double seconds) {
        final StringBuilder text = new StringBuilder();
        final Finding finding = result.finding();
        if (finding != null) {
            int number = 0;
            for (final CounterExample.Step step : CounterExample.of(result.scope(), finding)) {
                text.append(number++).append(" > ").append(step.text()).append('\n');
                step.effects()
                        .forEach(effect -> text.append("    ").append(effect).append('\n'));
            }
            text.append(finding.verdict())
                    .append(": ")
                    .append(finding.message())
                    .append('\n');
            text.append("schedule: ").append(finding.schedule().size()).append(" choices");
            text.append(result.isShortest() ? ", no failure has a shorter one\n" : "; there may be a shorter one\n");
        }
        final SearchFigures figures = result.figures();
        return text.append(String.format(
                        Locale.ROOT,
                        "states=%d transitions=%d cutBySeenState=%d cutByIndependence=%d beyondViews=%d leaves=%d depth=%d%n"
                                + "plays=%d playsSkipped=%d endPasts=%d endSteps=%d seconds=%.1f statesPerSecond=%.0f digest=%s%n",
                        figures.states(),
                        figures.transitions(),
                        figures.cutByState(),
                        figures.cutByIndependence(),
                        figures.beyondViews(),
                        figures.leaves(),
                        figures.depth(),
                        figures.plays(),
                        figures.skipped(),
                        figures.pasts(),
                        figures.steps(),
                        seconds,
                        figures.states() / seconds,
                        figures.digest()))
                .append(result.end())
                .toString();
    }

    private static String json(final SearchResult result, final double seconds) {
        final SearchFigures figures = result.figures();
        final Finding finding = result.finding();
        final StringBuilder out = new StringBuilder("{\"scope\":")
                .append(Report.quote(result.scope().toString()));
        out.append(",\"verdict\":\"").append(result.verdict());
        out.append("\",\"end\":\"").append(result.end().name());
        out.append("\",\"complete\":").append(result.end() == SearchResult.End.COMPLETE);
        out.append(",\"states\":").append(figures.states());
        out.append(",\"transitions\":").append(figures.transitions());
        out.append(",\"cutBySeenState\":").append(figures.cutByState());
        out.append(",\"cutByIndependence\":").append(figures.cutByIndependence());
        out.append(",\"cutByDepth\":").append(figures.cutByDepth());
        out.append(",\"beyondViews\":").append(figures.beyondViews());
        out.append(",\"leaves\":").append(figures.leaves());
        out.append(",\"depth\":").append(figures.depth());
        out.append(",\"plays\":").append(figures.plays());
        out.append(",\"playsSkipped\":").append(figures.skipped());
        out.append(",\"endPasts\":").append(figures.pasts());
        out.append(",\"endSteps\":").append(figures.steps());
        out.append(",\"digest\":\"").append(figures.digest());
        out.append(String.format(Locale.ROOT, "\",\"seconds\":%.3f", seconds));
        if (finding != null) {
            out.append(",\"signature\":").append(Report.quote(finding.signature()));
            out.append(",\"message\":").append(Report.quote(finding.message()));
            out.append(",\"schedule\":[");
            String separator = "";
            for (final CounterExample.Step step : CounterExample.of(result.scope(), finding)) {
                final List<String> effects =
                        step.effects().stream().map(Report::quote).toList();
                out.append(separator).append("{\"choice\":").append(Report.quote(step.text()));
                out.append(",\"effects\":[").append(String.join(",", effects)).append("]}");
                separator = ",";
            }
            out.append(']');
        }
        return out.append('}').toString();
    }
}
