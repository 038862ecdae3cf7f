package io.vireo.node.launch;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.node.bench.AppendLoad;
import io.vireo.node.bench.SequentialCopy;
import io.vireo.node.bench.SequentialRead;
import io.vireo.node.client.VireoClient;
import io.vireo.node.ops.StatusClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vireo bench recovery}: how long one replica takes to open its data directory, against the time it takes to read the bytes. */
@Command(
        name = "recovery",
        description = "Measure how long a replica takes to open its data directory, by itself.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "A cluster of one replica with one group is opened again and again, as a process of its own, in three states, without data and",
            "with a data set:",
            "  clean        after SIGTERM; with the tail that the load has left above the last checkpoint",
            "  tail         killed when the next op would have triggered a checkpoint: a quarter of the ring",
            "  full ring    killed when the ring was full because no checkpoint had become durable",
            "The data set comes from a client over TCP. The two tails are written into the journal by the journal's own code, in this process,",
            "because a load meets these moments only by chance; nothing else of the directory is made by other means than by a replica.",
            "",
            "open is counted from the start of the process; CPU is the process's until then; JVM is the time not spent in stages; files are superblock, snapshot and",
            "segments; scan reads the whole ring; replay applies ops up to the first that triggers a checkpoint; applied is when all of",
            "the log was. Right before each opening the ring is read with plain large reads (read, MB/s): past the page cache if the file",
            "system allows direct I/O, as the replica reads too, else from a warm cache, which is said. The ratios are time of scan, and of",
            "replay, over the time to read as many bytes at that rate. Replay writes to segments what it reads from the ring, so it has a",
            "second ratio: over the time to copy as many bytes to a new file by plain large reads and writes (copy, MB/s). A megabyte is a",
            "million bytes. Needs up to four times the bytes of ring and data set on disk.",
            "",
            "Examples:",
            "  vireo bench recovery",
            "  vireo bench recovery --wal-bytes 268435456 --data-bytes 0 --runs 3 --json",
            "  vireo bench recovery --entries 1 --size 256",
        })
public final class BenchRecoveryCommand implements Callable<Integer> {
    private static final String COPY_NAME = "yardstick-copy";
    private static final int LOAD_OUTSTANDING = 256;
    private static final long LOAD_MAX_NS = 3_600_000_000_000L;
    private static final int STATUS_TIMEOUT_MS = 5_000;
    private static final long POLL_MS = 10;
    private static final long CATCH_UP_MAX_NS = 600_000_000_000L;
    /** One opening takes the checkpoint that was due; a second one only if the log above it reaches the next. */
    private static final int SETTLE_OPENINGS_MAX = 8;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Directory on the disk to measure; a temporary one is made in it (${DEFAULT-VALUE}).")
    private Path dir;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Openings per state, of which the medians are printed (5).")
    private Integer runs;

    @Option(names = "--wal-bytes", paramLabel = "BYTES", description = "The ring (1 GiB; quick: 16 MiB).")
    private Long walBytes;

    @Option(
            names = "--data-bytes",
            paramLabel = "BYTES",
            description = "Entries of the data set; 0: only without data (1 GiB; quick: 8 MiB).")
    private Long dataBytes;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "1024",
            description = "Bytes of an entry (${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--entries",
            paramLabel = "N",
            defaultValue = "32",
            description = "Entries that share an op in the tails that are written here (${DEFAULT-VALUE}).")
    private int entries;

    @Option(names = "--quick", description = "One run over little, only to see that it works; its figures mean little.")
    private boolean isQuick;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean isJson;

    @Spec
    private CommandSpec spec;

    private final List<RecoveryCase> cases = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
        check();
        try {
            measure("empty", 0);
            if (dataBytes() > 0) {
                measure(Long.toString(dataBytes() >> 20) + " MiB", dataBytes());
            }
        } catch (final IOException e) {
            throw new FailedException("the measurement in " + dir + " failed: " + Failures.text(e), e);
        }
        print();
        return ExitCodes.OK;
    }

    private void check() {
        BenchOptions.require(runs() >= 1 && runs() <= 99, "--runs is " + runs() + ", must be 1 to 99");
        BenchOptions.require(dataBytes() >= 0, "--data-bytes is " + dataBytes() + ", must not be negative");
        BenchOptions.require(size >= 1 && size <= 1 << 20, "--size is " + size + ", must be 1 to " + (1 << 20));
        BenchOptions.require(
                entries >= 1 && entries <= 1024 && TailWriter.opSize(size, entries) <= 1 << 20,
                "--entries is " + entries + ", must be 1 to 1024, and so that an op of " + size
                        + " B each has at most 1 MiB");
    }

    private int runs() {
        return runs != null ? runs : isQuick ? 1 : 5;
    }

    private long walBytes() {
        return walBytes != null ? walBytes : isQuick ? 16L << 20 : 1L << 30;
    }

    private long dataBytes() {
        return dataBytes != null ? dataBytes : isQuick ? 8L << 20 : 1L << 30;
    }

    private void measure(final String dataSet, final long bytes) throws InterruptedException, IOException {
        say(dataSet + ": making the directory");
        try (BenchProcesses nodes = BenchProcesses.formatOne(dir, walBytes())) {
            load(nodes, bytes);
            settle(nodes);
            measure(nodes, dataSet, "clean", false);
            measure(nodes, dataSet, "tail", true);
            measure(nodes, dataSet, "full ring", true);
        }
    }

    /** Runs the replica once, with a load of this many bytes of entries, and ends it by SIGTERM. */
    private void load(final BenchProcesses nodes, final long bytes) throws InterruptedException {
        final Process process = nodes.startReplica(0, ProcessBuilder.Redirect.DISCARD);
        try (VireoClient client =
                ClusterConnection.connect(nodes.cluster(), nodes.access(), 16, BenchAppendCommand.START_SECONDS)) {
            if (bytes > 0) {
                new AppendLoad(client, 0, LOAD_OUTSTANDING, size, bytes / size).run(0, LOAD_MAX_NS);
            }
        } catch (final IllegalStateException e) {
            nodes.requireAlive();
            throw new FailedException("the load failed: " + e.getMessage(), e);
        }
        nodes.stop(process, false);
    }

    /**
     * A load may end while a checkpoint is being made, and one of nothing before the replica leads, which a stop does not wait for. Lets the
     * replica finish it, so that every directory that is measured can be appended to and has less than a quarter of its ring above the checkpoint.
     */
    private void settle(final BenchProcesses nodes) throws InterruptedException, IOException {
        for (int i = 0; i < SETTLE_OPENINGS_MAX; i++) {
            final long checkpointOp;
            final boolean isCheckpointDue;
            try (TailWriter writer = new TailWriter(nodes.cluster(), nodes.directory(), size, entries)) {
                isCheckpointDue = writer.isCheckpointDue();
                if (!isCheckpointDue && writer.isInView()) {
                    return;
                }
                checkpointOp = writer.checkpointOp();
            }
            final Process process = nodes.startReplica(0, ProcessBuilder.Redirect.DISCARD);
            await(nodes, "lead", group -> "NORMAL".equals(group.get("status")));
            if (isCheckpointDue) {
                awaitAbove(nodes, "checkpoint", checkpointOp);
            }
            nodes.stop(process, false);
        }
        throw new FailedException("a checkpoint or a view is still due after " + SETTLE_OPENINGS_MAX + " openings");
    }

    private void measure(final BenchProcesses nodes, final String dataSet, final String name, final boolean isKilled)
            throws InterruptedException, IOException {
        final RecoveryCase measured = new RecoveryCase(dataSet, name, walBytes(), tail(nodes, name));
        cases.add(measured);
        final Path group = NodeSettings.groupDir(nodes.directory(), 0, 0);
        final DataFileLayout layout = new DataFileLayout(walBytes());
        final GroupImage image = new GroupImage(group, layout);
        for (int run = 0; run < runs(); run++) {
            image.restore();
            final Path data = group.resolve(DataFileLayout.FILE_NAME);
            final SequentialRead read = SequentialRead.of(data, layout.walOffset(), walBytes());
            final SequentialCopy copy = SequentialCopy.of(
                    data, layout.walOffset(), copyBytes(), nodes.directory().resolve(COPY_NAME));
            measured.add(open(nodes, measured.tail(), isKilled, read, copy));
            say(measured.progress());
        }
        // The next state is built on this one.
        image.restore();
    }

    private TailWriter.Tail tail(final BenchProcesses nodes, final String name) {
        final ClusterConfig cluster = nodes.cluster();
        try (TailWriter writer = new TailWriter(cluster, nodes.directory(), size, entries)) {
            return switch (name) {
                case "clean" -> writer.tail();
                case "tail" -> writer.toCheckpoint();
                default -> writer.toFull();
            };
        }
    }

    /** As much as is replayed at most before a checkpoint. */
    private long copyBytes() {
        return walBytes() / 4 & -Storage.SECTOR;
    }

    private RecoveryCase.Run open(
            final BenchProcesses nodes,
            final TailWriter.Tail tail,
            final boolean isKilled,
            final SequentialRead read,
            final SequentialCopy copy)
            throws InterruptedException, IOException {
        final long startNs = System.nanoTime();
        final Process process = nodes.startReplica(0, ProcessBuilder.Redirect.PIPE, "--log-level", "debug");
        final OpeningLog log = new OpeningLog(process, startNs);
        log.await();
        final double cpuMs = nodes.cpuTime().toNanos() / 1e6;
        if (log.head() - log.checkpointOp() != tail.ops()) {
            throw new FailedException("the replica found " + (log.head() - log.checkpointOp())
                    + " ops above its checkpoint, where " + tail.ops() + " are");
        }
        awaitAbove(nodes, "commitMin", log.head() - 1);
        final double caughtUpMs = (System.nanoTime() - startNs) / 1e6;
        nodes.stop(process, isKilled);
        return RecoveryCase.Run.of(log, cpuMs, caughtUpMs, read, copy);
    }

    /** Waits until a number of the replica's group is higher than this. */
    private static void awaitAbove(final BenchProcesses nodes, final String field, final long value)
            throws InterruptedException {
        await(
                nodes,
                "get its " + field + " above op " + value,
                group -> group.get(field) instanceof Long number && number > value);
    }

    /** Waits until the status of the replica's group is so. */
    private static void await(
            final BenchProcesses nodes, final String what, final Predicate<Map<String, Object>> isReached)
            throws InterruptedException {
        final StatusClient client = new StatusClient(nodes.cluster(), nodes.access(), STATUS_TIMEOUT_MS);
        final long deadlineNs = System.nanoTime() + CATCH_UP_MAX_NS;
        while (System.nanoTime() - deadlineNs < 0) {
            nodes.requireAlive();
            if (isReached.test(group(client))) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        throw new FailedException("the replica did not " + what + " within 600 s");
    }

    /** What the replica says of its group; nothing as long as it does not answer. */
    @SuppressWarnings("unchecked")
    private static Map<String, Object> group(final StatusClient client) {
        try {
            final List<Object> groups =
                    (List<Object>) StatusClient.parse(client.ask(0)).get("groups");
            return (Map<String, Object>) groups.get(0);
        } catch (final IOException e) {
            return Map.of(); // It is starting: nobody listens yet.
        }
    }

    private void say(final String text) {
        if (!isJson) {
            final PrintWriter err = spec.commandLine().getErr();
            err.println(text);
            err.flush();
        }
    }

    private void print() {
        final PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            final StringBuilder json = new StringBuilder();
            for (final RecoveryCase each : cases) {
                json.append(json.length() == 0 ? "" : ",").append(each.json());
            }
            out.printf(
                    "{\"walBytes\":%d,\"size\":%d,\"entriesPerOp\":%d,\"runs\":%d,\"cases\":[%s]}%n",
                    walBytes(), size, entries, runs(), json);
        } else {
            out.printf(
                    "recovery: ring of %d MiB, tails of %d entries of %d B per op, medians of %d runs, %s%n",
                    walBytes() >> 20,
                    entries,
                    size,
                    runs(),
                    cases.stream().allMatch(RecoveryCase::isDirect)
                            ? "read past the page cache"
                            : "warm cache: the file system has no direct I/O");
            out.printf("%-40s | %-54s | %-20s | %s%n", "", "ms", "ring, MB/s", "replay, MB/s, and plain copy");
            out.println(RecoveryCase.header());
            cases.forEach(each -> out.println(each.row()));
        }
        out.flush();
    }
}
