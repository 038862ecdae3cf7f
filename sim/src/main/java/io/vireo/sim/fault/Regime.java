package io.vireo.sim.fault;

import java.util.Locale;

/** How much damage a run does to what is durable, and what is expected of the cluster then. */
public enum Regime {
    /** What a correct cluster must survive; a loss that the damage explains is excused, and rare. */
    NORMAL,
    /**
     * When the storm is over, all that may be damaged is, on the best holders first, up to replication quorum - 1 of each op. The cluster must
     * come back; nothing excuses it.
     */
    EXACTLY_F,
    /**
     * When the storm is over, anything is damaged on any number of replicas, as long as a checksum can tell. The cluster may refuse or stay
     * silent; it must never serve anything wrong. A run that does not come back says what is lost.
     */
    BEYOND_F;

    /** As it is written on a command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
