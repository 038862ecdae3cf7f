package io.vireo.sim.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.sim.SimulatorFactory;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the self-check says about simulations that are a function of their seed, and of those that are not. */
class CheckDeterminismCommandTest {
    private static final String JAVA = OtherJvm.own().toString();

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(final CheckDeterminismCommand command, final String... arguments) {
        final CommandLine commandLine = new CommandLine(command);
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    private List<String> lines() {
        return out.toString().lines().toList();
    }

    @Test
    void shouldPassWhenASeedIsTheSameRunInEveryJvm() {
        assertEquals(0, run(new CheckDeterminismCommand(), "--seeds", "3..3", "--java", JAVA), () -> out + "" + err);
        assertEquals(3, lines().size(), out.toString());
        assertTrue(lines().get(0).startsWith("seeds 3..3: the same twice in this JVM"), out.toString());
        assertEquals("seeds 3..3: the same in a fresh JVM", lines().get(1));
        assertEquals("seeds 3..3: the same in the JVM " + JAVA, lines().get(2));
    }

    @Test
    void shouldShowTheFirstDifferentEventWhenTwoRunsHereDiffer() {
        final CheckDeterminismCommand planted =
                new CheckDeterminismCommand(PlantedNonDeterminism.counting(), TraceWorker.class.getName());
        assertEquals(13, run(planted, "--seeds", "3..3", "--java", JAVA), () -> out + "" + err);
        differenceIsShown("the first run", "the second run in the same JVM");
    }

    @Test
    void shouldShowTheFirstDifferentEventWhenAnotherJvmDiffers() {
        final CheckDeterminismCommand planted =
                new CheckDeterminismCommand(SimulatorFactory.OF_SEED, PlantedNonDeterminism.class.getName());
        assertEquals(13, run(planted, "--seeds", "3..3", "--java", JAVA), () -> out + "" + err);
        assertTrue(lines().get(0).startsWith("seeds 3..3: the same twice in this JVM"), out.toString());
        differenceIsShown("this JVM", "a fresh JVM");
    }

    private void differenceIsShown(final String first, final String second) {
        final List<String> last = lines().subList(lines().size() - 3, lines().size());
        assertTrue(
                last.get(0)
                        .matches("A15 violated: seed 3 differs from event [0-9]+ on, the [0-9]+ before are the same"),
                out.toString());
        final String event = last.get(0).replaceFirst(".*from event ([0-9]+) on.*", "$1");
        assertTrue(last.get(1).startsWith("  " + first + ": event " + event + " at "), out.toString());
        assertTrue(last.get(2).startsWith("  " + second + ": event " + event + " at "), out.toString());
        assertTrue(
                !last.get(1)
                        .substring(last.get(1).indexOf(" hash="))
                        .equals(last.get(2).substring(last.get(2).indexOf(" hash="))),
                out.toString());
    }

    @Test
    void shouldSayWhatAnotherJvmSaidWhenItCannotRunTheSeeds() {
        final CheckDeterminismCommand broken = new CheckDeterminismCommand(SimulatorFactory.OF_SEED, "io.vireo.None");
        assertEquals(10, run(broken, "--seeds", "3..3", "--java", JAVA));
        assertTrue(out.toString().contains("a fresh JVM has ended with exit code 1"), out.toString());
        assertTrue(out.toString().contains("io.vireo.None"), out.toString());
    }

    @Test
    void shouldNameTheMistakeWhenArgumentsAreWrong() {
        assertEquals(2, run(new CheckDeterminismCommand(), "--seeds", "3"));
        assertEquals(2, run(new CheckDeterminismCommand(), "--java", dir.toString()));
        assertTrue(
                err.toString().contains("--java: " + dir + " is neither a Java home nor an executable"),
                err.toString());
    }
}
