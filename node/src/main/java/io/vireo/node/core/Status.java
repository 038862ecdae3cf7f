package io.vireo.node.core;

/** Where a replica stands in the protocol; changed by {@code Replica.transitionTo} alone. */
public enum Status {
    /**
     * Restarted with a certain head in the view of its log: asks the primary for a StartView and, when none comes, votes to change the
     * view. Neither acknowledges nor serves as primary.
     */
    JOINING,
    /** Takes part in view {@code view == logView}: VSR's normal case. */
    NORMAL,
    /** Between views: {@code view > logView}, or the StartView of {@code view} is being made durable. */
    VIEW_CHANGE,
    /**
     * Restarted without knowing what its newest op was: it may have acknowledged an op that it can no longer name. No votes and no
     * acknowledgements until a StartView that answers its own nonce, or one of a later view.
     */
    RECOVERING_HEAD,
    /**
     * Started on an empty disk in the place of one that was lost, or not yet whole since: neither votes nor acknowledges, until a StartView
     * above what the others were in when they recorded that; or until the other one of two says that what is here is enough.
     */
    RECOVERING;

    private static final boolean[][] VALID = new boolean[5][5];

    static {
        allow(JOINING, NORMAL, VIEW_CHANGE);
        allow(NORMAL, VIEW_CHANGE);
        allow(VIEW_CHANGE, NORMAL, VIEW_CHANGE);
        allow(RECOVERING_HEAD, NORMAL, VIEW_CHANGE);
        allow(RECOVERING, JOINING, NORMAL, VIEW_CHANGE, RECOVERING_HEAD);
    }

    private static void allow(final Status from, final Status... to) {
        for (final Status status : to) {
            VALID[from.ordinal()][status.ordinal()] = true;
        }
    }

    /** True if the protocol knows this step. */
    public static boolean isValidTransition(final Status from, final Status to) {
        return VALID[from.ordinal()][to.ordinal()];
    }
}
