package io.vireo.sim.launch;

import io.vireo.sim.Reduction;
import io.vireo.sim.RunResult;
import io.vireo.sim.SimSeed;
import io.vireo.sim.shrink.ShrunkFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Shrinks a failure, writes what is left of it, and says where. Ctrl-C and SIGTERM end the search, not the writing. */
final class FailureShrinking {
    private static final long NS_PER_MINUTE = 60_000_000_000L;

    private FailureShrinking() {}

    /**
     * Returns when the files are written.
     *
     * @param whole what the run of the seed has given.
     * @param minutes no run is begun after so many.
     * @param out what the failure takes and where the files are; steps go to standard error.
     * @throws ParameterException if the directory cannot be written.
     */
    static void shrink(
            final CommandSpec spec,
            final SimSeed seed,
            final RunResult whole,
            final int minutes,
            final Path directory,
            final PrintWriter out) {
        final PrintWriter err = spec.commandLine().getErr();
        final long startNs = System.nanoTime();
        final InterruptHook hook = InterruptHook.install(Thread.currentThread());
        try {
            // Before the effort: a place that cannot be written to is found now.
            Files.createDirectories(directory);
            final ShrunkFailure failure = ShrunkFailure.of(
                    seed,
                    whole,
                    Reduction.NONE,
                    () -> Thread.currentThread().isInterrupted()
                            || System.nanoTime() - startNs >= minutes * NS_PER_MINUTE,
                    line -> {
                        err.println(line);
                        err.flush();
                    });
            // The channels of an interrupted thread are closed.
            final boolean isInterrupted = Thread.interrupted();
            write(failure, directory, out);
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        } catch (final IOException e) {
            throw new ParameterException(spec.commandLine(), "cannot write to " + directory + ": " + e, e);
        } finally {
            hook.release();
        }
    }

    private static void write(final ShrunkFailure failure, final Path directory, final PrintWriter out)
            throws IOException {
        final ShrunkFailure.Saved saved =
                failure.write(directory, "repro-" + failure.reproduction().seed());
        failure.lines().forEach(out::println);
        out.println("picture: " + saved.picture());
        out.println("again: vireo-sim replay " + saved.reproduction());
        out.flush();
    }
}
