package io.vireo.node.launch;

import io.vireo.node.bench.LoadResult;
import java.util.Arrays;
import java.util.Locale;

/** What {@code vireo bench transfer} has measured, and how it prints that. */
final class TransferFigures {
    private final int runs;
    private final long dataBytes;
    private final int outstanding;
    private final int size;
    private final LoadFigures without;
    private final LoadFigures with;
    private final double[] p50Ratio;
    private final double[] p99Ratio;
    private final double[] overlap;
    private final boolean isTls;
    private final FetchFigures first;
    /** Null where that was not asked for. */
    private final FetchFigures byTls;

    private WipedReplica.Return killed;

    /** @param isTls by TLS all of it. @param isAlsoTls without TLS, and fetches by TLS. */
    TransferFigures(
            final long dataBytes,
            final int runs,
            final int outstanding,
            final int size,
            final boolean isTls,
            final boolean isAlsoTls) {
        this.isTls = isTls;
        first = new FetchFigures(isTls ? "by TLS" : "without TLS", runs);
        byTls = isAlsoTls ? new FetchFigures("by TLS", runs) : null;
        this.runs = runs;
        this.dataBytes = dataBytes;
        this.outstanding = outstanding;
        this.size = size;
        without = new LoadFigures(runs);
        with = new LoadFigures(runs);
        p50Ratio = new double[runs];
        p99Ratio = new double[runs];
        overlap = new double[runs];
    }

    FetchFigures first() {
        return first;
    }

    FetchFigures byTls() {
        return byTls;
    }

    void killed(final WipedReplica.Return back) {
        killed = back;
    }

    /** @param during share of the window in which files were fetched. */
    void loaded(final int run, final LoadResult before, final LoadResult meanwhile, final double during) {
        without.set(run, before);
        with.set(run, meanwhile);
        p50Ratio[run] = meanwhile.micros(50) / before.micros(50);
        p99Ratio[run] = meanwhile.micros(99) / before.micros(99);
        overlap[run] = during;
    }

    String killText() {
        return String.format(
                Locale.ROOT,
                "killed %d times on the way: %d bytes came for files of %d bytes; %d did not have to come again",
                killed.kills(),
                killed.bytes(),
                killed.targetBytes(),
                killed.saved());
    }

    String loadText(final int run) {
        return String.format(
                Locale.ROOT,
                "window %d of %d: p50 %.2f and p99 %.2f times as long while files are fetched (%.0f %% of the window)",
                run + 1,
                p50Ratio.length,
                p50Ratio[run],
                p99Ratio[run],
                100 * overlap[run]);
    }

    String text() {
        final String newline = System.lineSeparator();
        return String.format(
                        Locale.ROOT,
                        "transfer: %d MiB of entries, three replicas, %s, medians of %d runs",
                        dataBytes >> 20,
                        isTls ? "by TLS" : "without TLS",
                        runs)
                + newline
                + FetchFigures.headings()
                + newline
                + first.row()
                + newline
                + (byTls == null ? "" : byTls.row() + newline)
                + (killed == null ? "" : killText() + newline)
                + String.format(
                        Locale.ROOT,
                        "appends of %d B, %d outstanding: %10s %10s %10s",
                        size,
                        outstanding,
                        "requests/s",
                        "p50 us",
                        "p99 us")
                + newline
                + row("all replicas complete", without)
                + newline
                + row("while one fetches", with)
                + newline
                + String.format(
                        Locale.ROOT,
                        "ratio of a pair: p50 %.2f, p99 %.2f; files were fetched in at least %.0f %% of a window",
                        BenchOptions.median(p50Ratio),
                        BenchOptions.median(p99Ratio),
                        100 * Arrays.stream(overlap).min().orElse(0));
    }

    private static String row(final String name, final LoadFigures figures) {
        return String.format(
                Locale.ROOT, "%-34s %10.0f %10.0f %10.0f", name, figures.rate(), figures.p50(), figures.p99());
    }

    String json() {
        return String.format(
                Locale.ROOT,
                "{\"dataBytes\":%d,\"runs\":%d,\"tls\":%b,%s%s%s,\"load\":{\"without\":%s,\"with\":%s,\"p50Ratio\":%.3f,\"p99Ratio\":%.3f,\"overlapMin\":%.2f}}",
                dataBytes,
                runs,
                isTls,
                first.json(),
                byTls == null ? "" : ",\"byTls\":{" + byTls.json() + "}",
                killed == null
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                ",\"kills\":{\"kills\":%d,\"bytes\":%d,\"fileBytes\":%d,\"saved\":%d}",
                                killed.kills(),
                                killed.bytes(),
                                killed.targetBytes(),
                                killed.saved()),
                without.json(outstanding),
                with.json(outstanding),
                BenchOptions.median(p50Ratio),
                BenchOptions.median(p99Ratio),
                Arrays.stream(overlap).min().orElse(0));
    }
}
