package io.vireo.sim.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.sim.SeedRange;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    /** Ends the hunt as Ctrl-C does, after so many seeds. */
    private int runInterrupted(final int afterSeeds, final String... arguments) {
        final Thread commander = Thread.currentThread();
        final CommandLine commandLine = VireoSimMain.commandLine();
        commandLine.setErr(new PrintWriter(err, true));
        commandLine.setOut(new PrintWriter(out, true) {
            private int seen;

            @Override
            public void println(final String line) {
                super.println(line);
                if (line.startsWith("{\"seed\"") && ++seen == afterSeeds) {
                    commander.interrupt();
                }
            }
        });
        return commandLine.execute(arguments);
    }

    private List<String> printedLines(final String prefix) {
        return out.toString().lines().filter(line -> line.startsWith(prefix)).toList();
    }

    private String summary() {
        final List<String> summaries = printedLines("{\"summary\"");
        return summaries.get(summaries.size() - 1).replaceFirst("\"seconds\":[0-9.]+", "");
    }

    @Test
    void shouldEndWithTheSameSummaryWhenInterruptedAndTakenUpAgain() throws IOException {
        final String state = dir.resolve("state").toString();
        final Path hashes = dir.resolve("hashes");
        final Path resumedHashes = dir.resolve("resumed");
        assertEquals(0, run("hunt", "--seeds", "20..27", "--json", "--save-hashes", hashes.toString()));
        final String uninterrupted = summary();
        assertTrue(uninterrupted.contains("\"runs\":8,"), uninterrupted);
        assertEquals(8, printedLines("{\"seed\"").size());
        out.getBuffer().setLength(0);

        final String[] resumable = {
            "hunt",
            "--seeds",
            "20..27",
            "--jobs",
            "2",
            "--json",
            "--state",
            state,
            "--save-hashes",
            resumedHashes.toString()
        };
        assertEquals(130, runInterrupted(1, resumable));
        assertTrue(printedLines("{\"seed\"").size() < 8, out.toString());
        assertEquals(130, runInterrupted(1, resumable));
        assertEquals(0, run(resumable));
        assertEquals(uninterrupted, summary());
        assertEquals(
                8,
                printedLines("{\"seed\"").stream()
                        .map(line -> line.substring(0, line.indexOf(',')))
                        .distinct()
                        .count());
        assertEquals(8, printedLines("{\"seed\"").size(), "no seed is run again");
        assertEquals(-1, Files.mismatch(hashes, resumedHashes));
        assertEquals(0, run(resumable), "nothing is left to do");
        assertEquals(uninterrupted, summary());
        assertEquals(8, printedLines("{\"seed\"").size());
    }

    @Test
    void shouldGoOnWhenTheTimeWasUp() {
        final String state = dir.resolve("state").toString();
        assertEquals(0, run("hunt", "--seeds", "3..4", "--minutes", "0", "--state", state));
        assertTrue(out.toString().contains("0 of 2 seeds are done"), out.toString());
        out.getBuffer().setLength(0);
        assertEquals(0, run("hunt", "--seeds", "3..4", "--state", state));
        assertTrue(out.toString().contains("runs=2 "), out.toString());
    }

    @Test
    void shouldSayWhyInOneLineWhenTheStateIsOfAnotherRange() {
        final String state = dir.resolve("state").toString();
        assertEquals(0, run("hunt", "--seeds", "3..4", "--minutes", "0", "--state", state));
        assertEquals(2, run("hunt", "--seeds", "3..5", "--state", state));
        assertTrue(
                err.toString()
                        .startsWith("--state: " + state
                                + " is of another range of seeds: 3..4, this one is 3..5; use another file\n"),
                err.toString());
    }

    @Test
    void shouldRunOnlyItsPartWhenSharded() {
        assertEquals(0, run("hunt", "--seeds", "3..7", "--shard", "1/3", "--json"));
        assertEquals(
                List.of("{\"seed\":5", "{\"seed\":6"),
                printedLines("{\"seed\"").stream()
                        .map(line -> line.substring(0, line.indexOf(',')))
                        .sorted()
                        .toList());
        assertEquals(2, run("hunt", "--seeds", "3..7", "--shard", "3/3"));
        assertTrue(err.toString().contains("--shard: shard 3/3: must be 0/N up to (N-1)/N"), err.toString());
    }

    @Test
    void shouldTakeTheIndexOfTheJobWhenTheShardIsAuto() {
        final SeedRange range = new SeedRange(0, 99);
        final Map<String, String> environment = Map.of("JOB_COMPLETION_INDEX", "3");
        assertEquals(new SeedRange(75, 99), SeedShard.of(range, "auto/4", environment::get));
        assertEquals(new SeedRange(0, 24), SeedShard.of(range, "0/4", environment::get));
        assertEquals(
                "auto needs the environment variable JOB_COMPLETION_INDEX, which is not set",
                assertThrows(IllegalArgumentException.class, () -> SeedShard.of(range, "auto/4", name -> null))
                        .getMessage());
        assertEquals(
                "auto needs the environment variable JOB_COMPLETION_INDEX to be a number, it is \"x\"",
                assertThrows(IllegalArgumentException.class, () -> SeedShard.of(range, "auto/4", name -> "x"))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> SeedShard.of(range, "1", environment::get));
    }

    @Test
    void shouldWriteTheReportWhenAskedFor() throws IOException {
        final Path file = dir.resolve("hunt.xml");
        assertEquals(0, run("hunt", "--seeds", "3..3", "--junit", file.toString()));
        assertTrue(Files.readString(file).contains("<testsuite name=\"vireo-sim hunt 3..3\""), Files.readString(file));
    }
}
