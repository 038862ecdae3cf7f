package io.vireo.journal.wal;

import io.vireo.journal.superblock.VsrState;
import java.util.List;

/**
 * All that decides what a journal is after a restart: what the superblock says, what the marks and the ring hold. Values; no I/O.
 *
 * @param replicaCount R; for R &lt;= 2 a known commit is evidence.
 * @param state what the superblock says.
 * @param sectorSyncedOp highest syncedOp stated by a counted sector of the superblock's logView.
 */
record RecoveryInput(
        PrepareRing ring,
        int replicaCount,
        VsrState state,
        List<FoundMark> marks,
        List<FoundEntry> entries,
        long sectorSyncedOp) {

    /** A valid sync mark. */
    record FoundMark(int slot, long generation, long logView, long syncedOp, HeaderRef header) {}
}
