package io.vireo.sim.launch;

import io.vireo.sim.scenario.Scenario;
import io.vireo.sim.scenario.ScenarioException;
import io.vireo.sim.scenario.ScenarioResult;
import io.vireo.sim.scenario.ScenarioRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vireo-sim scenario}: plays scenario files and compares their traces. */
@Command(
        name = "scenario",
        description = "Plays a hand-written history of a cluster, step by step, and compares what happens.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Prints each step ('>') and what follows from it: '->' is a frame sent, '=>'",
            "delivered, '-x' lost.",
            "",
            "Example, a file of its own:",
            "  # A crash before the sync loses only what was never promised.",
            "  nodes 3",
            "  disk r0 hold syncs",
            "  request c0 \"x\"",
            "  deliver c0->r1 REQUEST",
            "  deliver r1->r0 PREPARE op=3",
            "  expect no message r0->r1 PREPARE_OK",
            "  crash r0 drop",
            "  restart r0",
            "  expect r0 head=2",
            "  converge",
            "",
            "  vireo-sim scenario crash.scenario",
            "  vireo-sim scenario --update crash.scenario",
            "",
            "docs/SCENARIOS.md describes all statements. Exit code 0 if every scenario",
            "passes, 2 for a mistake in the arguments or a file, 10 for a crash, an",
            "expectation that is not met or another trace, 11 for lost liveness, 12 for",
            "lost safety.",
        })
public final class ScenarioCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Scenario files.")
    private List<Path> files;

    @Option(
            names = "--update",
            description = "Write what happens into the file as its expected trace, if all else passes.")
    private boolean isUpdating;

    @Option(names = "--quiet", description = "Print one line per scenario.")
    private boolean isQuiet;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        int exitCode = 0;
        for (final Path file : files) {
            exitCode = Math.max(exitCode, play(file));
        }
        return exitCode;
    }

    private int play(final Path file) {
        final PrintWriter out = spec.commandLine().getOut();
        try {
            final String text = Files.readString(file, StandardCharsets.UTF_8);
            final Scenario scenario = Scenario.parse(file.toString(), text);
            if (!isQuiet) {
                out.println(scenario.title());
            }
            final ScenarioResult result = ScenarioRun.play(scenario, line -> {
                if (!isQuiet) {
                    out.println(line.startsWith("> ") ? line : "    " + line);
                }
            });
            final boolean isOnlyTrace = result.kind() == ScenarioResult.Kind.OTHER_TRACE;
            if (isUpdating && (result.isPass() || isOnlyTrace)) {
                Files.writeString(file, Scenario.withTrace(text, result.trace()), StandardCharsets.UTF_8);
                out.println(file + ": updated, " + result.trace().size() + " lines");
                out.flush();
                return 0;
            }
            if (result.isPass()) {
                out.println(file + ": PASS");
            } else {
                out.println(file + ":" + result.line() + ": " + result.kind() + ": " + result.message());
                if (result.cause() != null) {
                    result.cause().printStackTrace(out);
                }
            }
            out.flush();
            return result.kind().exitCode();
        } catch (final ScenarioException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        } catch (final IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot read or write " + file + ": " + e.getMessage(), e);
        }
    }
}
