package io.vireo.sim.storage;

import io.vireo.journal.storage.FileName;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import io.vireo.sim.random.Draws;
import io.vireo.sim.time.EventQueue;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.IntArrayList;

/**
 * The disk of one group of one replica, all in memory: files ({@link Inode}: a durable layer, the pages a process reads, the writes in
 * between) under names ({@link Directory}). Completions come in virtual time and out of order ({@link CallSchedule}). {@link #crash}
 * decides what un-synced writes become ({@link UnsyncedBytes}), {@link #damage} rots what is durable ({@link LatentDamage}). Survives the
 * processes that use it.
 */
public final class SimDisk implements Storage {
    /** Told about everything a crash can be aimed at. */
    public interface Watch {
        /** False once the process is dead: nothing it still submits takes place. */
        boolean isAlive();

        void on(DiskEvent event);

        /** A deletion was submitted: from now on a crash may take this name. */
        default void onDelete(final String name) {}

        /** A file is about to get the name of another one, or a new name. */
        default void onRename(final String from, final String to) {}
    }

    private final CallSchedule schedule;
    private final CompletionQueue completions = new CompletionQueue();
    private final DiskStatistics statistics;
    private final DurableImage image;
    private final FileTable files;
    private final SectorReader reader;
    private final LatentDamage latent;
    private final Capacity capacity;
    private final ProcessMemory memory = new ProcessMemory();
    private List<String> listed = List.of();
    private SyncFailure nextSyncFailure;
    private Watch watch;

    public SimDisk(
            final EventQueue queue,
            final DiskFaults faults,
            final Draws latency,
            final DiskStatistics statistics,
            final DurableImage image) {
        schedule = new CallSchedule(queue, faults, latency, statistics);
        this.statistics = statistics;
        this.image = image;
        files = new FileTable(image, statistics);
        reader = new SectorReader(statistics);
        latent = new LatentDamage(statistics);
        capacity = new Capacity(files);
    }

    /** A process begins to use the disk. */
    public void attach(final Watch newWatch) {
        watch = newWatch;
        completions.attach(newWatch);
    }

    /** Follows all calls from now on. */
    public void listener(final DiskListener newListener) {
        schedule.listener(newListener);
    }

    /** What is durable now, before any damage. */
    public DiskCopy copy() {
        return files.directory.copy();
    }

    /** While no process runs: all files and names are those of the copy. */
    public void restore(final DiskCopy copy) {
        files.restore(copy);
    }

    /** Other latencies from now on. */
    public void faults(final DiskFaults newFaults) {
        schedule.faults(newFaults);
    }

    /** What is on it for certain. */
    public DurableImage image() {
        return image;
    }

    /** Every file that a process sees, in the order of their names, with its size in bytes. */
    public void forEachFile(final ObjLongConsumer<String> consumer) {
        files.directory.forEach((name, inode) -> consumer.accept(name, (long) inode.count() * SECTOR));
    }

    /** Writes not yet durable. */
    public int pendingWrites() {
        return files.pendingWrites();
    }

    // Storage

    @Override
    public MutableDirectBuffer allocate(final int length) {
        return memory.allocate(length);
    }

    @Override
    public MutableDirectBuffer allocateUncleared(final int length) {
        return memory.allocateUncleared(length);
    }

    @Override
    public void open(final String name, final long token) {
        if (completions.submit()) {
            final Inode inode = files.directory.file(FileName.check(name));
            if (inode != null) {
                inode.isClosed = false;
            }
            completeLater(schedule.readNs(), token, inode == null ? NOT_FOUND : inode.handle);
        }
    }

    @Override
    public void create(final String name, final long size, final long token) {
        if (!completions.submit()) {
            return;
        }
        Invariant.check(size >= 0 && size % SECTOR == 0, "a file has a size of whole sectors", size);
        if (files.directory.file(FileName.check(name)) != null) {
            completeLater(schedule.readNs(), token, EXISTS);
            return;
        }
        final int sectors = (int) (size / SECTOR);
        if (capacity.room(sectors) < sectors) {
            statistics.fullWrites++;
            completeLater(schedule.writeNs(), token, NO_SPACE);
            return;
        }
        completeLater(schedule.writeNs(), token, files.create(name, size).handle);
    }

    @Override
    public long size(final int file) {
        return (long) files.open(file).count() * SECTOR;
    }

    @Override
    public void close(final int file) {
        if (watch.isAlive()) {
            files.open(file).isClosed = true;
        }
    }

    @Override
    public void read(
            final int file,
            final long position,
            final MutableDirectBuffer buffer,
            final int offset,
            final int length,
            final long token) {
        if (!completions.submit()) {
            return;
        }
        final Inode inode = files.open(file);
        checkWhole(position, length);
        schedule.call(
                DiskCall.READ,
                inode,
                null,
                schedule.readNs(),
                () -> completions.complete(token, reader.read(inode, position, buffer, offset, length)));
        watch.on(DiskEvent.READ_ISSUED);
    }

    @Override
    public void write(
            final int file,
            final long position,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long token) {
        if (!completions.submit()) {
            return;
        }
        final Inode inode = files.open(file);
        checkWhole(position, length);
        // Story: the end of a file gets lost while a process goes on behind it, which leaves a hole.
        Invariant.check(
                (position + length) / SECTOR <= inode.submittedCount()
                        || position / SECTOR == inode.submittedCount()
                        || inode.isTruncated(),
                "a write lies inside the file or starts where it ends",
                position,
                length);
        statistics.writes++;
        final int growth = (int) ((position + length) / SECTOR) - inode.submittedCount();
        if (growth > 0 && capacity.room(growth) < growth) {
            failWrite(inode, position, buffer, offset, length / SECTOR - growth + capacity.room(growth));
            return;
        }
        final PendingWrite write = inode.submit((int) (position / SECTOR), length / SECTOR, buffer, offset);
        checkNoneInTheWay(inode, write);
        schedule.call(DiskCall.WRITE, inode, write, schedule.writeNs(), () -> {
            statistics.overtakingWrites += inode.overtakes(write) ? 1 : 0;
            inode.apply(write);
            watch.on(DiskEvent.WRITE_APPLIED);
            completions.complete(token, length);
            startSyncs(inode);
        });
        watch.on(DiskEvent.WRITE_ISSUED);
    }

    /** The file system takes what it has room for, and then says that there is no more: the process hears of that alone. */
    private void failWrite(
            final Inode inode, final long position, final DirectBuffer buffer, final int offset, final int sectors) {
        statistics.fullWrites++;
        if (sectors > 0) {
            statistics.shortWrites++;
            inode.submit((int) (position / SECTOR), sectors, buffer, offset);
        }
        completions.failForGood("a write at offset " + position + " failed: no space left on the device");
    }

    @Override
    public void sync(final int file, final long token) {
        if (!completions.submit()) {
            return;
        }
        statistics.syncs++;
        final Inode inode = files.open(file);
        if (nextSyncFailure != null) {
            failSync(inode);
            return;
        }
        inode.syncs.add(inode.syncOfAll(token));
        startSyncs(inode);
        watch.on(DiskEvent.SYNC_ISSUED);
    }

    private void startSyncs(final Inode inode) {
        for (int i = 0; i < inode.syncs.size(); ) {
            final Inode.Sync sync = inode.syncs.get(i);
            if (inode.isReady(sync)) {
                inode.syncs.remove(i);
                schedule.call(DiskCall.SYNC, inode, null, schedule.syncNs(), () -> {
                    inode.makeDurable(sync);
                    watch.on(DiskEvent.SYNC_DONE);
                    completions.complete(sync.token(), 0);
                });
            } else {
                i++;
            }
        }
    }

    @Override
    public void rename(final String from, final String to, final long token) {
        if (completions.submit()) {
            watch.onRename(from, to);
            final boolean isThere = files.directory.rename(FileName.check(from), FileName.check(to));
            Invariant.check(isThere, "a file that is renamed is there");
            completeLater(schedule.writeNs(), token, 0);
        }
    }

    @Override
    public void delete(final String name, final long token) {
        if (completions.submit()) {
            watch.onDelete(name);
            Invariant.check(files.directory.delete(FileName.check(name)), "a file that is deleted is there");
            completeLater(schedule.writeNs(), token, 0);
        }
    }

    @Override
    public void syncDirectory(final long token) {
        if (completions.submit()) {
            final int covered = files.directory.pendingChanges();
            schedule.after(schedule.syncNs(), () -> {
                files.directory.sync(covered);
                completions.complete(token, 0);
            });
        }
    }

    @Override
    public void list(final long token) {
        if (completions.submit()) {
            schedule.after(schedule.readNs(), () -> {
                listed = files.directory.names();
                completions.complete(token, listed.size());
            });
        }
    }

    @Override
    public void reset(final long token) {
        if (completions.submit()) {
            completions.reset(token, files::closeAll);
        }
    }

    @Override
    public List<String> listed() {
        return listed;
    }

    @Override
    public int poll(final Completions sink) {
        return completions.poll(sink);
    }

    @Override
    public void close() {
        schedule.endLife();
        completions.endLife();
        nextSyncFailure = null;
    }

    private static void checkWhole(final long position, final int length) {
        Invariant.check(
                position >= 0 && length > 0 && position % SECTOR == 0 && length % SECTOR == 0,
                "reads and writes are of whole sectors",
                position,
                length);
    }

    /** A device lets writes in flight land in any order: which of two that overlap is there in the end, nobody knows. */
    private static void checkNoneInTheWay(final Inode inode, final PendingWrite write) {
        final PendingWrite other = inode.inTheWayOf(write);
        Invariant.check(
                other == null,
                "no write is submitted while one in flight overlaps it",
                write.first,
                other == null ? 0 : other.first);
    }

    private void completeLater(final long delayNs, final long token, final long result) {
        schedule.after(delayNs, () -> completions.complete(token, result));
    }

    // Holding back

    /** From now on calls of this kind stay without effect and completion until they are released. */
    public void hold(final DiskCall call) {
        schedule.hold(call);
    }

    /** Calls that are held back. */
    public int held() {
        return schedule.held();
    }

    /** Lets everything through again, what was held back first, oldest first. */
    public void release() {
        schedule.releaseAll();
    }

    /** Lets the oldest calls of this kind through, so many at most; later ones are still held. Returns how many there were. */
    public int release(final DiskCall call, final int max) {
        return schedule.release(call, max);
    }

    /** Lets writes through that are held back now and write such a sector of the data file. Returns how many there were. */
    public int releaseWrites(final SectorTest sectors) {
        return schedule.releaseWrites(sectors);
    }

    // Faults

    /** The next sync of the process that runs fails, once, and the process hears of it. */
    public void failNextSync(final SyncFailure kind) {
        nextSyncFailure = kind;
    }

    /** Later syncs succeed, and say nothing of what this one has lost: fsync reports an error once (ATC'20, "fsync failures"). */
    private void failSync(final Inode inode) {
        statistics.failedSyncs++;
        if (nextSyncFailure == SyncFailure.DROPPED) {
            statistics.droppedWrites += inode.dropCompleted();
        }
        nextSyncFailure = null;
        completions.fail("a sync failed");
    }

    /** The machine ends, and this rule says what becomes of all that no completed sync covers. */
    public void crash(final SectorFate fate) {
        close();
        files.crash(fate);
        memory.endLife();
    }

    /** The process that uses the disk ends, and with it what it had submitted. */
    public void crash(final CrashOutcome outcome, final Draws draws) {
        close();
        files.crash(outcome, schedule.faults(), draws);
        memory.endLife();
    }

    /**
     * Damages a durable sector of a file, as a reader sees it, until it is written again.
     *
     * @return false if a write to it is under way, or it is damaged already.
     */
    public boolean damage(final int file, final int sector, final DamageKind kind, final Draws draws) {
        return latent.strike(files.inode(file), sector, kind, draws);
    }

    /**
     * The write whose sector is {@link DamageKind#STALE} went astray: another sector of the file, sound until now, has its bytes.
     *
     * @return false if a write to that one is under way, or it is damaged already.
     */
    public boolean misdirect(final int file, final int sector, final int to) {
        return latent.misdirect(files.inode(file), sector, to);
    }

    /** See {@link LatentDamage#misread}. */
    public boolean misread(final int file, final int sector, final ReadFault kind, final int other, final int times) {
        return latent.misread(files.inode(file), sector, kind, other, times);
    }

    /** A file ends after so many sectors; false if writes to it are under way, or it is no longer than that. */
    public boolean truncate(final int file, final int sectors) {
        return latent.truncate(files.inode(file), sectors);
    }

    /** Files can grow by so many sectors together and no more, until {@link #giveSpaceBack}. */
    public void fill(final int sectorsLeft) {
        capacity.leave(sectorsLeft);
    }

    public void giveSpaceBack() {
        capacity.giveBack();
    }

    /** A file whose name is durable is not there any more; false if it was not there. */
    public boolean loseFile(final String name) {
        return files.directory.lose(name);
    }

    /** All files and names are gone, as on a new disk. */
    public void wipe() {
        files.wipe();
    }

    // For choosing what to damage

    /** True if a file with a name, the data file aside, is not as it was written. */
    public boolean hasDamagedFiles() {
        return files.directory.hasDamagedFiles();
    }

    /** What a reader of this sector gets wrong; the file has its name whatever a crash does, and the sector is bad. */
    public DamagedSector damagedSector(final String name, final int sector) {
        final Inode inode = files.directory.file(name);
        return new DamagedSector(name, inode.handle, sector, inode.firstBad(sector));
    }

    /** True if processes find this very file under its name, and the sector is still bad. */
    public boolean isDamaged(final DamagedSector place) {
        final Inode inode = files.directory.file(place.file());
        return inode != null && inode.handle == place.handle() && inode.isDamaged(place.sector());
    }

    /** The newest data file, even while it has its temporary name. */
    public int dataFile() {
        return files.dataFile().handle;
    }

    /** Handle of the file that has this name now; -1 if none has. */
    public int fileNamed(final String name) {
        final Inode inode = files.directory.file(name);
        return inode == null ? -1 : inode.handle;
    }

    /**
     * Handle of the file that has this name now and whatever a crash does; -1 if there is none. Story: a file is deleted, another one gets its
     * name, and no directory sync has covered that: the name stands for two files.
     */
    public int settledFileNamed(final String name) {
        final Inode inode = files.directory.file(name);
        return inode == null || files.directory.durableFile(name) != inode ? -1 : inode.handle;
    }

    /** Durable sectors of the data file that hold anything. */
    public void writtenSectors(final IntArrayList out) {
        final Inode inode = files.dataFile();
        for (int sector = 0; sector < inode.durableCount(); sector++) {
            if (inode.written(sector) != null) {
                out.addInt(sector);
            }
        }
    }

    /** Bytes of a durable sector of the data file before any rot, or null if it was never written. */
    public byte[] durableSector(final int sector) {
        return files.dataFile().written(sector);
    }
}
