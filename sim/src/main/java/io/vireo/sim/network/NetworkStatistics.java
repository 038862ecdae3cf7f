package io.vireo.sim.network;

/** What happened to the frames of a run; sums for the floors. */
public final class NetworkStatistics {
    public long sent;
    public long delivered;
    public long lost;
    public long duplicated;
    public long reordered;
    public long clogs;
    public long cut;
    public long held;
}
