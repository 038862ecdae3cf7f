package io.vireo.sim.storage;

import io.vireo.journal.storage.Storage;
import io.vireo.sim.random.Draws;
import java.util.Arrays;

/** How durable sectors go bad while nobody looks. */
final class LatentDamage {
    private final DiskStatistics statistics;

    LatentDamage(final DiskStatistics statistics) {
        this.statistics = statistics;
    }

    /** Damages a durable sector until it is written again; false if a write to it is under way, or it is damaged already. */
    boolean strike(final Inode inode, final int sector, final DamageKind kind, final Draws draws) {
        if (!isSound(inode, sector)) {
            return false;
        }
        final byte[] sound = inode.content(sector);
        final byte[] rotten = switch (kind) {
            case UNREADABLE -> Inode.UNREADABLE;
            case ZEROED -> Inode.ZERO;
            case STALE -> inode.formerContent(sector);
            case BIT, BYTE, SECTOR -> rotten(kind, sound, draws);
        };
        if (isHarmless(inode, sector, kind == DamageKind.STALE, sound, rotten)) {
            return false;
        }
        statistics.staleSectors += kind == DamageKind.STALE ? 1 : 0;
        statistics.zeroedSectors += kind == DamageKind.ZEROED ? 1 : 0;
        inode.rot(sector, rotten);
        return true;
    }

    /** The write of a sector that is stale went to another one; false if a write to that one is under way, or it is damaged already. */
    boolean misdirect(final Inode inode, final int sector, final int to) {
        if (!inode.isRotten(sector) || !isSound(inode, to)) {
            return false;
        }
        statistics.misdirectedWrites++;
        inode.rot(to, inode.content(sector));
        return true;
    }

    /**
     * The next reads of a durable sector go wrong, so many.
     *
     * @param other sector of the same file that a misdirected read gets.
     * @return false if a reader would get the same, a write to the sector is under way, or it is damaged already.
     */
    boolean misread(final Inode inode, final int sector, final ReadFault kind, final int other, final int times) {
        if (!isSound(inode, sector)) {
            return false;
        }
        final byte[] bytes = switch (kind) {
            case ERROR -> Inode.UNREADABLE;
            case MISDIRECTED -> inode.content(other);
            case STALE -> inode.formerContent(sector);
        };
        if (isHarmless(inode, sector, kind == ReadFault.STALE, inode.content(sector), bytes)) {
            return false;
        }
        inode.misread(sector, kind, bytes, times);
        return true;
    }

    /** The end of a file that nobody writes is gone; false if somebody does, or it has no such end. */
    boolean truncate(final Inode inode, final int sectors) {
        if (!inode.pending().isEmpty() || sectors >= inode.durableCount()) {
            return false;
        }
        statistics.truncations++;
        inode.truncate(sectors);
        return true;
    }

    private static boolean isSound(final Inode inode, final int sector) {
        return !inode.isRotten(sector) && !inode.isMisread(sector) && !inode.isPending(sector);
    }

    /**
     * True if a reader cannot tell. An entry that was repaired in place was there before with the same bytes: its former sector is no
     * damage to it, and would mend what a crash has left of the repair.
     */
    private static boolean isHarmless(
            final Inode inode, final int sector, final boolean isStale, final byte[] sound, final byte[] rotten) {
        return Arrays.equals(sound, rotten)
                || isStale
                        && inode.isData()
                        && sector >= DurableImage.RING_START
                        && (DurableImage.isSameSectorOfEntry(sound, rotten)
                                || inode.isPartOfEntryThere(sector, rotten));
    }

    private static byte[] rotten(final DamageKind kind, final byte[] sound, final Draws draws) {
        final byte[] rotten = sound.clone();
        final int place = draws.nextInt(Storage.SECTOR);
        switch (kind) {
            case BIT -> rotten[place] = (byte) (rotten[place] ^ 1 << draws.nextInt(8));
            case BYTE -> rotten[place] = (byte) (rotten[place] ^ draws.between(1, 255));
            default -> draws.fill(rotten);
        }
        return rotten;
    }
}
