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
        if (inode.isRotten(sector) || inode.isPending(sector)) {
            return false;
        }
        final byte[] sound = inode.content(sector);
        final byte[] rotten = switch (kind) {
            case UNREADABLE -> Inode.UNREADABLE;
            case ZEROED -> Inode.ZERO;
            case STALE -> inode.formerContent(sector);
            case BIT, BYTE, SECTOR -> rotten(kind, sound, draws);
        };
        if (isHarmless(inode, sector, kind, sound, rotten)) {
            return false;
        }
        statistics.staleSectors += kind == DamageKind.STALE ? 1 : 0;
        statistics.zeroedSectors += kind == DamageKind.ZEROED ? 1 : 0;
        inode.rot(sector, rotten);
        return true;
    }

    /** The write of a sector that is stale went to another one; false if a write to that one is under way, or it is damaged already. */
    boolean misdirect(final Inode inode, final int sector, final int to) {
        if (!inode.isRotten(sector) || inode.isRotten(to) || inode.isPending(to)) {
            return false;
        }
        statistics.misdirectedWrites++;
        inode.rot(to, inode.content(sector));
        return true;
    }

    /**
     * True if a reader cannot tell. An entry that was repaired in place was there before with the same bytes: its former sector is no
     * damage to it.
     */
    private static boolean isHarmless(
            final Inode inode, final int sector, final DamageKind kind, final byte[] sound, final byte[] rotten) {
        return Arrays.equals(sound, rotten)
                || kind == DamageKind.STALE
                        && inode.isData()
                        && sector >= DurableImage.RING_START
                        && DurableImage.isSameSectorOfEntry(sound, rotten);
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
