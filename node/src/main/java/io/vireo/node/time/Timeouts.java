package io.vireo.node.time;

import io.vireo.node.port.RandomSource;

/**
 * The table of a replica's timeouts: one line each. Durations follow from the commit heartbeat and the bounds of suspicion; whatever
 * several replicas might do at the same moment is spread by jitter.
 */
public final class Timeouts {
    /** Primary: tell the others the commit number and that it lives. */
    public final Timeout heartbeat = new Timeout("heartbeat");
    /** Backup, joining replica: the primary has been silent for too long. */
    public final Timeout suspicion = new Timeout("suspicion");
    /** Whoever votes to leave its view: say so again. */
    public final Timeout voteResend = new Timeout("vote_resend");
    /** Votes of others are forgotten, so that old ones never add up to a quorum. */
    public final Timeout voteWindow = new Timeout("vote_window");
    /** VIEW_CHANGE: send the DoViewChange again. */
    public final Timeout doViewChangeResend = new Timeout("do_view_change_resend");
    /** VIEW_CHANGE: this view does not start; vote for the next. */
    public final Timeout viewChange = new Timeout("view_change");
    /** JOINING, RECOVERING_HEAD, VIEW_CHANGE: ask for a StartView. */
    public final Timeout requestStartView = new Timeout("request_start_view");
    /** NORMAL: look for missing and damaged entries. */
    public final Timeout repair = new Timeout("repair");
    /** Primary: no acknowledgement comes although something waits for one. */
    public final Timeout abdication = new Timeout("abdication");

    private final RandomSource random;
    private final long heartbeatNs;
    private final long suspicionMinNs;
    private final long suspicionMaxNs;

    public Timeouts(
            final RandomSource random, final long heartbeatNs, final long suspicionMinNs, final long suspicionMaxNs) {
        this.random = random;
        this.heartbeatNs = heartbeatNs;
        this.suspicionMinNs = suspicionMinNs;
        this.suspicionMaxNs = suspicionMaxNs;
    }

    public long heartbeatNs() {
        return heartbeatNs;
    }

    public long suspicionMinNs() {
        return suspicionMinNs;
    }

    public long suspicionMaxNs() {
        return suspicionMaxNs;
    }

    public long voteResendNs() {
        return jitter(heartbeatNs);
    }

    public long voteWindowNs() {
        return 2 * suspicionMaxNs;
    }

    public long doViewChangeResendNs() {
        return jitter(heartbeatNs);
    }

    public long viewChangeNs() {
        return jitter(suspicionMaxNs);
    }

    public long requestStartViewNs() {
        return jitter(heartbeatNs);
    }

    public long repairNs() {
        return jitter(heartbeatNs / 4);
    }

    public long abdicationNs() {
        return 2 * suspicionMaxNs;
    }

    /** First retransmission of a prepare; doubled each time up to the shortest suspicion. */
    public long prepareResendNs(final int resends) {
        return jitter(Math.min(heartbeatNs << Math.min(resends, 4), suspicionMinNs));
    }

    /** Three quarters to five quarters of {@code durationNs}. */
    public long jitter(final long durationNs) {
        final int spread = (int) Math.min(Integer.MAX_VALUE, Math.max(1, durationNs / 2));
        return durationNs - durationNs / 4 + random.nextInt(spread);
    }
}
