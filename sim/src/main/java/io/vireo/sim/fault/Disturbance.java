package io.vireo.sim.fault;

/** A planned fault of network, process, clock, client or a disk as a whole that is over by itself or concerns a single one of them. Immutable. */
public sealed interface Disturbance extends FaultPoint
        permits LinkFilterPoint,
                PausePoint,
                SuspensionPoint,
                ClockJumpPoint,
                ClientDeathPoint,
                DiskSwapPoint,
                DiskImagePoint,
                TransferPoint {
    /** True if it makes sense in a cluster of so many replicas. */
    boolean isAmong(int replicas);
}
