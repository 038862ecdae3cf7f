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
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a hunt says and how it ends; each case runs a few seeds. */
class HuntCommandTest {
    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(final String... arguments) {
        final CommandLine commandLine = VireoSimMain.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    @Test
    void shouldPassWhenTheSavedHashesAreTheSame() throws IOException {
        final String file = dir.resolve("hashes.txt").toString();
        assertEquals(0, run("hunt", "--seeds", "3..5", "--save-hashes", file));
        assertEquals(3, Files.readAllLines(dir.resolve("hashes.txt")).size());
        assertEquals(0, run("hunt", "--seeds", "4..5", "--compare-hashes", file));
        assertTrue(out.toString().contains("traceHashesCompared=2 different=0"), out.toString());
    }

    @Test
    void shouldFailAsNonDeterministicWhenASeedHasAnotherHashOrNone() throws IOException {
        final Path file = dir.resolve("hashes.txt");
        Files.write(file, List.of("3 0123456789abcdef"));
        assertEquals(13, run("hunt", "--seeds", "3..4", "--compare-hashes", file.toString()));
        assertTrue(out.toString().contains("A15 violated: seed 3 has trace hash"), out.toString());
        assertTrue(out.toString().contains("seed 4 is not in the file"), out.toString());
    }

    @Test
    void shouldNameTheMistakeWhenOptionsAreWrong() throws IOException {
        assertEquals(2, run("hunt", "--seeds", "5"));
        assertEquals(
                2,
                run(
                        "hunt",
                        "--seeds",
                        "1..2",
                        "--compare-hashes",
                        dir.resolve("none").toString()));
        assertTrue(err.toString().contains("--compare-hashes cannot be read"), err.toString());
        Files.write(dir.resolve("bad"), List.of("3 0123456789abcdef", "4 xyz"));
        assertEquals(
                2,
                run(
                        "hunt",
                        "--seeds",
                        "1..2",
                        "--compare-hashes",
                        dir.resolve("bad").toString()));
        assertTrue(err.toString().contains("line 2: \"4 xyz\" is not a seed and its hash"), err.toString());
    }
}
