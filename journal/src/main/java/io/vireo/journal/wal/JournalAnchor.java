package io.vireo.journal.wal;

/**
 * What the superblock says that the journal is opened under.
 *
 * @param checkpointEnd logical position at which the entry of the checkpoint's op ends.
 * @param reuseEnd the lower of that and the end position of the highest checkpoint known to be durable on a quorum: the reuse bound.
 * @param syncedLo checksum of syncedOp, both halves 0 where it is not known.
 * @param startView head and suffix of the StartView of logView; empty at the checkpoint while none was installed.
 * @param doViewChange head and suffix of the DoViewChange sent for view; null while view == logView or none was sent.
 */
public record JournalAnchor(
        long view,
        long logView,
        long commitMax,
        long checkpointOp,
        long checkpointLo,
        long checkpointHi,
        long checkpointEnd,
        long reuseEnd,
        long syncedOp,
        long syncedLo,
        long syncedHi,
        HeaderRun startView,
        HeaderRun doViewChange) {}
