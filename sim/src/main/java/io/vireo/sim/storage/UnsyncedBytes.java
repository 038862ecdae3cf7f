package io.vireo.sim.storage;

import io.vireo.journal.storage.Storage;
import io.vireo.sim.random.Draws;
import java.util.Arrays;
import java.util.List;

/** What the end of a process or of its machine makes of the writes to a file that no completed sync covers. */
final class UnsyncedBytes {
    private final DiskStatistics statistics;

    UnsyncedBytes(final DiskStatistics statistics) {
        this.statistics = statistics;
    }

    /** The process ends, the machine goes on: each write in flight takes place or does not, none is durable. */
    void endProcess(final Inode inode, final Draws draws) {
        final List<PendingWrite> pending = inode.pending();
        for (int i = pending.size() - 1; i >= 0; i--) {
            final PendingWrite write = pending.get(i);
            if (!write.isCompleted) {
                if (draws.chance(1, 2)) {
                    statistics.keptWrites++;
                    inode.apply(write);
                } else {
                    statistics.lostWrites++;
                    pending.remove(i);
                }
            }
        }
    }

    /** The machine ends, and a rule says of each sector whether it survives. */
    void endMachine(final Inode inode, final SectorFate fate) {
        for (final PendingWrite write : inode.pending()) {
            for (int s = 0; s < write.sectors; s++) {
                final boolean survives = inode.isData()
                        ? fate.survives(write.first + s, s, write.sectors, write.data()[s])
                        : fate.survivesElsewhere();
                if (survives) {
                    statistics.keptWrites++;
                    inode.keepSize(write);
                    inode.keep(write, s);
                } else {
                    statistics.lostWrites++;
                }
            }
        }
        inode.forgetPending();
    }

    /** The machine ends, and chance says what survives. */
    void endMachine(final Inode inode, final CrashOutcome outcome, final DiskFaults faults, final Draws draws) {
        final List<PendingWrite> pending = inode.pending();
        final int count = pending.size();
        final int prefix = count == 0 ? 0 : draws.nextInt(count + 1);
        for (int i = 0; i < count; i++) {
            final PendingWrite write = pending.get(i);
            final boolean survives = switch (outcome) {
                case KEEP_ALL -> true;
                case PREFIX -> i < prefix;
                case SUBSET -> draws.chance(1, 2);
                case DROP_ALL, PROCESS_ONLY -> false;
            };
            if (survives) {
                inode.keepSize(write);
                if (draws.chance(faults.tornOf64(), 64)) {
                    tear(inode, write, faults, draws);
                } else {
                    statistics.keptWrites++;
                    inode.keepAll(write);
                }
            } else {
                statistics.lostWrites++;
                if (outcome != CrashOutcome.DROP_ALL && write.end() > inode.durableCount() && draws.chance(1, 4)) {
                    keepSizeAlone(inode, write, faults, draws);
                }
            }
        }
        inode.forgetPending();
    }

    /** Some sectors of the write are as they were, some as they should be, some neither. */
    private void tear(final Inode inode, final PendingWrite write, final DiskFaults faults, final Draws draws) {
        statistics.tornWrites++;
        for (int s = 0; s < write.sectors; s++) {
            if (draws.chance(faults.garbageOf64(), 64)) {
                keepGarbage(inode, write.first + s, draws);
            } else if (draws.chance(1, 2)) {
                if (faults.blockBytes() < Storage.SECTOR && draws.chance(1, 2)) {
                    tearSector(inode, write, s, faults.blockBytes(), draws);
                } else {
                    inode.keep(write, s);
                }
            }
        }
    }

    /** Some blocks of the device have the new bytes, the others the old ones. */
    private void tearSector(
            final Inode inode, final PendingWrite write, final int index, final int blockBytes, final Draws draws) {
        final byte[] old = inode.content(write.first + index);
        final byte[] mixed = write.data()[index].clone();
        for (int at = 0; at < Storage.SECTOR; at += blockBytes) {
            if (draws.chance(1, 2)) {
                System.arraycopy(old, at, mixed, at, blockBytes);
            }
        }
        if (Arrays.equals(mixed, write.data()[index])) {
            inode.keep(write, index);
        } else if (!Arrays.equals(mixed, old)) {
            statistics.tornSectors++;
            inode.keepGarbage(write.first + index, mixed);
        }
    }

    /** The growth was recorded, the bytes were not written: the new sectors hold zeros or what their blocks held before. */
    private void keepSizeAlone(
            final Inode inode, final PendingWrite write, final DiskFaults faults, final Draws draws) {
        statistics.emptyGrowths++;
        for (int sector = Math.max(write.first, inode.durableCount()); sector < write.end(); sector++) {
            if (draws.chance(faults.garbageOf64(), 64)) {
                keepGarbage(inode, sector, draws);
            }
        }
        inode.keepSize(write);
    }

    private void keepGarbage(final Inode inode, final int sector, final Draws draws) {
        final byte[] garbage = new byte[Storage.SECTOR];
        draws.fill(garbage);
        statistics.garbageSectors++;
        inode.keepGarbage(sector, garbage);
    }
}
