package io.vireo.sim.launch;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry of {@code vireo-sim}. Exit codes: 0 pass, 2 usage, 3 vacuous, 10 crash, 11 liveness, 12 safety, 13 non-determinism, 130 interrupted. */
@Command(
        name = "vireo-sim",
        description = "Runs a whole Vireo cluster in one thread, under faults, from a seed.",
        mixinStandardHelpOptions = true,
        version = "vireo-sim 0.1.0",
        subcommands = {
            RunCommand.class,
            HuntCommand.class,
            ExploreCommand.class,
            ShrinkCommand.class,
            ReplayCommand.class,
            TimelineCommand.class,
            ScenarioCommand.class,
            MutantsCommand.class,
            CheckDeterminismCommand.class,
            BenchCommand.class
        })
public final class VireoSimMain implements Callable<Integer> {
    public static final int EXIT_USAGE = 2;

    @Spec
    private CommandSpec spec;

    public static void main(final String[] args) {
        // Else Chronicle starts a thread that gives memory back, and wakes it for each buffer; whoever closes one has
        // the time.
        System.setProperty("background.releaser", "false");
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new VireoSimMain());
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is needed: run, hunt, explore, shrink, replay, timeline, scenario, mutants, check-determinism or bench");
    }
}
