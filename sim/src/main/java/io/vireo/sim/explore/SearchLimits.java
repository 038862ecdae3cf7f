package io.vireo.sim.explore;

/**
 * How far a search goes, and how.
 *
 * @param depthMax choices in a row.
 * @param statesMax states that are remembered.
 * @param isReduced false: plays both orders of independent choices, to show that nothing is lost by playing one.
 * @param isHealing each state in which nothing may happen any more must become well when time passes everywhere (A12).
 */
public record SearchLimits(int depthMax, int statesMax, boolean isReduced, boolean isHealing) {
    /** No limit at all. */
    public static final SearchLimits NONE = new SearchLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, true, true);
}
