package io.vireo.sim.launch;

import java.io.PrintWriter;
import java.util.function.ToIntBiFunction;
import picocli.CommandLine;

/** This program's commands inside the world of a mutant: arguments and where to print come from outside, the exit code goes back. */
public final class MutantCommandLine implements ToIntBiFunction<String[], PrintWriter> {
    @Override
    public int applyAsInt(final String[] arguments, final PrintWriter out) {
        final CommandLine commandLine = VireoSimMain.commandLine();
        commandLine.setOut(out);
        return commandLine.execute(arguments);
    }
}
