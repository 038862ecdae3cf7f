package io.vireo.bootstrap.open;

/** How far the opening of a replica has come. Each stage is reported when it begins. */
public enum RecoveryStage {
    NEW,
    /** The data file is opened and its superblock decided by quorum. */
    SUPERBLOCK,
    /** The snapshot of the checkpoint is loaded; the root checkpoint has none. */
    SNAPSHOT,
    /** The files of the checkpoint are opened and compared with its manifest. */
    FILES,
    /** The WAL ring is scanned and classified. */
    JOURNAL,
    /** Committed ops above the checkpoint are applied along the hash chain. */
    REPLAY,
    /** The rest is the replica's: it joins the cluster. */
    JOIN,
    /** Not opened: see the failure. */
    REFUSED;

    boolean canBecome(final RecoveryStage next) {
        return next == REFUSED ? this != JOIN && this != REFUSED : next.ordinal() == ordinal() + 1 && next != REFUSED;
    }
}
