package io.vireo.node.time;

/**
 * How long a silent primary is trusted: five times the usual gap between its frames, within the configured bounds, with jitter so that
 * backups do not all speak at once. A moving average, so that a slow link earns patience and a fast one a quick failover.
 */
public final class PrimaryLiveness {
    private static final int GAPS_BEFORE_SUSPICION = 5;
    private static final int AVERAGE_WEIGHT = 5;

    private final Timeouts timeouts;
    private long lastHeardNs;
    private long averageGapNs;

    public PrimaryLiveness(final Timeouts timeouts) {
        this.timeouts = timeouts;
        this.averageGapNs = timeouts.heartbeatNs();
    }

    /** A new view, or a first one: starts from the configured heartbeat. */
    public void reset(final long nowNs) {
        lastHeardNs = nowNs;
        averageGapNs = timeouts.heartbeatNs();
    }

    /** The primary of the present view was heard. */
    public void onHeard(final long nowNs) {
        final long gapNs = nowNs - lastHeardNs;
        if (gapNs >= timeouts.heartbeatNs() / 2) {
            averageGapNs += (gapNs - averageGapNs) / AVERAGE_WEIGHT;
            lastHeardNs = nowNs;
        }
    }

    /** How long to wait from now before the primary is suspected. */
    public long suspicionNs() {
        final long ns = GAPS_BEFORE_SUSPICION * averageGapNs;
        final long bounded = Math.max(timeouts.suspicionMinNs(), Math.min(timeouts.suspicionMaxNs(), ns));
        return timeouts.jitter(bounded);
    }
}
