package io.vireo.sim.shrink;

import io.vireo.sim.Reduction;
import io.vireo.sim.RunResult;
import io.vireo.sim.SimSeed;
import io.vireo.sim.Simulator;
import io.vireo.sim.timeline.Recorder;
import io.vireo.sim.timeline.TimelinePage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A failing run, shrunk and followed once more: what to play again, and its picture. */
public final class ShrunkFailure {
    /** More makes pages of tens of megabytes. */
    public static final int ITEMS_MAX = 50_000;

    /** Where the two files of a failure are. */
    public record Saved(Path reproduction, Path picture) {}

    private final SimSeed seed;
    private final Reproduction reproduction;
    private final boolean isAlike;
    private final String page;
    private final int runs;

    private ShrunkFailure(
            final SimSeed seed,
            final Reproduction reproduction,
            final boolean isAlike,
            final String page,
            final int runs) {
        this.seed = seed;
        this.reproduction = reproduction;
        this.isAlike = isAlike;
        this.page = page;
        this.runs = runs;
    }

    /**
     * Shrinks a run that fails.
     *
     * @param whole what the run has given.
     * @param start what was left out of it.
     * @param isOver true when the time is up: no run is begun any more but the one that is followed.
     * @param progress told, in a line, about each step that counts.
     */
    public static ShrunkFailure of(
            final SimSeed seed,
            final RunResult whole,
            final Reduction start,
            final BooleanSupplier isOver,
            final Consumer<String> progress) {
        final FailureTrial trial = new FailureTrial(seed, whole);
        final Shrinker shrinker = new Shrinker(seed, start, whole.events(), trial, isOver, progress);
        final Reduction reduction = shrinker.shrink();
        final Recorder recorder = new Recorder(ITEMS_MAX);
        final RunResult reduced = Simulator.of(seed, reduction, recorder).run();
        return new ShrunkFailure(
                seed,
                Reproduction.of(seed, whole, start, reduction, reduced),
                trial.isAlike(reduced),
                TimelinePage.of(recorder, reduced, Long.MAX_VALUE),
                shrinker.runs());
    }

    /** False if the run that was followed did not fail as the first one did: something outside of the seed has a say. */
    public boolean isAlike() {
        return isAlike;
    }

    public Reproduction reproduction() {
        return reproduction;
    }

    /** Writes NAME.json and NAME.html into a directory, which is created if need be; older ones are replaced. */
    public Saved write(final Path directory, final String name) throws IOException {
        final Saved files = new Saved(directory.resolve(name + ".json"), directory.resolve(name + ".html"));
        Files.createDirectories(directory);
        Files.writeString(files.reproduction, ReproductionFile.write(reproduction), StandardCharsets.UTF_8);
        Files.writeString(files.picture, page, StandardCharsets.UTF_8);
        return files;
    }

    /** What it takes to fail, in a few lines for people. */
    public List<String> lines() {
        final List<String> lines = new ArrayList<>();
        lines.add(reproduction.message());
        lines.add("before: " + text(reproduction.before()));
        lines.add("after:  " + text(reproduction.after()) + ", " + runs + " runs");
        reproduction.faults().forEach(fault -> lines.add("  " + fault));
        lines.add("rates: " + reproduction.reduction().rates(seed));
        return lines;
    }

    private static String text(final Reproduction.Extent extent) {
        return extent.faults() + " faults, " + extent.rates() + " rates, " + extent.requests() + " requests, "
                + extent.clients() + " clients, " + extent.replicas() + " replicas, " + extent.events() + " events";
    }
}
