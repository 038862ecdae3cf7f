package io.vireo.sim.storage;

/** Follows reads, writes and syncs, for pictures. What a crash ends has no end here. */
public interface DiskListener {
    /**
     * @param number of the call at this disk, from 1.
     * @param file handle.
     * @param sector first sector of a write, -1 for another call.
     * @param sectors of a write.
     */
    void onCall(long number, DiskCall call, int file, int sector, int sectors);

    void onDone(long number);
}
