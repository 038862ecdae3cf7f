package io.vireo.node.normal;

import io.vireo.node.core.VoteSet;

/**
 * Rounds by which a primary makes sure that it still leads, without a clock: a round is confirmed when a replication quorum, self
 * included, has answered from the primary's view. Because that quorum meets every view-change quorum, no later view had started when
 * the round began, so everything committed by then is known here.
 */
public final class LeadershipRounds {
    private final VoteSet votes = new VoteSet();
    private final int quorum;
    private final int self;
    private long started;
    private long confirmed;

    public LeadershipRounds(final int quorum, final int self) {
        this.quorum = quorum;
        this.self = self;
    }

    /** Number of the newest round, 0 before the first. */
    public long started() {
        return started;
    }

    /** The newest round that a quorum has answered. */
    public long confirmed() {
        return confirmed;
    }

    /**
     * True if no round is under way. The next one waits for that: were each read to begin its own, none would ever collect its answers. A
     * round whose frames were lost goes on with the next heartbeat.
     */
    public boolean isIdle() {
        return confirmed == started;
    }

    /** Begins a round; votes for older ones no longer count. */
    public long start() {
        started++;
        votes.clear();
        votes.add(self);
        confirm();
        return started;
    }

    /** Counts an answer; true if it confirmed the round. */
    public boolean answer(final long round, final int replica) {
        if (round != started || confirmed == started) {
            return false;
        }
        votes.add(replica);
        return confirm();
    }

    /** What this replica has answered was said in a life that is over. */
    public void forgetFormerLife(final int replica) {
        votes.remove(replica);
    }

    private boolean confirm() {
        if (votes.count() >= quorum) {
            confirmed = started;
            return true;
        }
        return false;
    }
}
