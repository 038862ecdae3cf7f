package io.vireo.sim.storage;

import io.vireo.journal.storage.Storage;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.time.EventQueue;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Simulated disks, and the process that uses them. */
abstract class DiskRig implements SimDisk.Watch, Storage.Completions {
    static final int SECTOR = Storage.SECTOR;

    final EventQueue queue = new EventQueue();
    final DiskStatistics statistics = new DiskStatistics();
    final List<Long> results = new ArrayList<>();
    final List<Long> tokens = new ArrayList<>();
    String failure;

    @Override
    public boolean isAlive() {
        return true;
    }

    @Override
    public void on(final DiskEvent event) {
        // Nothing is aimed at this disk.
    }

    @Override
    public void onCompletion(final long token, final long result) {
        tokens.add(token);
        results.add(result);
    }

    @Override
    public void onFailure(final String message) {
        failure = message;
    }

    SimDisk disk(final int seed) {
        return disk(seed, new DiskFaults(1, 1_000, 1_000, 1_000, 64, 16));
    }

    /** A disk with a data file of 64 sectors, its name durable. */
    SimDisk disk(final int seed, final DiskFaults faults) {
        final SimDisk disk =
                new SimDisk(queue, faults, new Draws(seed, Stream.DISK, 0), statistics, new DurableImage());
        disk.attach(this);
        disk.create("data", 64 * SECTOR, 1);
        disk.syncDirectory(1);
        run(disk);
        return disk;
    }

    void run(final SimDisk disk) {
        while (queue.step()) {
            disk.poll(this);
        }
    }

    void write(final SimDisk disk, final int sector, final int count, final char fill) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[count * SECTOR]);
        buffer.setMemory(0, buffer.capacity(), (byte) fill);
        disk.write(0, (long) sector * SECTOR, buffer, 0, buffer.capacity(), 100 + sector);
    }

    /** First byte of a sector, or the failure. */
    long read(final SimDisk disk, final int sector) {
        return read(disk, 0, sector);
    }

    long read(final SimDisk disk, final int file, final int sector) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[SECTOR]);
        results.clear();
        disk.read(file, (long) sector * SECTOR, buffer, 0, SECTOR, 7);
        run(disk);
        final long result = results.get(results.size() - 1);
        return result < 0 ? result : buffer.getByte(1);
    }
}
