package io.vireo.sim.storage;

import io.vireo.bootstrap.open.DataFileFormatter;
import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.util.Invariant;
import io.vireo.sim.random.Draws;
import java.util.ArrayList;
import java.util.List;

/** Every file that was ever on a disk, by its handle, and the directory of those that have a name. */
final class FileTable {
    final Directory directory;
    private final DurableImage image;
    private final UnsyncedBytes unsynced;
    private final List<Inode> inodes = new ArrayList<>();

    FileTable(final DurableImage image, final DiskStatistics statistics) {
        this.image = image;
        directory = new Directory(statistics);
        unsynced = new UnsyncedBytes(statistics);
        image.files(new DurableDirectory(directory));
    }

    Inode create(final String name, final long size) {
        final Inode inode = new Inode(inodes.size(), isData(name) ? image : null, (int) (size / Storage.SECTOR));
        inodes.add(inode);
        directory.create(name, inode);
        return inode;
    }

    void restore(final DiskCopy copy) {
        wipe();
        copy.files().forEach((name, file) -> {
            final Inode inode = new Inode(inodes.size(), isData(name) ? image : null, 0);
            inodes.add(inode);
            inode.restore(file);
            directory.create(name, inode);
        });
        directory.sync(directory.pendingChanges());
    }

    /** No file is there, and nothing of the data file is durable. */
    void wipe() {
        directory.wipe();
        image.forgetAll();
    }

    Inode inode(final int handle) {
        return inodes.get(handle);
    }

    /** The file of a handle that a process uses. */
    Inode open(final int handle) {
        final Inode inode = inodes.get(handle);
        Invariant.check(!inode.isClosed, "a handle is used while its file is open", handle);
        return inode;
    }

    void closeAll() {
        for (final Inode inode : inodes) {
            inode.isClosed = true;
        }
    }

    /** Writes not yet durable. */
    int pendingWrites() {
        int pending = 0;
        for (final Inode inode : inodes) {
            pending += inode.pending().size();
        }
        return pending;
    }

    /** The newest data file, even while it has its temporary name. */
    Inode dataFile() {
        int newest = inodes.size() - 1;
        while (!inodes.get(newest).isData()) {
            newest--;
        }
        return inodes.get(newest);
    }

    void crash(final SectorFate fate) {
        for (final Inode inode : inodes) {
            inode.onProcessEnded();
            unsynced.endMachine(inode, fate);
            inode.onMachineEnded();
            inode.onCrashed();
        }
        directory.crash(fate.survivesElsewhere());
    }

    void crash(final CrashOutcome outcome, final DiskFaults faults, final Draws draws) {
        for (final Inode inode : inodes) {
            inode.onProcessEnded();
            if (outcome == CrashOutcome.PROCESS_ONLY) {
                unsynced.endProcess(inode, draws);
            } else {
                unsynced.endMachine(inode, outcome, faults, draws);
                inode.onMachineEnded();
            }
            inode.onCrashed();
        }
        if (outcome != CrashOutcome.PROCESS_ONLY) {
            directory.crash(outcome, draws);
        }
    }

    private static boolean isData(final String name) {
        return name.equals(DataFileLayout.FILE_NAME) || name.equals(DataFileFormatter.TEMPORARY_NAME);
    }
}
