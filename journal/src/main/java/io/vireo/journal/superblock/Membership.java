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
    public static final Membership FOUNDING = new Membership(Standing.VOTER, 0, new long[REPLICAS_MAX], 0);

    private final Standing standing;
    private final long floorView;
    private final long[] lives;
    private final long partnerLife;

    private Membership(final Standing standing, final long floorView, final long[] lives, final long partnerLife) {
        this.standing = standing;
        this.floorView = floorView;
        this.lives = lives;
        this.partnerLife = partnerLife;
    }

    /** As it was read; whoever calls it checks {@link #brokenRule}. */
    static Membership of(final Standing standing, final long floorView, final long[] lives, final long partnerLife) {
        return new Membership(standing, floorView, lives.clone(), partnerLife);
    }

    /** Of a replica that begins a life on an empty disk. */
    public static Membership wiped(final int replica, final long life) {
        return FOUNDING.with(Standing.ASKING, 0).withLife(replica, life);
    }

    /** Of the replica whose superblock it is. */
    public Standing standing() {
        return standing;
    }

    /**
     * LEARNING and COMPLETE: the latest view that another one stated when it had recorded the present life; what is learnt is of a later view.
     * Else 0.
     */
    public long floorView() {
        return floorView;
    }

    /** The latest recorded life of a replica: what it said in an earlier one is void; 0 where it has lost no disk. */
    public long life(final int replica) {
        return lives[replica];
    }

    /**
     * Of two replicas: the latest life of the other one that may count, for all that this one knows. While a later one is recorded, the other
     * one does not count, and this one changes views alone. 0 where the other one has lost no disk.
     */
    public long partnerLife() {
        return partnerLife;
    }

    public Membership with(final Standing newStanding, final long newFloorView) {
        return new Membership(newStanding, newFloorView, lives, partnerLife);
    }

    /** With this life of the only other one counting, if it is later than the one that did. */
    public Membership withPartner(final long life) {
        return life <= partnerLife ? this : new Membership(standing, floorView, lives, life);
    }

    /** As the log of a later view begins: what was complete in the view before is to be completed anew. */
    public Membership inLaterView() {
        return standing == Standing.COMPLETE ? with(Standing.LEARNING, floorView) : this;
    }

    /** With this life, if it is later than the recorded one. */
    public Membership withLife(final int replica, final long life) {
        if (life <= lives[replica]) {
            return this;
        }
        final long[] next = lives.clone();
        next[replica] = life;
        return new Membership(standing, floorView, next, partnerLife);
    }

    /** The rule that it breaks in itself, or null. */
    String brokenRule() {
        if (floorView < 0 || floorView > 0xffff_ffffL || !hasFloor() && floorView != 0) {
            return "a floor of 32 bits while LEARNING or COMPLETE, else none";
        }
        long latest = 0;
        for (final long life : lives) {
            if (life < 0) {
                return "0 <= life";
            }
            latest = Math.max(latest, life);
        }
        return partnerLife < 0 || partnerLife > latest ? "only a recorded life counts" : null;
    }

    private boolean hasFloor() {
        return standing == Standing.LEARNING || standing == Standing.COMPLETE;
    }

    /**
     * The rule that is broken if it replaces {@code former}, or null.
     *
     * @param isLaterLog the log is of a later view than before.
     */
    String brokenRuleAfter(final Membership former, final boolean isLaterLog) {
        for (int r = 0; r < REPLICAS_MAX; r++) {
            if (lives[r] < former.lives[r]) {
                return "a life never falls";
            }
        }
        if (partnerLife < former.partnerLife) {
            return "a life that counts is not forgotten";
        }
        if (hasFloor() && former.hasFloor() && floorView != former.floorView) {
            return "the floor is kept";
        }
        return isStep(former.standing, isLaterLog) ? null : "ASKING becomes LEARNING becomes VOTER";
    }

    private boolean isStep(final Standing former, final boolean isLaterLog) {
        return switch (standing) {
            case ASKING -> former == Standing.ASKING;
            // What is complete in one view is not in a later one, whose StartView names more.
            case LEARNING ->
                former == Standing.ASKING || former == Standing.LEARNING || former == Standing.COMPLETE && isLaterLog;
            case COMPLETE -> !isLaterLog && (former == Standing.LEARNING || former == Standing.COMPLETE);
            case VOTER -> former != Standing.ASKING;
        };
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof Membership that
                && standing == that.standing
                && floorView == that.floorView
                && Arrays.equals(lives, that.lives)
                && partnerLife == that.partnerLife;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(lives) + Long.hashCode(floorView);
    }

    @Override
    public String toString() {
        return standing + (hasFloor() ? " above view " + floorView : "") + " lives=" + Arrays.toString(lives)
                + (partnerLife > 0 ? " partner=" + partnerLife : "");
    }
}
