package io.vireo.journal.wal;

/**
 * What opening a journal found, in numbers, for the log line of the host, for inspection and for tests.
 *
 * @param head of the recovered log.
 * @param baseHead head of the StartView or the stored DoViewChange; above it only entries of this logView count.
 * @param isHeadCertain false: the replica must not vote or acknowledge before a StartView told it the log.
 * @param syncedOp highest op that was durable here at some time, from all that counts as evidence.
 * @param markSyncedOp the same from the sync marks alone; the checkpoint's op if none counts.
 * @param sectorSyncedOp the same from the sectors alone.
 * @param clean ops that are intact.
 * @param faulty ops that were durable here and are damaged.
 * @param missing ops of the log that were never completely written here, with or without known header.
 * @param unconfirmed ops with intact entries that nothing connects to the log yet.
 * @param cutEntries entries above the head, whole or in part: torn, or written above one that is torn; they are free space now.
 * @param deadEntries entries at or below the head that do not belong to the log; free space.
 * @param sectors valid sectors that count.
 * @param unreadableSectors sectors that the device could not deliver.
 */
public record RecoveryReport(
        long checkpointOp,
        long head,
        long baseHead,
        boolean isHeadCertain,
        long syncedOp,
        long markSyncedOp,
        long sectorSyncedOp,
        long clean,
        long faulty,
        long missing,
        long unconfirmed,
        long cutEntries,
        long deadEntries,
        long sectors,
        long unreadableSectors) {

    static RecoveryReport of(
            final RecoveryInput in, final Classification found, final long sectors, final long unreadableSectors) {
        final long[] counts = new long[EntryState.values().length];
        long claims = 0;
        for (long op = found.checkpointOp() + 1; op <= found.head(); op++) {
            final RecoveredRow row = found.row(op);
            counts[row.state().ordinal()]++;
            claims += row.entries().size();
        }
        long cut = 0;
        for (final FoundEntry entry : in.entries()) {
            cut += entry.op() > found.head() ? 1 : 0;
        }
        long markSyncedOp = found.checkpointOp();
        for (final RecoveryInput.FoundMark mark : in.marks()) {
            if (mark.logView() == in.state().logView()) {
                markSyncedOp = Math.max(markSyncedOp, mark.syncedOp());
            }
        }
        return new RecoveryReport(
                found.checkpointOp(),
                found.head(),
                found.baseHead(),
                found.isHeadCertain(),
                found.syncedOp(),
                markSyncedOp,
                in.sectorSyncedOp(),
                counts[EntryState.CLEAN.ordinal()],
                counts[EntryState.FAULTY.ordinal()],
                counts[EntryState.MISSING.ordinal()] + counts[EntryState.UNKNOWN.ordinal()],
                counts[EntryState.UNCONFIRMED.ordinal()],
                cut,
                in.entries().size() - cut - claims,
                sectors,
                unreadableSectors);
    }

    /** One line, key=value. */
    @Override
    public String toString() {
        return "checkpoint=" + checkpointOp + " head=" + head + " baseHead=" + baseHead + " headCertain="
                + isHeadCertain + " syncedOp="
                + syncedOp + " markSyncedOp=" + markSyncedOp + " sectorSyncedOp=" + sectorSyncedOp + " clean=" + clean
                + " faulty=" + faulty
                + " missing=" + missing + " unconfirmed=" + unconfirmed + " cut=" + cutEntries + " dead=" + deadEntries
                + " sectors="
                + sectors + " unreadable=" + unreadableSectors;
    }
}
