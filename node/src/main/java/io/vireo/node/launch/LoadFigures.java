package io.vireo.node.launch;

import io.vireo.node.bench.LoadResult;
import java.util.Locale;

/** Rate and latencies of one load over several runs, and their medians. */
final class LoadFigures {
    private final double[] rate;
    private final double[] p50;
    private final double[] p99;
    private final double[] p999;

    LoadFigures(final int runs) {
        rate = new double[runs];
        p50 = new double[runs];
        p99 = new double[runs];
        p999 = new double[runs];
    }

    void set(final int run, final LoadResult result) {
        rate[run] = result.perSecond();
        p50[run] = result.micros(50);
        p99[run] = result.micros(99);
        p999[run] = result.micros(99.9);
    }

    double rate(final int run) {
        return rate[run];
    }

    double rate() {
        return BenchOptions.median(rate);
    }

    double p50() {
        return BenchOptions.median(p50);
    }

    double p99() {
        return BenchOptions.median(p99);
    }

    double p999() {
        return BenchOptions.median(p999);
    }

    String json(final int outstanding) {
        return String.format(
                Locale.ROOT,
                "{\"outstanding\":%d,\"perSecond\":%.0f,\"p50us\":%.1f,\"p99us\":%.1f,\"p999us\":%.1f}",
                outstanding,
                rate(),
                p50(),
                p99(),
                p999());
    }
}
