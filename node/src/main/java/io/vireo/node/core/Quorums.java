package io.vireo.node.core;

import io.vireo.journal.util.Invariant;

/**
 * How many distinct replicas a decision takes, for 1 to 7 replicas. Flexible quorums: a replication quorum meets every view-change
 * quorum, so that no view starts without somebody who holds what was committed; and it meets every nack quorum, so that nothing
 * committed is ever truncated.
 *
 * @param replication durable copies before an op is committed.
 * @param viewChange DoViewChanges before a view starts.
 * @param nack replicas that certainly never acknowledged an op before it may be truncated.
 */
public record Quorums(int replicas, int replication, int viewChange, int nack) {
    public static final int REPLICAS_MAX = 7;
    /** More copies than this are not waited for: the other replicas follow. */
    private static final int REPLICATION_MAX = 3;

    public Quorums {
        Invariant.check(replication + viewChange > replicas, "a replication quorum must meet every view-change quorum");
        Invariant.check(nack + replication > replicas, "a replication quorum must meet every nack quorum");
    }

    /** The quorums of a cluster of {@code replicas}, 1 to {@link #REPLICAS_MAX}. */
    public static Quorums of(final int replicas) {
        Invariant.check(replicas >= 1 && replicas <= REPLICAS_MAX, "replicas out of range");
        final int replication = replicas == 2 ? 2 : Math.min(REPLICATION_MAX, (replicas + 1) / 2);
        final int nack = replicas - replication + 1;
        return new Quorums(replicas, replication, replicas == 2 ? 2 : nack, nack);
    }
}
