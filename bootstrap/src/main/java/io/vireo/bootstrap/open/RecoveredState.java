package io.vireo.bootstrap.open;

import io.vireo.bootstrap.replay.ApplyStep;
import io.vireo.bootstrap.replay.SessionTable;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.superblock.Superblock;
import io.vireo.journal.wal.PrepareJournal;
import io.vireo.journal.wal.RecoveryReport;

/**
 * A replica as its disk left it, complete: built once, when every stage of the opening is done.
 *
 * @param superblock open, with the durable view, logView and commitMax.
 * @param files entries in segment files, open.
 * @param checkpoints saves the checkpoints of the running replica.
 * @param isHeadCertain false: RECOVERING_HEAD.
 * @param applyStep at the last op applied, which is commitMin.
 * @param commitMax highest op known to be committed; above commitMin where the journal needs repair first.
 * @param lastTimestampNs of the newest prepare in the log, 0 if there is none.
 */
public record RecoveredState(
        Superblock superblock,
        PrepareJournal journal,
        RecoveryReport report,
        boolean isHeadCertain,
        ApplyStep applyStep,
        StateMachine stateMachine,
        SessionTable sessions,
        SegmentStore files,
        CheckpointSaver checkpoints,
        long commitMax,
        long lastTimestampNs) {

    /** Highest op applied. */
    public long commitMin() {
        return applyStep.appliedOp();
    }
}
