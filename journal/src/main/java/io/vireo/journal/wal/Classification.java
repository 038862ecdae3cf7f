package io.vireo.journal.wal;

/**
 * The outcome of {@link RecoveryClassifier}: a row for every op from the checkpoint to the head, and how sure the head is.
 *
 * @param baseHead head of the StartView, or of the stored DoViewChange.
 * @param isHeadCertain no counted statement speaks of an op above the highest one whose identity is known.
 * @param hasHeadChecksum the identity of the head is known, be it by its header or by the parent link of an entry that was cut.
 * @param rows by op - checkpointOp; row 0 is not used.
 */
record Classification(
        long checkpointOp,
        long head,
        long baseHead,
        long syncedOp,
        boolean isHeadCertain,
        boolean hasHeadChecksum,
        long headLo,
        long headHi,
        RecoveredRow[] rows) {

    RecoveredRow row(final long op) {
        return rows[(int) (op - checkpointOp)];
    }
}
