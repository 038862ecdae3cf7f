package io.vireo.sim.fault;

/** The kinds of faults that are planned one by one, in contrast to those that are a matter of rates. */
public enum PlannedFault {
    CRASH,
    PARTITION,
    ROT,
    FAILOVER,
    SYNC_FAILURE,
    /** Any of {@link Disturbance}. */
    DISTURBANCE,
    DISK
}
