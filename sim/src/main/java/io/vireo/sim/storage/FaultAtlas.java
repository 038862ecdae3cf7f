package io.vireo.sim.storage;

import io.vireo.node.core.Quorums;
import org.agrona.collections.LongHashSet;

/**
 * Keeps latent damage to what a correct cluster must survive: of every op a good copy stays and at most replication quorum - 1 replicas
 * are damaged; of a superblock at most one copy is; the damage that storage-and-safety names as the limit of "synced" (section 2, rule 7)
 * is left out. Crash losses are no matter of the atlas: nothing was promised about them. Decides from the durable images alone.
 */
public final class FaultAtlas {
    private final DurableImage[][] images;
    private final boolean isMarked;
    private final int damagedMax;
    private final LongHashSet[][] damagedOps;
    private long admitted;
    private long rejected;

    public FaultAtlas(final DurableImage[][] images, final boolean isMarked) {
        this.images = images;
        this.isMarked = isMarked;
        damagedMax = Quorums.of(images.length).replication() - 1;
        damagedOps = new LongHashSet[images.length][images[0].length];
        for (final LongHashSet[] ofReplica : damagedOps) {
            for (int group = 0; group < ofReplica.length; group++) {
                ofReplica[group] = new LongHashSet();
            }
        }
    }

    /** True if this op's entry on this replica was ever damaged by a fault that was admitted. */
    public boolean wasDamaged(final int replica, final int group, final long op) {
        return damagedOps[replica][group].contains(op);
    }

    public long admitted() {
        return admitted;
    }

    public long rejected() {
        return rejected;
    }

    /** True if this sector may go bad now; counted either way. The caller then damages it and says so by {@link #onDamaged}. */
    public boolean admit(final int replica, final int group, final int sector) {
        final boolean isAdmitted = isAdmissible(replica, group, sector);
        if (!isAdmitted) {
            rejected++;
        }
        return isAdmitted;
    }

    /** An admitted fault took place. */
    public void onDamaged(final int replica, final int group, final int sector) {
        admitted++;
        final DurableImage image = images[replica][group];
        if (image.isSectorOfEntry(sector)) {
            damagedOps[replica][group].add(image.opOfSector(sector));
        }
    }

    private boolean isAdmissible(final int replica, final int group, final int sector) {
        if (images.length == 1) {
            return false;
        }
        final DurableImage image = images[replica][group];
        if (DurableImage.isSuperblock(sector)) {
            return image.damagedSuperblockCopies() == 0;
        }
        final long ofEntry = image.isSectorOfEntry(sector) ? image.opOfSector(sector) : 0;
        final long op = image.isCovered(ofEntry) ? 0 : ofEntry;
        if (op > 0 && !hasGoodCopies(replica, group, op)) {
            return false;
        }
        // Where a promise waits for its evidence, an op that no evidence ever covered, damaged since or not, was
        // promised to nobody.
        final long promised = isMarked ? image.evidenceWritten() : Long.MAX_VALUE;
        final long damaged = Math.max(op <= promised ? op : 0, image.highestDamagedOp(promised));
        return damaged <= image.evidenceWithout(sector);
    }

    private boolean hasGoodCopies(final int replica, final int group, final long op) {
        final long entry = images[replica][group].entry(op);
        int damaged = 0;
        int good = 0;
        for (int r = 0; r < images.length; r++) {
            if (images[r][group].isCovered(op)) {
                good++;
            } else if (r == replica || wasDamaged(r, group, op)) {
                damaged++;
            } else if (images[r][group].holdsIntact(op, entry)) {
                good++;
            }
        }
        return good >= 1 && damaged <= damagedMax;
    }
}
