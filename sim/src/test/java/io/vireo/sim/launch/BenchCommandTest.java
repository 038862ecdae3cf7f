package io.vireo.sim.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.sim.SimOptions;
import io.vireo.sim.cluster.ClusterOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the bench measures, and how it says so. */
class BenchCommandTest {
    private final StringWriter out = new StringWriter();

    private int run(final String... arguments) {
        final CommandLine commandLine = VireoSimMain.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(out, true));
        return commandLine.execute(arguments);
    }

    private static double figure(final String json, final String name) {
        return Double.parseDouble(json.replaceFirst("(?s).*\"" + name + "\":([0-9.]+).*", "$1"));
    }

    @Test
    void shouldChangeNothingButTheRequestsWhenASeedIsMeasured() {
        int measured = 0;
        for (long seed = 0; seed < 64; seed++) {
            final ClusterOptions drawn = SimOptions.of(seed);
            final ClusterOptions options = BenchCommand.optionsOf(seed);
            assertEquals(drawn.replicas() == 3, options != null);
            if (options != null) {
                measured++;
                assertEquals(1_000, options.requests());
                // The cluster's configuration is drawn anew each time and has no equality of its own.
                assertEquals(
                        drawn.toString(), options.withRequests(drawn.requests()).toString());
            }
        }
        assertTrue(measured > 16, "few seeds have three replicas: " + measured);
    }

    @Test
    void shouldPrintFiguresThatFitTogetherWhenAskedForJson() {
        assertEquals(0, run("bench", "--runs", "2", "--warm-up", "1", "--json"), out::toString);
        final String json = out.toString();
        assertEquals(2, figure(json, "runs"));
        final double requestsOfARun = figure(json, "requestsPerSecond") / figure(json, "seedsPerSecond");
        // Not all of a storm that lasts too long, and one more of each client after the heal.
        assertTrue(requestsOfARun > 100 && requestsOfARun < 1_100, json);
        final double opsOfARun = figure(json, "opsPerSecond") / figure(json, "seedsPerSecond");
        // Of 1,000 requests, of which up to 256 wait at a time and share an op.
        assertTrue(opsOfARun > 1_000 / 256.0 && opsOfARun < 10_000, json);
        assertTrue(figure(json, "startMs") > 0, json);
        assertTrue(figure(json, "heapMb") > 0.1, json);
        assertTrue(figure(json, "virtualOverReal") > 0, json);
    }

    @Test
    void shouldPrintEachFigureBesideItsGoalWhenAskedByAPerson() {
        assertEquals(0, run("bench", "--runs", "1", "--warm-up", "0"), out::toString);
        for (final String goal :
                List.of("goal >=   20,000", "goal >=       20", "goal <         5", "goal <       256")) {
            assertTrue(out.toString().contains(goal), out.toString());
        }
        assertTrue(out.toString().matches("(?s).*requests/s +[0-9,.]+ +goal >= +20,000.*"), out.toString());
        assertTrue(out.toString().matches("(?s).*committed prepares/s +[0-9,.]+\\R.*"), out.toString());
        assertEquals(2, run("bench", "--runs", "0"));
        assertEquals(2, run("bench", "--warm-up", "-1"));
    }
}
