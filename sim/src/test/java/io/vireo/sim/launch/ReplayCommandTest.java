package io.vireo.sim.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.sim.Reduction;
import io.vireo.sim.RunResult;
import io.vireo.sim.SimProfile;
import io.vireo.sim.SimSeed;
import io.vireo.sim.Simulator;
import io.vireo.sim.SizeLimit;
import io.vireo.sim.Verdict;
import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.fault.Regime;
import io.vireo.sim.shrink.Reproduction;
import io.vireo.sim.shrink.ReproductionFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What shrink, replay and timeline say and how they end, about a seed that passes. */
class ReplayCommandTest {
    private static final long SEED = 3;

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private String file;
    private long events;

    @BeforeEach
    void writeReproduction() throws IOException {
        final Reduction reduction = Reduction.NONE.limit(SizeLimit.REQUESTS, 10);
        final RunResult run = Simulator.of(SEED, reduction, RunListener.NONE).run();
        events = run.events();
        final RunResult failed = failed(run);
        file = dir.resolve("repro.json").toString();
        Files.writeString(
                Path.of(file),
                ReproductionFile.write(Reproduction.of(SimSeed.of(SEED), failed, Reduction.NONE, reduction, failed)));
    }

    /** Of a build in which this run failed. */
    private static RunResult failed(final RunResult run) {
        return new RunResult(
                SEED,
                Verdict.SAFETY,
                "A1: one log",
                "A1 violated",
                null,
                run.traceHash(),
                run.events(),
                run.virtualNs(),
                run.options(),
                run.counters());
    }

    /** A seed that draws another regime, so that forcing one makes another run of it. */
    @Test
    void shouldPlayTheRunOfTheRegimeWhenItWasForced() throws IOException {
        final RunResult forced = Simulator.run(SEED, Regime.EXACTLY_F);
        final String hash = String.format("hash=%016x", forced.traceHash());
        assertNotEquals(Simulator.run(SEED).traceHash(), forced.traceHash());
        final SimSeed seed = new SimSeed(SimProfile.log(Regime.EXACTLY_F), SEED);
        final String forcedFile = dir.resolve("forced.json").toString();
        Files.writeString(
                Path.of(forcedFile),
                ReproductionFile.write(
                        Reproduction.of(seed, failed(forced), Reduction.NONE, Reduction.NONE, failed(forced))));

        assertEquals(0, run("replay", forcedFile));
        assertTrue(out.toString().contains(hash), out.toString());
        out.getBuffer().setLength(0);
        final String page = dir.resolve("t.html").toString();
        assertEquals(0, run("timeline", forcedFile, "-o", page));
        assertTrue(out.toString().contains(hash), out.toString());
        out.getBuffer().setLength(0);
        assertEquals(0, run("timeline", "--seed", "3", "--regime", "exactly-f", "-o", page));
        assertTrue(out.toString().contains(hash), out.toString());
        assertEquals("", err.toString());
        assertEquals(2, run("shrink", "--seed", "3", "--regime", "exactly-f", "-o", dir.toString()));
        assertTrue(err.toString().contains("seed 3 does not fail: PASS, nothing to shrink"), err.toString());
        assertTrue(err.toString().contains(hash), err.toString());
    }

    @Test
    void shouldRefuseARegimeWhenTheFileSaysIt() {
        assertEquals(
                2,
                run(
                        "timeline",
                        file,
                        "--regime",
                        "exactly-f",
                        "-o",
                        dir.resolve("t.html").toString()));
        assertTrue(err.toString().contains("--regime goes with --seed"), err.toString());
    }

    private int run(final String... arguments) {
        final CommandLine commandLine = VireoSimMain.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    @Test
    void shouldSayThatItIsNotReproducedWhenTheRunPasses() {
        assertEquals(0, run("replay", file));
        assertTrue(out.toString().contains("not reproduced: the run does not fail any more"), out.toString());
        assertEquals("", err.toString());
    }

    @Test
    void shouldPrintEveryReplicaWhenStoppedAtAnEvent() {
        assertEquals(0, run("replay", file, "--until", "event=1"));
        assertTrue(out.toString().contains("r0 g0  status=OPENING pendingWrites=0"), out.toString());
    }

    @Test
    void shouldPrintWhatDiffersWhenMomentsAreCompared() {
        assertEquals(0, run("replay", file, "--diff", "1", Long.toString(events)));
        assertTrue(out.toString().contains("status: OPENING -> "), out.toString());
        assertTrue(out.toString().contains("head: - -> "), out.toString());
    }

    @Test
    void shouldNameTheMistakeWhenArgumentsAreWrong() throws IOException {
        assertEquals(2, run("replay", file, "--until", "5"));
        assertTrue(err.toString().contains("--until is 5, must be event=N"), err.toString());
        assertEquals(2, run("replay", file, "--until", "event=999999999"));
        assertTrue(err.toString().contains("events, none with number 999999999"), err.toString());
        assertEquals(2, run("replay", file, "--diff", "5", "5"));
        assertEquals(2, run("replay", dir.resolve("none").toString()));
        assertTrue(err.toString().contains("cannot read"), err.toString());
        final Path other = dir.resolve("other.json");
        Files.writeString(other, "{\"format\": \"another\"}");
        assertEquals(2, run("replay", other.toString()));
        assertTrue(err.toString().contains("is no reproduction for this program: \"format\" is not"), err.toString());
        assertEquals(2, run("shrink", "--seed", "3", "--minutes", "0"));
        assertEquals(2, run("timeline", file, "--seed", "3", "-o", "t.html"));
    }

    @Test
    void shouldRefuseToShrinkWhenTheSeedPasses() {
        assertEquals(2, run("shrink", "--seed", "3", "-o", dir.toString()));
        assertTrue(err.toString().contains("seed 3 does not fail: PASS, nothing to shrink"), err.toString());
    }

    @Test
    void shouldNoteThatAnotherPlanIsDrawnWhenFaultsDiffer() throws IOException {
        final String text = Files.readString(Path.of(file));
        Files.writeString(Path.of(file), text.replace("CrashPoint[", "OtherPoint["));
        assertEquals(0, run("replay", file, "--until", "event=1"));
        assertTrue(err.toString().contains("note: seed 3 plans other faults in this build"), err.toString());
    }

    @Test
    void shouldWriteThePageWhenAskedForATimeline() throws IOException {
        final Path page = dir.resolve("t.html");
        assertEquals(0, run("timeline", file, "-o", page.toString(), "--last", "1000"));
        assertTrue(Files.readString(page).contains("\"seed\":\"3\""));
    }
}
