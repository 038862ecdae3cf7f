package io.vireo.sim.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the command prints, writes and ends with, about a mutant that the first seed finds. */
class MutantsCommandTest {
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
    void shouldPrintFiguresAndWriteTheRowWhenAMutantIsFound() throws IOException {
        final Path page = dir.resolve("page.md");
        Files.writeString(page, "# Page\n" + MutantTable.BEGIN + "\n" + MutantTable.END + "\nend\n");
        final String[] arguments = {
            "mutants", "--sources", "..", "--only", "N5", "--starts", "2", "--shrink-seconds", "2", "--write", "" + page
        };
        assertEquals(0, run(arguments), err::toString);
        assertTrue(out.toString().contains("N5        2/2 "), out::toString);
        assertTrue(out.toString().contains("1 mutants: 1 found"), out::toString);
        final String written = Files.readString(page);
        assertTrue(written.startsWith("# Page\n") && written.endsWith("\nend\n"), written);
        assertTrue(written.contains("\n| N5 | ") && written.contains(" | 2/2 | "), written);
    }

    @Test
    void shouldPrintOneObjectPerMutantWhenAskedForJson() {
        final String[] arguments = {
            "mutants", "--sources", "..", "--only", "N5", "--starts", "1", "--shrink-seconds", "0", "--json"
        };
        assertEquals(0, run(arguments), err::toString);
        assertEquals(1, out.toString().lines().count(), out::toString);
        assertTrue(out.toString().startsWith("{\"mutant\":\"N5\""), out::toString);
        assertTrue(out.toString().contains("\"class\":\"found\",\"medianSeeds\":1,"), out::toString);
    }

    @Test
    void shouldEndWithTwoWhenThereIsNoSuchMutantOrNoPlaceForTheTable() throws IOException {
        assertEquals(2, run("mutants", "--sources", "..", "--only", "N99"));
        assertTrue(err.toString().contains("there is no mutant N99"), err::toString);
        final Path page = Files.writeString(dir.resolve("page.md"), "no place");
        assertEquals(2, run("mutants", "--sources", "..", "--only", "N5", "--write", page.toString()));
        assertTrue(err.toString().contains("has no place for the table"), err::toString);
    }
}
