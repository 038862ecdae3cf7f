package io.vireo.node.bench;

import org.HdrHistogram.Histogram;

/**
 * What one measured load did.
 *
 * @param allRequests those before and after the measured time too.
 * @param latencies nanoseconds from the submission of a request to its acknowledgement.
 */
public record LoadResult(
        int outstanding, int size, long requests, long allRequests, long elapsedNs, Histogram latencies) {
    public double perSecond() {
        return requests * 1e9 / elapsedNs;
    }

    /** Latency in microseconds below which this percentage of the requests was. */
    public double micros(final double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e3;
    }

    static Histogram newHistogram() {
        return new Histogram(60_000_000_000L, 3);
    }
}
