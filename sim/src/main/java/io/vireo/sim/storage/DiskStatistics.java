package io.vireo.sim.storage;

/** What happened on the disks of a run; sums for the floors. Written by one thread. */
public final class DiskStatistics {
    public long writes;
    public long syncs;
    public long lostWrites;
    public long keptWrites;
    public long tornWrites;
    public long garbageSectors;
    /** Growths of which a crash kept the size alone. */
    public long emptyGrowths;

    public long rotReads;
    public long failedReads;
}
