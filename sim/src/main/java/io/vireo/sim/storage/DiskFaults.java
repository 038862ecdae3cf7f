package io.vireo.sim.storage;

/**
 * How one run's disks behave: latencies, and what a crash does to writes that no sync covers. Drawn once per run.
 *
 * @param readMeanNs mean of the exponential latency of a read; the same for the next two.
 * @param tornOf64 of 64 writes that survive a crash, how many survive sector by sector only.
 * @param garbageOf64 of 64 sectors of a torn write, how many hold neither old nor new bytes.
 */
public record DiskFaults(
        long latencyMinNs, long readMeanNs, long writeMeanNs, long syncMeanNs, int tornOf64, int garbageOf64) {}
