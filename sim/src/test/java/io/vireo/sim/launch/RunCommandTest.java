package io.vireo.sim.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.sim.SimOptions;
import io.vireo.sim.SimProfile;
import io.vireo.sim.Verdict;
import io.vireo.sim.audit.Auditors;
import io.vireo.sim.cluster.ApplicationFactory;
import io.vireo.sim.cluster.ClusterOptions;
import io.vireo.sim.cluster.RunCounters;
import io.vireo.sim.random.Draws;
import io.vireo.sim.shrink.Reproduction;
import io.vireo.sim.shrink.ReproductionException;
import io.vireo.sim.shrink.ReproductionFile;
import io.vireo.sim.workload.Application;
import io.vireo.sim.workload.LogApplication;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code run} makes of a seed that fails. */
class RunCommandTest {
    private record WrongReplies(Application log) implements Application {
        @Override
        public StateMachine stateMachine(final int replica, final int group, final SegmentStore segments) {
            return log.stateMachine(replica, group, segments);
        }

        @Override
        public Request request(final int client, final long session, final Draws work) {
            return log.request(client, session, work);
        }

        @Override
        public void onReply(
                final int namespace,
                final int group,
                final long op,
                final long session,
                final long number,
                final int status,
                final DirectBuffer reply,
                final int offset,
                final int length) {
            log.onReply(namespace, group, op, session, number + (op > 5 ? 1 : 0), status, reply, offset, length);
        }

        @Override
        public void onRefused(final int group, final long session, final long number) {
            log.onRefused(group, session, number);
        }
    }

    /** The log of which clients are told the wrong requests. */
    private static final class WrongRequests implements SimProfile, ApplicationFactory {
        @Override
        public ClusterOptions options(final long seed, final int replicasMax) {
            return SimOptions.of(seed, new SimOptions.Fixed(0, 60), replicasMax);
        }

        @Override
        public Application create(final ClusterOptions options, final Auditors auditors, final RunCounters counters) {
            return new WrongReplies(new LogApplication(options.cluster(), auditors, options.payloadMax()));
        }

        @Override
        public String stateMachine() {
            return SimProfile.LOG.stateMachine();
        }

        @Override
        public String settings() {
            return "requests=60";
        }
    }

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(final String... arguments) {
        final CommandLine commandLine = new CommandLine(new RunCommand(new WrongRequests()));
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    private Reproduction written() throws IOException, ReproductionException {
        final Path file = dir.resolve("files").resolve("repro-3.json");
        assertTrue(out.toString().contains("again: vireo-sim replay " + file), out.toString());
        final Path page = dir.resolve("files").resolve("repro-3.html");
        assertTrue(out.toString().contains("picture: " + page), out.toString());
        assertTrue(Files.readString(page).contains("\"seed\":\"3\""));
        return ReproductionFile.parse(Files.readString(file), new WrongRequests());
    }

    @Test
    void shouldShrinkAndDrawItWhenNothingElseIsAsked() throws IOException, ReproductionException {
        assertEquals(
                Verdict.SAFETY.exitCode(),
                run("--seed", "3", "-o", dir.resolve("files").toString()),
                err.toString());
        final Reproduction reproduction = written();
        assertEquals("A4: a reply names the place of the client's own request", reproduction.signature());
        assertEquals(0, reproduction.after().faults());
        assertTrue(reproduction.before().faults() > 0);
    }

    @Test
    void shouldWriteWhatItHasWhenItIsInterrupted() throws IOException, ReproductionException {
        Thread.currentThread().interrupt();
        run("--seed", "3", "-o", dir.resolve("files").toString());
        assertTrue(Thread.interrupted());
        final Reproduction reproduction = written();
        assertEquals(reproduction.before(), reproduction.after());
    }

    @Test
    void shouldWriteNothingWhenShrinkingIsOff() {
        assertEquals(
                Verdict.SAFETY.exitCode(),
                run("--seed", "3", "--no-shrink", "-o", dir.resolve("files").toString()));
        assertFalse(Files.exists(dir.resolve("files")));
        assertEquals("", err.toString());
    }

    @Test
    void shouldNameTheMistakeWhenMinutesAreNotPositive() {
        assertEquals(2, run("--seed", "3", "--shrink-minutes", "0"));
        assertTrue(err.toString().contains("--shrink-minutes is 0, must be at least 1"), err.toString());
    }
}
