package io.vireo.sim.launch;

import io.vireo.sim.SeedRange;
import io.vireo.sim.SimulatorFactory;
import io.vireo.sim.Verdict;
import io.vireo.sim.time.TraceRecording;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code vireo-sim check-determinism}: the same seed is the same run, here, in a fresh JVM and on another JDK (A15). */
@Command(
        name = "check-determinism",
        description = "Runs seeds twice in this JVM, once in a fresh one and once on JDK 25, and compares the traces.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "If two runs of a seed differ, prints the first event at which they do, of both.",
            "",
            "Examples:",
            "  vireo-sim check-determinism --seeds 0..100",
            "  vireo-sim check-determinism --seeds 0..100 --java /opt/jdk-25",
            "",
            "Exit code 0 if all traces are the same, 2 for a mistake in the arguments, 10 if",
            "another JVM cannot run the seeds, 13 if a trace differs."
        })
public final class CheckDeterminismCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seeds",
            paramLabel = "FIRST..LAST",
            defaultValue = "0..100",
            description = "Both ends included (${DEFAULT-VALUE}).")
    private String seeds;

    @Option(
            names = "--java",
            paramLabel = "PATH",
            description = {
                "Home or executable of the other JDK; default: a JDK 25 from JAVA_HOME_25,",
                "JAVA25_HOME or the usual places."
            })
    private Path java;

    private final SimulatorFactory factory;
    private final String workerClass;
    private PrintWriter out;

    public CheckDeterminismCommand() {
        this(SimulatorFactory.OF_SEED, TraceWorker.class.getName());
    }

    /** @param workerClass main class of the other processes, which takes the arguments of {@link TraceWorker}. */
    CheckDeterminismCommand(final SimulatorFactory factory, final String workerClass) {
        this.factory = factory;
        this.workerClass = workerClass;
    }

    /** Another JVM at work on all seeds. */
    private record Running(OtherJvm jvm, Process process, Path log, Path hashes) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        out = spec.commandLine().getOut();
        final SeedRange range;
        try {
            range = SeedRange.parse(seeds);
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--seeds: " + e.getMessage(), e);
        }
        final List<OtherJvm> others = new ArrayList<>();
        others.add(new OtherJvm("a fresh JVM", OtherJvm.own(), workerClass));
        otherJdk().ifPresent(others::add);
        final Path directory = Files.createTempDirectory("vireo-sim");
        final List<Running> running = new ArrayList<>();
        try {
            for (final OtherJvm jvm : others) {
                final Path log = directory.resolve("log" + running.size());
                final Path hashes = directory.resolve("hashes" + running.size());
                final Process process = jvm.start(log, TraceWorker.HASHES, range.toString(), hashes.toString());
                running.add(new Running(jvm, process, log, hashes));
            }
            return check(range, running, directory);
        } finally {
            for (final Running one : running) {
                one.process().destroyForcibly().waitFor();
            }
            deleteAll(directory);
            out.flush();
        }
    }

    private Optional<OtherJvm> otherJdk() {
        if (java != null) {
            final Path executable = OtherJvm.executable(java)
                    .orElseThrow(() -> new ParameterException(
                            spec.commandLine(), "--java: " + java + " is neither a Java home nor an executable"));
            return Optional.of(new OtherJvm("the JVM " + executable, executable, workerClass));
        }
        final Optional<Path> found = OtherJvm.findJdk25(System::getenv);
        if (found.isEmpty()) {
            out.println("JDK 25: skipped, none found in " + String.join(", ", OtherJvm.VARIABLES)
                    + ", /usr/lib/jvm or /opt; name one with --java");
        }
        return found.map(executable -> new OtherJvm("JDK 25 " + executable, executable, workerClass));
    }

    private int check(final SeedRange range, final List<Running> running, final Path directory)
            throws IOException, InterruptedException {
        final TraceHashFile hashes = new TraceHashFile();
        for (long seed = range.first(); seed <= range.last(); seed++) {
            final TraceRecording first = new TraceRecording();
            final TraceRecording second = new TraceRecording();
            hashes.add(TraceWorker.record(factory, seed, first));
            TraceWorker.record(factory, seed, second);
            if (isDifferent(seed, "the first run", first, "the second run in the same JVM", second)) {
                return Verdict.NON_DETERMINISM.exitCode();
            }
        }
        out.println("seeds " + range + ": the same twice in this JVM, " + System.getProperty("java.version"));
        for (final Running other : running) {
            final int exitCode = other.process().waitFor();
            if (exitCode != 0) {
                out.println(other.jvm().name() + " has ended with exit code " + exitCode + ": "
                        + Files.readString(other.log(), StandardCharsets.UTF_8));
                return Verdict.CRASH.exitCode();
            }
            final List<Long> different = hashes.differingSeeds(TraceHashFile.load(other.hashes()));
            if (!different.isEmpty()) {
                locate(different.get(0), other, directory);
                return Verdict.NON_DETERMINISM.exitCode();
            }
            out.println("seeds " + range + ": the same in " + other.jvm().name());
        }
        return 0;
    }

    /** Says where the run of a seed differs in another JVM, which is asked for all of it. */
    private void locate(final long seed, final Running other, final Path directory)
            throws IOException, InterruptedException {
        final Path file = directory.resolve("recording");
        final Process process =
                other.jvm().start(other.log(), TraceWorker.RECORDING, String.valueOf(seed), file.toString());
        try {
            final TraceRecording here = new TraceRecording();
            TraceWorker.record(factory, seed, here);
            if (process.waitFor() != 0) {
                out.println("A15 violated: seed " + seed + " has another trace hash in "
                        + other.jvm().name() + ", which could not be recorded: "
                        + Files.readString(other.log(), StandardCharsets.UTF_8));
            } else if (!isDifferent(seed, "this JVM", here, other.jvm().name(), TraceRecording.load(file))) {
                out.println("A15 violated: seed " + seed + " had another trace hash in "
                        + other.jvm().name() + ", and the same when it was run again");
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private boolean isDifferent(
            final long seed,
            final String firstName,
            final TraceRecording first,
            final String secondName,
            final TraceRecording second) {
        final long event = first.firstDifference(second);
        if (event < 0) {
            return false;
        }
        out.println("A15 violated: seed " + seed + " differs from event " + event + " on, the " + (event - 1)
                + " before are the same");
        out.println("  " + firstName + ": " + first.describe(event));
        out.println("  " + secondName + ": " + second.describe(event));
        return true;
    }

    private static void deleteAll(final Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (final Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
