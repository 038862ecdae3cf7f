package io.vireo.sim.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Every command of the simulator that the README shows does what it says there. */
class ReadmeCommandsTest {
    private static final String PROGRAM = "sim/bin/vireo-sim ";

    @Test
    void shouldPassWhenTheReadmesCommandsAreTyped() throws IOException {
        final List<String> commands = Files.readString(Path.of(System.getProperty("basedir", "."), "..", "README.md"))
                .lines()
                .filter(line -> line.startsWith(PROGRAM))
                .toList();
        assertTrue(commands.size() >= 2, commands.toString());
        for (final String command : commands) {
            final StringWriter out = new StringWriter();
            final CommandLine commandLine = VireoSimMain.commandLine();
            commandLine.setOut(new PrintWriter(out, true));
            commandLine.setErr(new PrintWriter(out, true));
            final int exitCode =
                    commandLine.execute(command.substring(PROGRAM.length()).split(" +"));
            assertEquals(0, exitCode, () -> command + ": " + out);
        }
    }
}
