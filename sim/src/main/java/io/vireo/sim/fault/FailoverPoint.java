package io.vireo.sim.fault;

import io.vireo.sim.random.Draws;

/**
 * One planned chain of failovers: one primary after the other is cut off soon after it has begun to lead. What one view change leaves
 * behind (prepares that only one log has, requests that only one primary has queued, acknowledgements still under way) does harm in the
 * next one or when the first primary leads again, and random cuts hardly ever come so close together.
 *
 * @param turns primaries that are cut off, one after the other.
 * @param lead what a primary gets done before it is cut off.
 * @param isSwap true: who was cut off comes back when the next one goes, with the log it had; false: when the next one begins to lead.
 * @param endsStorm the heal begins when the chain is over, in the middle of the work.
 */
public record FailoverPoint(int permille, int group, int turns, Lead lead, boolean isSwap, boolean endsStorm)
        implements FaultPoint {
    /** What a primary gets done before it is cut off. */
    public enum Lead {
        /** It commits a few ops of its own view: who was cut off before it has a log that is longer, and older. */
        FEW_OPS,
        /** It commits hardly anything: what the first one had queued or prepared is still nowhere when that one leads again. */
        NOTHING,
        /** It commits nothing, because acknowledgements to it are held back until it leads again. */
        UNHEARD
    }

    /** Below so many nobody can go on without the one that is cut off. */
    public static final int REPLICAS_MIN = 3;

    private static final Lead[] LEADS = {Lead.FEW_OPS, Lead.FEW_OPS, Lead.NOTHING, Lead.UNHEARD};
    private static final int STORM_END_PERMILLE_MIN = 400;

    static FailoverPoint draw(final Draws draws, final int replicas, final int groups) {
        final int permille = draws.nextInt(1_000);
        final boolean endsStorm = draws.chance(1, 2);
        return new FailoverPoint(
                permille,
                draws.nextInt(groups),
                // After as many turns as there are replicas the first one leads again.
                draws.chance(1, 2) ? replicas : draws.between(2, replicas + 1),
                LEADS[draws.nextInt(LEADS.length)],
                // Mostly: who comes back while the next one is cut off lacks what that one has just committed.
                draws.chance(3, 4),
                endsStorm && permille >= STORM_END_PERMILLE_MIN);
    }
}
