package io.vireo.sim.launch;

import io.vireo.sim.mutant.Mutant;
import io.vireo.sim.mutant.MutantCatalogue;
import io.vireo.sim.mutant.MutantCompiler;
import io.vireo.sim.mutant.MutantException;
import io.vireo.sim.mutant.MutantHunt;
import io.vireo.sim.mutant.MutantScore;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vireo-sim mutants}: plants known bugs in the node's own sources and reports how each was found. */
@Command(
        name = "mutants",
        description = "Plants known bugs in the node's own code, one at a time, and hunts each until a seed finds it.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Needs a checkout of the sources that this program was built from, and a JDK.",
            "Nothing is written but the table of --write.",
            "",
            "found    starts that found it, of all",
            "seeds    median of all starts; one that found nothing counts with all it tried",
            "cpu s    median of the CPU time of the runs",
            "faults   planned faults and kinds of rates that the first failure found still",
            "         needs; a + says that its shrinking was ended before it was done",
            "",
            "Examples:",
            "  vireo-sim mutants",
            "  vireo-sim mutants --only V1,J1 --seeds 500",
            "  vireo-sim mutants --starts 1 --shrink-seconds 0",
            "  vireo-sim mutants --write docs/SIMULATION.md",
            "",
            "Exit code 0 if every mutant was found but those that are known to survive; 1",
            "if another one was missed, or one was found that is said to be equivalent; 2",
            "for a mistake in the arguments.",
        })
public final class MutantsCommand implements Callable<Integer> {
    private static final int EXIT_MISSED = 1;

    @Option(names = "--only", paramLabel = "IDS", split = ",", description = "Only these mutants.")
    private List<String> only;

    @Option(
            names = "--without-survivors",
            description = "Leave out those that are known to survive: they cost most, because no seed ends their hunt.")
    private boolean isWithoutSurvivors;

    @Option(
            names = "--starts",
            paramLabel = "N",
            defaultValue = "5",
            description = "Hunts of each, " + MutantHunt.STRIDE + " seeds apart (${DEFAULT-VALUE}).")
    private int starts;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "200",
            description = "Seeds to try in each hunt (${DEFAULT-VALUE}).")
    private int seeds;

    @Option(names = "--from", paramLabel = "SEED", defaultValue = "0", description = "First seed (${DEFAULT-VALUE}).")
    private long from;

    @Option(
            names = "--shrink-seconds",
            paramLabel = "S",
            defaultValue = "60",
            description = "CPU seconds to spend on shrinking a failure of each; 0: none (${DEFAULT-VALUE}).")
    private int shrinkSeconds;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            defaultValue = "1",
            description = "Mutants at the same time (${DEFAULT-VALUE}).")
    private int jobs;

    @Option(names = "--json", description = "Print one JSON line per mutant.")
    private boolean isJson;

    @Option(
            names = "--write",
            paramLabel = "FILE",
            description = {
                "Replace the rows of these mutants in the table of this page, between the lines",
                MutantTable.BEGIN + " and",
                MutantTable.END
            })
    private Path page;

    @Option(
            names = "--sources",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Root of the checkout (${DEFAULT-VALUE}).")
    private Path sources;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (starts < 1 || seeds < 1 || jobs < 1 || shrinkSeconds < 0) {
            throw mistake("--starts, --seeds and --jobs must be at least 1, --shrink-seconds at least 0", null);
        }
        if (seeds > MutantHunt.STRIDE) {
            throw mistake("--seeds is " + seeds + ", must be at most " + MutantHunt.STRIDE, null);
        }
        final MutantTable table = page == null ? null : table();
        final List<Mutant> mutants = new ArrayList<>();
        final MutantHunt hunt;
        try {
            for (final String id : only == null ? MutantCatalogue.IDS : only) {
                final Mutant mutant = MutantCatalogue.load(id);
                if (!isWithoutSurvivors || !mutant.isSurvivor()) {
                    mutants.add(mutant);
                }
            }
            hunt = new MutantHunt(new MutantCompiler(sources), from, starts, seeds, shrinkSeconds);
        } catch (final MutantException e) {
            throw mistake(e.getMessage(), e);
        }
        final List<MutantScore> scores = huntAll(hunt, mutants, table);
        if (!isJson) {
            spec.commandLine().getOut().println(MutantReport.summary(scores));
        }
        return scores.stream().anyMatch(score -> score.isUnexplained() || score.isContradicted()) ? EXIT_MISSED : 0;
    }

    private List<MutantScore> huntAll(final MutantHunt hunt, final List<Mutant> mutants, final MutantTable table) {
        final PrintWriter out = spec.commandLine().getOut();
        final List<MutantScore> scores = new ArrayList<>(mutants.size());
        final ExecutorService threads = Executors.newFixedThreadPool(jobs);
        try {
            final List<Future<MutantScore>> hunts = new ArrayList<>(mutants.size());
            for (final Mutant mutant : mutants) {
                hunts.add(threads.submit(() -> hunt.hunt(mutant)));
            }
            if (!isJson) {
                out.println(MutantReport.HEAD);
            }
            for (final Future<MutantScore> awaited : hunts) {
                final MutantScore score = awaited.get();
                scores.add(score);
                out.println(isJson ? MutantReport.json(score) : MutantReport.lines(score));
                out.flush();
                if (table != null) {
                    // After each, so that what a call that is interrupted has found stays.
                    table.put(score);
                    write(table.page());
                }
            }
        } catch (final ExecutionException e) {
            if (e.getCause() instanceof MutantException mistake) {
                throw mistake(mistake.getMessage(), mistake);
            }
            throw new IllegalStateException("a hunt has failed", e.getCause());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            threads.shutdownNow();
        }
        return scores;
    }

    private MutantTable table() {
        final String text;
        try {
            text = Files.readString(page);
        } catch (final IOException e) {
            throw mistake("cannot read the page " + page + ": " + e, e);
        }
        final MutantTable table = MutantTable.in(text);
        if (table == null) {
            throw mistake(
                    page + " has no place for the table: the lines " + MutantTable.BEGIN + " and " + MutantTable.END
                            + " must stand there once each",
                    null);
        }
        return table;
    }

    private void write(final String text) {
        try {
            Files.writeString(page, text, StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw mistake("cannot write the page " + page + ": " + e, e);
        }
    }

    private ParameterException mistake(final String message, final Exception cause) {
        return cause == null
                ? new ParameterException(spec.commandLine(), message)
                : new ParameterException(spec.commandLine(), message, cause);
    }
}
