package io.vireo.journal.wal;

import io.vireo.journal.storage.DataFileLayout;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.SuperblockIdentity;

/**
 * What a journal is told about its surroundings: the port, where in the data file it lives, whose it is, which limits it keeps.
 *
 * @param file handle of the data file.
 * @param marksOffset byte offset of the two sync marks in the file.
 * @param walOffset byte offset of the ring in the file.
 * @param walBytes size of the ring.
 * @param prepareSizeMax largest prepare, bytes.
 * @param replicaCount R of the cluster: for R &lt;= 2 a known commit is evidence, and R = 1 refuses to open a damaged log.
 * @param marked durability "marked": an op may be acknowledged only when a mark, sector or superblock that states it is durable too.
 * @param stagingEntries how many entries of the largest size the staging memory holds; an op that finds no room is not writable.
 */
public record JournalContext(
        Storage storage,
        int file,
        long marksOffset,
        long walOffset,
        long walBytes,
        int prepareSizeMax,
        long clusterLo,
        long clusterHi,
        int replica,
        int group,
        long formatIdLo,
        long formatIdHi,
        int replicaCount,
        boolean marked,
        int stagingEntries) {
    /** Default of {@link #stagingEntries}: the pipeline (8), one repaired entry, and one lost to wrapping. */
    public static final int STAGING_ENTRIES_DEFAULT = 10;

    /** Fewest entries the staging memory must hold. */
    public static final int STAGING_ENTRIES_MIN = 3;

    public JournalContext {
        if (stagingEntries < STAGING_ENTRIES_MIN) {
            throw new IllegalArgumentException("stagingEntries=" + stagingEntries + " is below " + STAGING_ENTRIES_MIN);
        }
        if (replicaCount < 1) {
            throw new IllegalArgumentException("replicaCount=" + replicaCount + " is below 1");
        }
    }

    /** The context of the file that a superblock describes. */
    public static JournalContext of(
            final Storage storage,
            final int file,
            final SuperblockIdentity identity,
            final boolean marked,
            final int stagingEntries) {
        final DataFileLayout layout = new DataFileLayout(identity.walBytes());
        return new JournalContext(
                storage,
                file,
                layout.marksOffset(),
                layout.walOffset(),
                identity.walBytes(),
                identity.prepareSizeMax(),
                identity.clusterLo(),
                identity.clusterHi(),
                identity.replica(),
                identity.group(),
                identity.formatIdLo(),
                identity.formatIdHi(),
                identity.replicaCount(),
                marked,
                stagingEntries);
    }

    /** Seed of the checksums of this ring and its marks. */
    long seed() {
        return SectorCrc.seed(clusterLo, clusterHi, replica, group, formatIdLo, formatIdHi);
    }
}
