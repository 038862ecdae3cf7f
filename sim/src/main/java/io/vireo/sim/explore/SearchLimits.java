package io.vireo.sim.explore;

/**
 * How far a search goes, and how.
 *
 * @param depthMax choices in a row.
 * @param statesMax states that are remembered.
 * @param isReduced false: plays both orders of independent choices, to show that nothing is lost by playing one.
 * @param isHealing each state in which nothing may happen any more must become well when time passes everywhere (A12).
 * @param isRemembering false: plays every transition with the objects of the node, to show that nothing is lost by remembering steps.
 * @param playedOneOf of so many schedules that end, one is played with the objects of the node; 1 for all.
 */
public record SearchLimits(
        int depthMax, int statesMax, boolean isReduced, boolean isHealing, boolean isRemembering, int playedOneOf) {
    /** No limit at all. */
    public static final SearchLimits NONE = new SearchLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, true, true, true, 1);

    SearchLimits depth(final int newDepthMax) {
        return new SearchLimits(newDepthMax, statesMax, isReduced, isHealing, isRemembering, playedOneOf);
    }
}
