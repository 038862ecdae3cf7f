package io.vireo.sim.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the command prints and returns: a scope that passes, planted bugs that it finds, mistakes. */
class ExploreCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(final String arguments) {
        final CommandLine commandLine = VireoSimMain.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(("explore " + arguments).split(" "));
    }

    @Test
    void shouldReportScopeAndStatesWhenNothingFails() {
        assertEquals(0, run("--views 1 --timeouts 0"));
        assertTrue(out.toString().startsWith("scope: replicas=3 ops=1 views=1 timeouts=0 "), out.toString());
        assertTrue(out.toString().contains("\nstates=18 transitions="), out.toString());
        assertTrue(out.toString().contains("complete: every state of this scope was seen"), out.toString());
    }

    @Test
    void shouldSayThatItIsNotCompleteWhenDepthEndsIt() {
        assertEquals(0, run("--timeouts 0 --depth 2 --json"));
        assertTrue(out.toString().contains("\"end\":\"DEPTH\",\"complete\":false,\"states\":"), out.toString());
    }

    @Test
    void shouldShowTheShortestScheduleWhenASuperblockCopyIsTakenForAnEmptyOne() {
        final int exitCode =
                run("--mutant J10 --sources .. --ops 0 --timeouts 0 --crashes 1 --disk-faults 1 --depth 2");
        assertEquals(10, exitCode, out + "" + err);
        assertTrue(out.toString().contains("\n1 > crash r0 drop\n"), out.toString());
        assertTrue(out.toString().contains("\n2 > restart r0 with sector 0 damaged: UNREADABLE\n"), out.toString());
        assertTrue(out.toString().contains("\nschedule: 2 choices, no failure has a shorter one\n"), out.toString());
        assertTrue(out.toString().contains("\nCRASH: "), out.toString());
    }

    @Test
    void shouldShowTheShortestScheduleWhenALogIsCutAtADamagedEntry() {
        final int exitCode =
                run("--mutant J1 --sources .. --ops 0 --timeouts 0 --crashes 1 --disk-faults 1 --depth 2 --json");
        assertEquals(12, exitCode, out + "" + err);
        assertTrue(out.toString().contains("{\"choice\":\"crash r0 drop\""), out.toString());
    }

    @Test
    void shouldFindItBeforeTheFirstChoiceWhenAcknowledgedTooEarly() {
        assertEquals(12, run("--mutant N1 --sources .. --timeouts 0"), out + "" + err);
        assertTrue(out.toString().contains("\nSAFETY: A11 violated: "), out.toString());
        assertTrue(out.toString().contains("\nschedule: 0 choices, no failure has a shorter one\n"), out.toString());
    }

    @Test
    void shouldNameTheOptionWhenTheArgumentsMakeNoSense() {
        assertEquals(2, run("--replicas 9"));
        assertTrue(err.toString().contains("--replicas is 9, must be from 2 to 5"), err.toString());
        assertEquals(2, run("--depth 0"));
        assertTrue(err.toString().contains("--depth and --states-max must be at least 1"), err.toString());
        assertEquals(2, run("--mutant V0 --sources .."));
        assertTrue(err.toString().contains("there is no mutant V0"), err.toString());
    }
}
