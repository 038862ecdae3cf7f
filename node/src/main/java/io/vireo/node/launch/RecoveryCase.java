package io.vireo.node.launch;

import io.vireo.bootstrap.open.RecoveryStage;
import io.vireo.node.bench.SequentialCopy;
import io.vireo.node.bench.SequentialRead;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The openings of one state of a directory, and the medians of what they took. All times are milliseconds, a megabyte is a million bytes.
 */
final class RecoveryCase {
    /**
     * One opening.
     *
     * @param openedMs from the start of the process until it was open.
     * @param cpuMs CPU time of the process until then; 0 where the system does not say.
     * @param caughtUpMs from the start of the process until all of the log was applied.
     * @param replayedOps ops applied before it was open; the rest is applied afterwards.
     */
    record Run(
            double openedMs,
            double cpuMs,
            double stagesMs,
            double filesMs,
            double scanMs,
            double replayMs,
            double caughtUpMs,
            long replayedOps,
            SequentialRead read,
            SequentialCopy copy) {
        static Run of(
                final OpeningLog log,
                final double cpuMs,
                final double caughtUpMs,
                final SequentialRead read,
                final SequentialCopy copy) {
            return new Run(
                    log.openedMs(),
                    cpuMs,
                    log.stagesMs(),
                    log.ms(RecoveryStage.SUPERBLOCK) + log.ms(RecoveryStage.SNAPSHOT) + log.ms(RecoveryStage.FILES),
                    log.ms(RecoveryStage.JOURNAL),
                    log.ms(RecoveryStage.REPLAY),
                    caughtUpMs,
                    log.appliedOp() - log.checkpointOp(),
                    read,
                    copy);
        }
    }

    private final String dataSet;
    private final String name;
    private final long walBytes;
    private final TailWriter.Tail tail;
    private final List<Run> runs = new ArrayList<>();

    RecoveryCase(final String dataSet, final String name, final long walBytes, final TailWriter.Tail tail) {
        this.dataSet = dataSet;
        this.name = name;
        this.walBytes = walBytes;
        this.tail = tail;
    }

    String title() {
        return dataSet + ", " + name;
    }

    TailWriter.Tail tail() {
        return tail;
    }

    void add(final Run run) {
        runs.add(run);
    }

    private double median(final ToDoubleFunction<Run> value) {
        return BenchOptions.median(runs.stream().mapToDouble(value).toArray());
    }

    private double openedMs() {
        return median(Run::openedMs);
    }

    private double jvmMs() {
        return median(run -> run.openedMs() - run.stagesMs());
    }

    private double readRate() {
        return median(run -> run.read().megabytesPerSecond());
    }

    private double scanRate() {
        return median(run -> walBytes / 1e3 / run.scanMs());
    }

    private double scanRatio() {
        return median(run -> run.read().megabytesPerSecond() / (walBytes / 1e3 / run.scanMs()));
    }

    /** All ops of a tail that was written for the measurement have one size; of another one all are replayed. */
    private double replayedBytes(final Run run) {
        return tail.ops() == 0 ? 0 : (double) tail.bytes() * run.replayedOps() / tail.ops();
    }

    private double replayRate() {
        return median(run -> replayedBytes(run) / 1e3 / run.replayMs());
    }

    private double replayOps() {
        return median(run -> run.replayedOps() * 1e3 / run.replayMs());
    }

    private double replayRatio() {
        return replayRatio(run -> run.read().megabytesPerSecond());
    }

    private double copyRate() {
        return median(run -> run.copy().megabytesPerSecond());
    }

    private double replayCopyRatio() {
        return replayRatio(run -> run.copy().megabytesPerSecond());
    }

    private double replayRatio(final ToDoubleFunction<Run> rate) {
        return median(run ->
                run.replayedOps() == 0 ? 0 : rate.applyAsDouble(run) / (replayedBytes(run) / 1e3 / run.replayMs()));
    }

    boolean isDirect() {
        return runs.stream().allMatch(run -> run.read().isDirect());
    }

    static String header() {
        return String.format(
                "%-9s %-12s %8s %8s | %8s %6s %6s %6s %7s %7s %8s | %6s %6s %6s | %7s %8s %6s %6s %6s",
                "data set",
                "stopped",
                "tail MB",
                "ops",
                "open ms",
                "CPU",
                "JVM",
                "files",
                "scan",
                "replay",
                "applied",
                "read",
                "scan",
                "ratio",
                "replay",
                "ops/s",
                "ratio",
                "copy",
                "ratio");
    }

    String row() {
        final boolean hasReplayed = replayOps() > 0;
        return String.format(
                Locale.ROOT,
                "%-9s %-12s %8.1f %8d | %8.0f %6.0f %6.0f %6.0f %7.0f %7.0f %8.0f | %6.0f %6.0f %6.2f | %7s %8s %6s %6.0f %6s",
                dataSet,
                name,
                tail.bytes() / 1e6,
                tail.ops(),
                openedMs(),
                median(Run::cpuMs),
                jvmMs(),
                median(Run::filesMs),
                median(Run::scanMs),
                median(Run::replayMs),
                median(Run::caughtUpMs),
                readRate(),
                scanRate(),
                scanRatio(),
                hasReplayed ? String.format(Locale.ROOT, "%.0f", replayRate()) : "-",
                hasReplayed ? String.format(Locale.ROOT, "%.0f", replayOps()) : "-",
                hasReplayed ? String.format(Locale.ROOT, "%.2f", replayRatio()) : "-",
                copyRate(),
                hasReplayed ? String.format(Locale.ROOT, "%.2f", replayCopyRatio()) : "-");
    }

    /** One line about the newest run. */
    String progress() {
        final Run run = runs.get(runs.size() - 1);
        return String.format(
                Locale.ROOT,
                "%s, run %d: open after %.0f ms, scan %.0f ms, replay of %d ops %.0f ms, all applied after %.0f ms; read %.0f MB/s, copy %.0f MB/s",
                title(),
                runs.size(),
                run.openedMs(),
                run.scanMs(),
                run.replayedOps(),
                run.replayMs(),
                run.caughtUpMs(),
                run.read().megabytesPerSecond(),
                run.copy().megabytesPerSecond());
    }

    String json() {
        return String.format(
                Locale.ROOT,
                "{\"dataSet\":\"%s\",\"stopped\":\"%s\",\"tailBytes\":%d,\"tailOps\":%d,\"openMs\":%.1f,\"cpuMs\":%.1f,\"jvmMs\":%.1f,\"filesMs\":%.1f,"
                        + "\"scanMs\":%.1f,\"replayMs\":%.1f,\"appliedMs\":%.1f,\"replayedOps\":%.0f,\"isDirect\":%b,\"readMBs\":%.1f,"
                        + "\"scanMBs\":%.1f,\"scanRatio\":%.3f,\"replayMBs\":%.1f,\"replayOpsPerSecond\":%.0f,\"replayRatio\":%.3f,\"copyMBs\":%.1f,\"replayCopyRatio\":%.3f}",
                dataSet,
                name,
                tail.bytes(),
                tail.ops(),
                openedMs(),
                median(Run::cpuMs),
                jvmMs(),
                median(Run::filesMs),
                median(Run::scanMs),
                median(Run::replayMs),
                median(Run::caughtUpMs),
                median(Run::replayedOps),
                isDirect(),
                readRate(),
                scanRate(),
                scanRatio(),
                replayRate(),
                replayOps(),
                replayRatio(),
                copyRate(),
                replayCopyRatio());
    }
}
