package io.vireo.sim.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the command prints, writes and exits with. */
class ScenarioCommandTest {
    private static final String SCRIPT =
            "# A title.\nnodes 3\nrequest c0 \"x\"\nsettle\nexpect reply c0 \"x\" OK op=3\n";

    @TempDir
    Path dir;

    private Path file;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void name() {
        file = dir.resolve("a.scenario");
    }

    private int run(final String... arguments) {
        final CommandLine commandLine = VireoSimMain.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    @Test
    void shouldCompareWithTheTraceWhenItWasWrittenByUpdate() throws IOException {
        Files.writeString(file, SCRIPT);
        assertEquals(0, run("scenario", "--update", file.toString()));
        final String updated = Files.readString(file);
        assertTrue(updated.startsWith(SCRIPT + "\ntrace\n"), updated);
        assertTrue(updated.contains("\nc0 x: OK op=3 place=1\n"), updated);
        assertEquals(0, run("scenario", "--quiet", file.toString()));
        Files.writeString(file, updated.replace("place=1", "place=7"));
        assertEquals(10, run("scenario", "--quiet", file.toString()));
        assertTrue(out.toString().contains("- c0 x: OK op=3 place=7"), out.toString());
    }

    @Test
    void shouldLeaveTheFileAloneWhenAnExpectationIsNotMet() throws IOException {
        final String script = SCRIPT.replace("op=3", "op=4");
        Files.writeString(file, script);
        assertEquals(10, run("scenario", "--update", file.toString()));
        assertEquals(script, Files.readString(file));
        assertTrue(out.toString().contains("a.scenario:5: UNMET: expected reply to x to be OK op=4"), out.toString());
    }

    @Test
    void shouldNameFileAndLineWhenAStatementMakesNoSense() throws IOException {
        Files.writeString(file, SCRIPT + "crash r0 away\n");
        assertEquals(2, run("scenario", file.toString()));
        assertTrue(
                err.toString().contains("a.scenario:6: expected keep, drop, torn, tail or process, found 'away'"),
                err.toString());
        assertEquals(2, run("scenario", dir.resolve("none").toString()));
        assertTrue(err.toString().contains("cannot read or write"), err.toString());
    }
}
