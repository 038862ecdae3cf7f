package io.vireo.bootstrap.transfer;

/**
 * A bucket of tokens, one per byte, that fills at a rate. What is taken may be more than is there: then nothing can be taken until that is
 * made up for, so that a large piece passes a small bucket. Pure.
 */
public final class RateLimit {
    /** Its product with the nanoseconds of a second fits a long. */
    public static final long BYTES_PER_SECOND_MAX = 1L << 33;

    private static final long SECOND_NS = 1_000_000_000L;
    /** A full bucket holds the bytes of this time. */
    private static final long BURST_NS = SECOND_NS / 20;

    private final long bytesPerSecond;
    private final long burst;
    private long tokens;
    private long filledAtNs;

    /** Full. */
    public RateLimit(final long bytesPerSecond, final long nowNs) {
        this.bytesPerSecond = bytesPerSecond;
        burst = Math.max(1, bytesPerSecond * BURST_NS / SECOND_NS);
        tokens = burst;
        filledAtNs = nowNs;
    }

    /** True if anything may move now. */
    public boolean isOpen(final long nowNs) {
        fill(nowNs);
        return tokens > 0;
    }

    /** How long so many bytes wait until they have moved, at least. */
    public long waitNs(final long bytes, final long nowNs) {
        fill(nowNs);
        return (long) (Math.max(0, bytes - tokens) * (double) SECOND_NS / bytesPerSecond);
    }

    /** True if these bytes may move now; they are taken then. */
    public boolean take(final int bytes, final long nowNs) {
        if (!isOpen(nowNs)) {
            return false;
        }
        tokens -= bytes;
        return true;
    }

    /** So many bytes that were taken do not move. */
    void giveBack(final int bytes) {
        tokens = Math.min(burst, tokens + bytes);
    }

    private void fill(final long nowNs) {
        final long elapsedNs = Math.min(SECOND_NS, nowNs - filledAtNs);
        final long added = elapsedNs * bytesPerSecond / SECOND_NS;
        if (elapsedNs == SECOND_NS) {
            filledAtNs = nowNs;
        } else {
            // The time of a part of a byte that is left over counts next time; a part of a nanosecond does not.
            filledAtNs += Math.min(elapsedNs, (added * SECOND_NS + bytesPerSecond - 1) / bytesPerSecond);
        }
        tokens = Math.min(burst, tokens + added);
    }
}
