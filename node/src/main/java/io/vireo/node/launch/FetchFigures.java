package io.vireo.node.launch;

import io.vireo.node.bench.TransferBound;
import java.util.Locale;

/** How fast a replica fetched everything, in some runs, beside what the machine could do right before. */
final class FetchFigures {
    private static final double MEGA = 1e6;

    private final String way;
    private final double[] fetched;
    private final double[] bound;
    private final double[] ratio;
    private final double[] hashed;
    private final double[] copied;
    private final double[] voterSeconds;

    /** @param way by what: words for people. */
    FetchFigures(final String way, final int runs) {
        this.way = way;
        fetched = new double[runs];
        bound = new double[runs];
        ratio = new double[runs];
        hashed = new double[runs];
        copied = new double[runs];
        voterSeconds = new double[runs];
    }

    void set(final int run, final WipedReplica.Return back, final double boundPerSecond, final TransferBound measured) {
        fetched[run] = back.targetBytes() / back.fetchSeconds() / MEGA;
        bound[run] = boundPerSecond / MEGA;
        ratio[run] = fetched[run] / bound[run];
        hashed[run] = measured.hashedPerSecond() / MEGA;
        copied[run] = measured.copiedPerSecond() / MEGA;
        voterSeconds[run] = (back.voterNs() - back.fetchStartNs()) / 1e9;
    }

    String text(final int run) {
        return String.format(
                Locale.ROOT,
                "fetch %d of %d %s: %.0f MB/s, bound %.0f, ratio %.2f; a voter after %.1f s",
                run + 1,
                fetched.length,
                way,
                fetched[run],
                bound[run],
                ratio[run],
                voterSeconds[run]);
    }

    static String headings() {
        return String.format(
                Locale.ROOT,
                "%-12s %10s %8s %8s %12s %8s %10s",
                "",
                "fetch MB/s",
                "bound",
                "ratio",
                "SHA-256 MB/s",
                "copy",
                "voter s");
    }

    /** The medians. */
    String row() {
        return String.format(
                Locale.ROOT,
                "%-12s %10.0f %8.0f %8.2f %12.0f %8.0f %10.1f",
                way,
                BenchOptions.median(fetched),
                BenchOptions.median(bound),
                BenchOptions.median(ratio),
                BenchOptions.median(hashed),
                BenchOptions.median(copied),
                BenchOptions.median(voterSeconds));
    }

    /** The medians, as members of an object. */
    String json() {
        return String.format(
                Locale.ROOT,
                "\"fetchMBs\":%.1f,\"boundMBs\":%.1f,\"ratio\":%.3f,\"sha256MBs\":%.1f,\"copyMBs\":%.1f,\"voterSeconds\":%.2f",
                BenchOptions.median(fetched),
                BenchOptions.median(bound),
                BenchOptions.median(ratio),
                BenchOptions.median(hashed),
                BenchOptions.median(copied),
                BenchOptions.median(voterSeconds));
    }
}
