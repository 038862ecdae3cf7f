package io.vireo.sim.storage;

import io.vireo.journal.storage.Storage;

/**
 * How one run's disks behave: latencies, and what a crash does to writes that no sync covers. Drawn once per run.
 *
 * @param readMeanNs mean of the exponential latency of a read; the same for the next two.
 * @param tornOf64 of 64 writes that survive a crash, how many survive sector by sector only.
 * @param garbageOf64 of 64 sectors of a torn write, how many hold neither old nor new bytes.
 * @param stallOf64k of 65,536 calls, how many hang.
 * @param stallMeanNs mean of the exponential time that they hang.
 * @param blockBytes unit of the device, 512 or 4,096: a sector of which a crash kept only some blocks is neither old nor new.
 */
public record DiskFaults(
        long latencyMinNs,
        long readMeanNs,
        long writeMeanNs,
        long syncMeanNs,
        int tornOf64,
        int garbageOf64,
        int stallOf64k,
        long stallMeanNs,
        int blockBytes) {
    /** A disk on which no call hangs. */
    public DiskFaults(
            final long latencyMinNs,
            final long readMeanNs,
            final long writeMeanNs,
            final long syncMeanNs,
            final int tornOf64,
            final int garbageOf64) {
        this(latencyMinNs, readMeanNs, writeMeanNs, syncMeanNs, tornOf64, garbageOf64, 0, 0, Storage.SECTOR);
    }
}
