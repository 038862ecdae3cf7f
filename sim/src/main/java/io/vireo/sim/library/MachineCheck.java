package io.vireo.sim.library;

import io.vireo.sim.Campaign;
import io.vireo.sim.CampaignProgress;
import io.vireo.sim.CampaignSummary;
import io.vireo.sim.Floors;
import io.vireo.sim.Reduction;
import io.vireo.sim.RunResult;
import io.vireo.sim.SeedRange;
import io.vireo.sim.SimSeed;
import io.vireo.sim.Simulator;
import io.vireo.sim.SimulatorFactory;
import io.vireo.sim.Verdict;
import io.vireo.sim.cluster.RunCounters;
import io.vireo.sim.cluster.RunListener;
import io.vireo.sim.shrink.Reproduction;
import io.vireo.sim.shrink.ReproductionException;
import io.vireo.sim.shrink.ReproductionFile;
import io.vireo.sim.shrink.ShrunkFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** One campaign of a state machine under test, and what becomes of its first failure. */
final class MachineCheck {
    private static final long NEVER_NS = Long.MAX_VALUE / 2;

    private final MachineProfile<?> profile;
    private final Reduction start;
    private final Duration shrinkFor;
    private final Path output;
    /** By seed; guarded by the campaign. */
    private final TreeMap<Long, RunResult> failed = new TreeMap<>();

    private Campaign campaign;

    /** @param output null for the default. */
    MachineCheck(
            final MachineProfile<?> profile, final boolean hasFaults, final Duration shrinkFor, final Path output) {
        this.profile = profile;
        this.start = hasFaults ? Reduction.NONE : Reduction.withoutFaults();
        this.shrinkFor = shrinkFor;
        this.output = output;
    }

    SimulationStatistics run(final SeedRange range, final int jobs) {
        final SimulatorFactory factory = (seed, listener) -> Simulator.of(new SimSeed(profile, seed), start, listener);
        campaign = new Campaign(
                factory, range, new CampaignProgress(), jobs, System.nanoTime() + NEVER_NS, this::onResult);
        final CampaignSummary summary;
        try {
            summary = campaign.run();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while seeds " + range + " were run", e);
        } catch (final IllegalStateException e) {
            throw e.getCause() instanceof IllegalAccessError ? missingExport(e) : e;
        }
        if (!failed.isEmpty()) {
            throw failure(failed.firstEntry().getValue());
        }
        checkFloors(summary);
        return SimulationStatistics.of(summary);
    }

    private static IllegalStateException missingExport(final IllegalStateException e) {
        return new IllegalStateException(
                "Vireo's buffers need a JVM with --add-exports java.base/jdk.internal.misc=ALL-UNNAMED: set it where your"
                        + " build starts the tests, such as argLine of Surefire or jvmArgs of Gradle's test",
                e);
    }

    private void onResult(final RunResult result) {
        if (result.verdict().isFailure()) {
            failed.put(result.seed(), result);
            campaign.stop();
        }
    }

    private void checkFloors(final CampaignSummary summary) {
        final RunCounters total = summary.total;
        final List<String> missed = new ArrayList<>();
        if (total.machineOks == 0) {
            missed.add("no request was answered with OK: give it a workload whose requests it understands");
        }
        if (summary.runs >= Floors.RUNS_MIN && start.equals(Reduction.NONE)) {
            if (total.machineSnapshots == 0 || total.machineRestores == 0) {
                missed.add("no snapshot was written and restored: more requests are needed");
            }
            if (total.machineComparisons == 0) {
                missed.add("no request was executed twice: more requests or replicas are needed");
            }
        }
        if (!missed.isEmpty()) {
            throw new AssertionError(summary.runs + " runs of " + profile.stateMachine()
                    + " passed, but prove nothing: " + String.join("; ", missed));
        }
    }

    /** Runs the seed again to see whether it is the same, shrinks it, writes the files. */
    private SimulationFailure failure(final RunResult whole) {
        final SimSeed seed = new SimSeed(profile, whole.seed());
        final List<String> lines = new ArrayList<>();
        lines.add("seed " + whole.seed() + " of " + profile.stateMachine() + " fails: " + whole.signature());
        final RunResult again = Simulator.of(seed, start, RunListener.NONE).run();
        final boolean isSame = whole.verdict() != Verdict.NON_DETERMINISM && again.traceHash() == whole.traceHash();
        final long startNs = System.nanoTime();
        final ShrunkFailure shrunk = ShrunkFailure.of(
                seed,
                whole,
                start,
                () -> !isSame
                        || Thread.currentThread().isInterrupted()
                        || System.nanoTime() - startNs >= shrinkFor.toNanos(),
                line -> {});
        lines.add(hint(whole, isSame));
        if (!shrunk.isAlike()) {
            lines.add(whole.message());
            return new SimulationFailure(
                    text(lines), whole.cause(), whole.seed(), whole.signature(), List.of(), null, null);
        }
        // Of a run that nobody can play twice, the whole plan of faults says nothing.
        lines.addAll(isSame ? shrunk.lines() : List.of(shrunk.reproduction().message()));
        final ShrunkFailure.Saved saved = save(shrunk);
        lines.add("picture: " + saved.picture());
        lines.add("again: the same Simulation with replay(Path.of(\"" + saved.reproduction()
                + "\")) in place of check(); the whole run with firstSeed(" + whole.seed() + ").seeds(1)");
        return new SimulationFailure(
                text(lines),
                whole.cause(),
                whole.seed(),
                whole.signature(),
                shrunk.reproduction().faults(),
                saved.picture(),
                saved.reproduction());
    }

    /** What people get wrong most often, by where it shows. */
    private static String hint(final RunResult whole, final boolean isSame) {
        if (!isSame) {
            return "A second run of the same seed was another one: what the state machine, the workload, the model or an"
                    + " invariant does depends on more than its input. Look for clocks, random numbers, identity hash"
                    + " codes, Set.of and Map.of, threads and static fields. Nothing was shrunk.";
        }
        if (whole.signature().startsWith("A4: a request has the same reply")) {
            return "Replicas that have applied the same requests differ, or one differs from itself after a restart. Look"
                    + " for state that the snapshot does not have, and for what depends on hash order or a clock.";
        }
        // The node's own guard sees the same, from the next checkpoint on.
        if (whole.signature().startsWith("A9: ")
                || whole.signature().startsWith("crash: the state of this replica has diverged")) {
            return "Snapshots of equal state differ. Look for hash order, and for bytes that depend on how the state came"
                    + " about rather than on what it is: a restored state machine must write what one that never stopped"
                    + " writes.";
        }
        return "The same seed fails alike every time.";
    }

    private ShrunkFailure.Saved save(final ShrunkFailure shrunk) {
        final boolean isInterrupted = Thread.interrupted();
        final Path directory = directory();
        try {
            return shrunk.write(directory, name() + "-" + shrunk.reproduction().seed());
        } catch (final IOException e) {
            throw new UncheckedIOException(
                    "seed " + shrunk.reproduction().seed() + " fails ("
                            + shrunk.reproduction().signature() + "), and its files cannot be written to " + directory,
                    e);
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private String name() {
        final String name = profile.stateMachine();
        return name.substring(name.lastIndexOf('.') + 1).replace('$', '-');
    }

    private Path directory() {
        if (output != null) {
            return output;
        }
        for (final String build : List.of("target", "build")) {
            if (Files.isDirectory(Path.of(build))) {
                return Path.of(build, "vireo-sim");
            }
        }
        return Path.of("vireo-sim-failures");
    }

    void replay(final Path file) {
        final Reproduction reproduction;
        try {
            reproduction = ReproductionFile.parse(Files.readString(file, StandardCharsets.UTF_8), profile);
        } catch (final ReproductionException e) {
            throw new IllegalArgumentException(file + " is no reproduction for this simulation: " + e.getMessage(), e);
        } catch (final IOException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e, e);
        }
        final RunResult result =
                reproduction.simulator(profile, RunListener.NONE).run();
        if (!result.verdict().isFailure()) {
            return;
        }
        final List<String> lines = new ArrayList<>();
        final boolean isAlike = result.signature().equals(reproduction.signature());
        lines.add(file + (isAlike ? " still fails: " : " fails in another way: ") + result.signature());
        if (!isAlike) {
            lines.add("when it was written: " + reproduction.signature());
        }
        if (!reproduction.isOfThisPlan(profile)) {
            lines.add("seed " + reproduction.seed() + " plans other faults in this version than when it was written");
        }
        lines.add(result.message());
        reproduction.faults().forEach(fault -> lines.add("  " + fault));
        throw new SimulationFailure(
                text(lines),
                result.cause(),
                reproduction.seed(),
                result.signature(),
                reproduction.faults(),
                null,
                file);
    }

    private static String text(final List<String> lines) {
        return String.join(System.lineSeparator() + "  ", lines);
    }
}
