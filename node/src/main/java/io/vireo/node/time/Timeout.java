package io.vireo.node.time;

/** One named deadline on the monotonic clock; runs, is pushed back or stands still. */
public final class Timeout {
    private static final long STOPPED = Long.MAX_VALUE;

    private final String name;
    private long deadlineNs = STOPPED;

    public Timeout(final String name) {
        this.name = name;
    }

    public void start(final long nowNs, final long afterNs) {
        deadlineNs = nowNs + afterNs;
    }

    public void stop() {
        deadlineNs = STOPPED;
    }

    public boolean isRunning() {
        return deadlineNs != STOPPED;
    }

    /** True once the deadline has passed; the owner starts it again or stops it. */
    public boolean isDue(final long nowNs) {
        return nowNs >= deadlineNs;
    }

    @Override
    public String toString() {
        return name + (isRunning() ? "@" + deadlineNs : " stopped");
    }
}
