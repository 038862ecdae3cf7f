package io.vireo.node.launch;

import io.vireo.bootstrap.transfer.TransferLimits;
import io.vireo.node.bench.AppendLoad;
import io.vireo.node.bench.LoadResult;
import io.vireo.node.bench.TransferBound;
import io.vireo.node.client.VireoClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code vireo bench transfer}: how fast a replica whose disk was wiped fetches everything, and what producers feel of it meanwhile. */
@Command(
        name = "transfer",
        description = "Measure how fast a replica with a wiped disk fetches everything, and what clients feel of it.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Three replicas hold a data set. One is stopped, its disk is wiped and prepared as by vireo recover, and it is started again.",
            "  fetch   MB/s from the first byte of files to the installed checkpoint, without a limit and without load; beside it the bound: 1 /",
            "          (2 / SHA-256 + 1 / copy), of the rates of one thread that hashes and of a plain copy over a socket, right before",
            "  kills   the same once more, killed so many times on the way: bytes that came in all, and that did not have to come again",
            "  by TLS  with --tls: fetches as at first, between processes that speak TLS with a certificate made for this run, against the same bound",
            "  load    delays of appends in windows in turn, with all replicas complete and while one fetches with the node's limit",
            "A megabyte is a million bytes. All of it is by TLS with the environment of vireo node (VIREO_TLS_REPLICAS=on and so on). Needs up to four",
            "times the bytes of the data set on disk.",
            "",
            "Examples:",
            "  vireo bench transfer",
            "  vireo bench transfer --tls",
            "  vireo bench transfer --data-bytes 5368709120 --runs 5 --kills 5 --json",
            "  vireo bench transfer --quick",
        })
public final class BenchTransferCommand implements Callable<Integer> {
    private static final int HASH_PASSES = 2;
    private static final int LOAD_OUTSTANDING = 256;
    private static final int ENTRY = 1024;
    private static final long LOAD_MAX_NS = 3_600_000_000_000L;
    private static final int WARM_UP_APPENDS = 1_000;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Directory on the disk to measure; a temporary one is made in it (${DEFAULT-VALUE}).")
    private Path dir;

    @Option(
            names = "--data-bytes",
            paramLabel = "BYTES",
            description = "Entries of the data set (1 GiB; quick: 32 MiB).")
    private Long dataBytes;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Fetches, and windows of each kind, of which the medians are printed (5).")
    private Integer runs;

    @Option(names = "--kills", paramLabel = "N", description = "Kills on the way of one more fetch (5; quick: 1).")
    private Integer kills;

    @Option(names = "--tls", description = "Fetch by TLS, too, as often as without.")
    private boolean isAlsoTls;

    @Option(
            names = "--outstanding",
            paramLabel = "N",
            defaultValue = "16",
            description = "Appends outstanding in a window (${DEFAULT-VALUE}).")
    private int outstanding;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "256",
            description = "Bytes of such an append (${DEFAULT-VALUE}).")
    private int size;

    @Option(names = "--seconds", paramLabel = "S", description = "Seconds of a window (4; quick: 1).")
    private Double seconds;

    @Option(names = "--quick", description = "One run over little, only to see that it works; its figures mean little.")
    private boolean isQuick;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean isJson;

    @Spec
    private CommandSpec spec;

    private TransferFigures figures;

    @Override
    public Integer call() throws InterruptedException {
        check();
        try (BenchProcesses nodes = BenchProcesses.formatThree(dir, isQuick ? 16L << 20 : 64L << 20)) {
            final boolean isTls = nodes.access().tls() != null;
            BenchOptions.require(
                    !isTls || !isAlsoTls,
                    "--tls compares with runs without TLS, and the environment has " + Setting.TLS_REPLICAS.variable());
            figures = new TransferFigures(dataBytes(), runs(), outstanding, size, isTls, isAlsoTls);
            measure(nodes);
        } catch (final IOException e) {
            throw new FailedException("the measurement in " + dir + " failed: " + Failures.text(e), e);
        } catch (final IllegalStateException e) {
            throw new FailedException("the load failed: " + e.getMessage(), e);
        }
        final PrintWriter out = spec.commandLine().getOut();
        out.println(isJson ? figures.json() : figures.text());
        out.flush();
        return ExitCodes.OK;
    }

    private void check() {
        BenchOptions.require(runs() >= 1 && runs() <= 99, "--runs is " + runs() + ", must be 1 to 99");
        BenchOptions.require(kills() >= 0 && kills() <= 99, "--kills is " + kills() + ", must be 0 to 99");
        BenchOptions.require(
                dataBytes() >= 16 << 20, "--data-bytes is " + dataBytes() + ", must be at least " + (16 << 20));
        BenchOptions.require(
                outstanding >= 1 && outstanding <= 1024, "--outstanding is " + outstanding + ", must be 1 to 1024");
        BenchOptions.require(size >= 1 && size <= 1 << 20, "--size is " + size + ", must be 1 to " + (1 << 20));
        BenchOptions.require(
                seconds() > 0 && seconds() <= 600, "--seconds is " + seconds() + ", must be above 0 and at most 600");
    }

    private int runs() {
        return runs != null ? runs : isQuick ? 1 : 5;
    }

    private int kills() {
        return kills != null ? kills : isQuick ? 1 : 5;
    }

    private long dataBytes() {
        return dataBytes != null ? dataBytes : isQuick ? 32L << 20 : 1L << 30;
    }

    private double seconds() {
        return seconds != null ? seconds : isQuick ? 1 : 4;
    }

    private void measure(final BenchProcesses nodes) throws InterruptedException, IOException {
        WipedReplica wiped = start(nodes, limit(Integer.MAX_VALUE));
        say("making the data set");
        try (VireoClient client = connect(nodes)) {
            append(nodes, client, LOAD_OUTSTANDING, ENTRY, 0, LOAD_MAX_NS, dataBytes() / ENTRY);
        }
        fetch(wiped, figures.first());
        if (kills() > 0) {
            // So slow that there is a way to be killed on.
            wiped.flags(limit(Math.min(TransferLimits.BYTES_PER_SECOND, dataBytes() / 2)));
            wiped.wipe();
            figures.killed(wiped.await(kills()));
            say(figures.killText());
        }
        nodes.stopAll();
        if (isAlsoTls) {
            nodes.variables(BenchCertificate.make(nodes.directory()));
            fetch(start(nodes, limit(Integer.MAX_VALUE)), figures.byTls());
            nodes.stopAll();
            nodes.variables(Map.of());
        }
        wiped = start(nodes);
        try (VireoClient client = connect(nodes)) {
            append(nodes, client, outstanding, size, 0, LOAD_MAX_NS, WARM_UP_APPENDS);
            for (int run = 0; run < runs(); run++) {
                window(nodes, client, wiped, run);
                say(figures.loadText(run));
            }
        }
    }

    private void fetch(final WipedReplica wiped, final FetchFigures into) throws InterruptedException, IOException {
        for (int run = 0; run < runs(); run++) {
            final TransferBound bound = TransferBound.measure(isQuick ? 50_000_000L : 1_000_000_000L);
            wiped.wipe();
            into.set(run, wiped.await(0), bound.bytesPerSecond(HASH_PASSES), bound);
            say(into.text(run));
        }
    }

    /** One window with all replicas complete, and one while the wiped one fetches. */
    private void window(final BenchProcesses nodes, final VireoClient client, final WipedReplica wiped, final int run)
            throws InterruptedException {
        final long measuredNs = (long) (seconds() * 1e9);
        final LoadResult without = append(
                nodes, client, outstanding, size, Math.min(1_000_000_000L, measuredNs / 4), measuredNs, Long.MAX_VALUE);
        wiped.wipe();
        final CompletableFuture<WipedReplica.Return> back = new CompletableFuture<>();
        final Thread watch = new Thread(() -> await(wiped, back), "vireo-bench-watch");
        watch.setDaemon(true);
        watch.start();
        final LoadResult with = append(nodes, client, outstanding, size, 0, measuredNs, Long.MAX_VALUE);
        final long endNs = System.nanoTime();
        final WipedReplica.Return returned;
        try {
            returned = back.join();
        } catch (final CompletionException e) {
            throw new FailedException(
                    "the replica did not come back: " + e.getCause().getMessage(), e);
        }
        if (without.requests() == 0 || with.requests() == 0) {
            throw new FailedException("no append was answered within a window of " + seconds() + " s");
        }
        final long missedNs = Math.max(0, endNs - returned.fetchEndNs());
        figures.loaded(run, without, with, Math.max(0, 1 - (double) missedNs / measuredNs));
    }

    private static void await(final WipedReplica wiped, final CompletableFuture<WipedReplica.Return> back) {
        try {
            back.complete(wiped.await(0));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            back.completeExceptionally(e);
        } catch (final RuntimeException e) {
            back.completeExceptionally(e);
        }
    }

    private static String[] limit(final long bytesPerSecond) {
        return new String[] {"--set", "transfer_bytes_per_second=" + bytesPerSecond};
    }

    private static WipedReplica start(final BenchProcesses nodes, final String... flags) {
        Process last = null;
        for (int replica = 0; replica <= WipedReplica.REPLICA; replica++) {
            last = nodes.startReplica(replica, nodes.log(replica), flags);
        }
        return new WipedReplica(nodes, last, flags);
    }

    private static VireoClient connect(final BenchProcesses nodes) throws InterruptedException {
        return ClusterConnection.connect(nodes.cluster(), nodes.access(), 16, BenchAppendCommand.START_SECONDS);
    }

    private static LoadResult append(
            final BenchProcesses nodes,
            final VireoClient client,
            final int outstanding,
            final int size,
            final long warmUpNs,
            final long measuredNs,
            final long requestsMax)
            throws InterruptedException {
        nodes.requireAlive();
        return new AppendLoad(client, 0, outstanding, size, requestsMax).run(warmUpNs, measuredNs);
    }

    private void say(final String text) {
        if (!isJson) {
            final PrintWriter err = spec.commandLine().getErr();
            err.println(text);
            err.flush();
        }
    }
}
