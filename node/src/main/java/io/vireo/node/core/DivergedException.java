package io.vireo.node.core;

import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;

/**
 * The state of this replica is not that of the others: at the op of its durable checkpoint a replication quorum, to which it does not belong, has
 * another one. Nothing that follows from its state may be said any more. The host takes the state of a backup out of use and fetches that of the
 * others; a primary, and a replica to which it happens again, stops.
 */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Quarantined checkpoint;
    private final boolean isLeading;

    /** @param isLeading true if clients were answered from this state in the present view. */
    public DivergedException(final Quarantined checkpoint, final boolean isLeading) {
        this(checkpoint, isLeading, "");
    }

    private DivergedException(final Quarantined checkpoint, final boolean isLeading, final String consequence) {
        super("the state of this replica has diverged: its checkpoint of op " + checkpoint.op() + " is "
                + checkpoint.id() + ", that of a quorum is " + checkpoint.quorumId() + consequence);
        this.checkpoint = checkpoint;
        this.isLeading = isLeading;
    }

    /** The same, as the reason of a stop: what that comes from and what the operator can do. */
    public DivergedException because(final String reason) {
        return new DivergedException(checkpoint, isLeading, "; " + reason);
    }

    /** Which one, and what the quorum has. */
    public Quarantined checkpoint() {
        return checkpoint;
    }

    public boolean isLeading() {
        return isLeading;
    }
}
