package io.vireo.sim.storage;

/** What happened on the disks of a run; sums for the floors. Written by one thread. */
public final class DiskStatistics {
    public long writes;
    public long syncs;
    public long lostWrites;
    public long keptWrites;
    public long tornWrites;
    public long garbageSectors;
    public long rotReads;
    public long failedReads;
}
