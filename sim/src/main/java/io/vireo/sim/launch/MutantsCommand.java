package io.vireo.sim.launch;

import io.vireo.sim.mutant.Mutant;
import io.vireo.sim.mutant.MutantCatalogue;
import io.vireo.sim.mutant.MutantCompiler;
import io.vireo.sim.mutant.MutantException;
import io.vireo.sim.mutant.MutantHunt;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
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
            "Needs a checkout of the sources that this program was built from, and a JDK. Nothing is written.",
            "",
            "Examples:",
            "  vireo-sim mutants",
            "  vireo-sim mutants --only V1,J1 --seeds 500",
            "",
            "Exit code 0 if every mutant was found, 1 if one was missed, 2 for a mistake in the arguments.",
        })
public final class MutantsCommand implements Callable<Integer> {
    private static final int EXIT_MISSED = 1;

    @Option(names = "--only", paramLabel = "IDS", split = ",", description = "Only these mutants.")
    private List<String> only;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "200",
            description = "Seeds to try for each (${DEFAULT-VALUE}).")
    private int seeds;

    @Option(names = "--from", paramLabel = "SEED", defaultValue = "0", description = "First seed (${DEFAULT-VALUE}).")
    private long from;

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
        if (seeds < 1) {
            throw new ParameterException(spec.commandLine(), "--seeds is " + seeds + ", must be at least 1");
        }
        final PrintWriter out = spec.commandLine().getOut();
        int missed = 0;
        try {
            final MutantHunt hunt = new MutantHunt(new MutantCompiler(sources));
            out.println("mutant  found  seeds  seconds  by, and what the mutant does");
            for (final String id : only == null ? MutantCatalogue.IDS : only) {
                final Mutant mutant = MutantCatalogue.load(id);
                final MutantHunt.Outcome outcome = hunt.hunt(mutant, from, seeds);
                missed += outcome.isFound() ? 0 : 1;
                out.printf(
                        Locale.ROOT,
                        "%-6s  %-5s  %5d  %7.1f  %s%n                                %s%n",
                        id,
                        outcome.isFound() ? "yes" : "NO",
                        outcome.seeds(),
                        outcome.seconds(),
                        outcome.isFound() ? outcome.signature() + ", seed " + outcome.seed() : "missed",
                        mutant.title());
                out.flush();
            }
        } catch (final MutantException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        out.println(missed == 0 ? "all found" : missed + " missed");
        return missed == 0 ? 0 : EXIT_MISSED;
    }
}
