package io.vireo.node.core;

import io.vireo.journal.superblock.Membership;

/**
 * The latest life of each replica that this one knows of (docs/VSR.md, "A disk that was lost"). What a replica said in an earlier life is
 * void, because it has forgotten it: nothing of that is counted any more. Knowledge only rises; what of it is durable, the superblock says.
 */
public final class Lives {
    private final int replica;
    private final long[] latest = new long[Membership.REPLICAS_MAX];
    /** Replicas that have been heard to ask, and not heard to count since. */
    private final VoteSet recovering = new VoteSet();

    private long partnerLife;

    public Lives(final int replica, final Membership recorded) {
        this.replica = replica;
        for (int r = 0; r < latest.length; r++) {
            latest[r] = recorded.life(r);
        }
        partnerLife = recorded.partnerLife();
    }

    /** The life in which this replica speaks. */
    public long own() {
        return latest[replica];
    }

    public long of(final int ofReplica) {
        return latest[ofReplica];
    }

    /** True if what was said in this life is void. */
    public boolean isFormer(final int ofReplica, final long life) {
        return life < latest[ofReplica];
    }

    /** True if this life is news. */
    public boolean learn(final int ofReplica, final long life) {
        if (life <= latest[ofReplica]) {
            return false;
        }
        latest[ofReplica] = life;
        return true;
    }

    /** A replica asks, and so does not count yet. */
    public void onAsking(final int asker) {
        recovering.add(asker);
    }

    /** A replica has said, in its latest life, what only one says that counts. */
    public void onCounting(final int member) {
        recovering.remove(member);
    }

    /** Of two replicas: the other one may count in this life from now on, and in no earlier one. */
    public void onPartner(final long life) {
        partnerLife = Math.max(partnerLife, life);
    }

    /** Of two replicas: the latest life of the other one that may count; see {@link Membership#partnerLife}. */
    public long partnerLife() {
        return partnerLife;
    }

    /** True if this replica was heard to ask, and not heard to count since: a guess, by which nothing is decided but whom not to wait for. */
    public boolean isRecovering(final int ofReplica) {
        return recovering.contains(ofReplica);
    }
}
