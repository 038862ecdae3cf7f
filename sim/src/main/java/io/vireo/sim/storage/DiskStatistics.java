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

    /** Changes of names that no directory sync covered, of which a crash kept or took the effect. */
    public long namesKept;

    public long namesLost;

    /** Writes that were made durable for all who asked, and never landed. */
    public long staleSectors;

    public long misdirectedWrites;
    public long zeroedSectors;

    /** Calls that hung. */
    public long stalls;

    public long failedSyncs;
    /** Completed writes that were gone after a failed sync. */
    public long droppedWrites;

    /** Reads of good sectors that failed once, or got other bytes once. */
    public long readErrors;

    public long misdirectedReads;
    public long staleReads;

    /** Files that lost their end. */
    public long truncations;
    /** Growths for which there was no space, and those of them of which a part was written. */
    public long fullWrites;

    public long shortWrites;
    /** Writes that took place before an older one of the same file. */
    public long overtakingWrites;
    /** Sectors of which a crash kept a part of 512 bytes. */
    public long tornSectors;

    public long rotReads;
    public long failedReads;
}
