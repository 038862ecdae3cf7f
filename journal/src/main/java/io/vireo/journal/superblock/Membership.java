package io.vireo.journal.superblock;

import java.util.Arrays;

/**
 * What a replica must remember of who counts in its group (docs/VSR.md, "A disk that was lost"). A <em>life</em> of a replica is what it does
 * from one disk to the loss of it; each has a number, and a later one a higher number. Immutable.
 */
public final class Membership {
    /** Replicas that a cluster can have. */
    public static final int REPLICAS_MAX = 7;

    /** Of a group in which no disk was ever lost. */
    public static final Membership FOUNDING = new Membership(Standing.VOTER, 0, new long[REPLICAS_MAX]);

    private final Standing standing;
    private final long floorView;
    private final long[] lives;

    private Membership(final Standing standing, final long floorView, final long[] lives) {
        this.standing = standing;
        this.floorView = floorView;
        this.lives = lives;
    }

    /** As it was read; whoever calls it checks {@link #brokenRule}. */
    static Membership of(final Standing standing, final long floorView, final long[] lives) {
        return new Membership(standing, floorView, lives.clone());
    }

    /** Of a replica that begins a life on an empty disk. */
    public static Membership wiped(final int replica, final long life) {
        return FOUNDING.with(Standing.ASKING, 0).withLife(replica, life);
    }

    /** Of the replica whose superblock it is. */
    public Standing standing() {
        return standing;
    }

    /** LEARNING: the latest view that another one stated when it had recorded the present life; what is learnt is of a later view. Else 0. */
    public long floorView() {
        return floorView;
    }

    /** The latest recorded life of a replica: what it said in an earlier one is void; 0 where it has lost no disk. */
    public long life(final int replica) {
        return lives[replica];
    }

    public Membership with(final Standing newStanding, final long newFloorView) {
        return new Membership(newStanding, newFloorView, lives);
    }

    /** With this life, if it is later than the recorded one. */
    public Membership withLife(final int replica, final long life) {
        if (life <= lives[replica]) {
            return this;
        }
        final long[] next = lives.clone();
        next[replica] = life;
        return new Membership(standing, floorView, next);
    }

    /** The rule that it breaks in itself, or null. */
    String brokenRule() {
        if (floorView < 0 || floorView > 0xffff_ffffL || standing != Standing.LEARNING && floorView != 0) {
            return "a floor of 32 bits while LEARNING, else none";
        }
        for (final long life : lives) {
            if (life < 0) {
                return "0 <= life";
            }
        }
        return null;
    }

    /** The rule that is broken if it replaces {@code former}, or null. */
    String brokenRuleAfter(final Membership former) {
        for (int r = 0; r < REPLICAS_MAX; r++) {
            if (lives[r] < former.lives[r]) {
                return "a life never falls";
            }
        }
        if (standing == former.standing) {
            return floorView == former.floorView ? null : "the floor is kept";
        }
        final boolean isStep = former.standing == Standing.ASKING && standing == Standing.LEARNING
                || former.standing == Standing.LEARNING && standing == Standing.VOTER;
        return isStep ? null : "ASKING becomes LEARNING becomes VOTER";
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof Membership that
                && standing == that.standing
                && floorView == that.floorView
                && Arrays.equals(lives, that.lives);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(lives) + Long.hashCode(floorView);
    }

    @Override
    public String toString() {
        return standing + (standing == Standing.LEARNING ? " above view " + floorView : "") + " lives="
                + Arrays.toString(lives);
    }
}
