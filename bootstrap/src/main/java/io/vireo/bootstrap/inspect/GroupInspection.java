package io.vireo.bootstrap.inspect;

import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.bootstrap.open.RecoveryStage;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.superblock.SuperblockPicture;
import io.vireo.journal.wal.JournalPicture;
import java.util.List;

/**
 * What is in the directory of a group and what a start would make of it. Values; a part is null where damage or absence hides it.
 *
 * @param superblock null if there is no data file.
 * @param snapshot null if the superblock names none, or is not known.
 * @param manifest null if its snapshot cannot be read.
 * @param journal null if the superblock is not known.
 * @param opening the stages that a start would go through.
 * @param otherFiles names that belong neither to the checkpoint nor to a running replica: left over, or strange.
 * @param damages in the order of the stages.
 * @param bytesRead from the files of the group.
 */
public record GroupInspection(
        long dataFileBytes,
        SuperblockPicture superblock,
        SnapshotPicture snapshot,
        Manifest manifest,
        JournalPicture journal,
        Opening opening,
        List<String> otherFiles,
        List<Damage> damages,
        long bytesRead) {

    /**
     * The snapshot that the superblock names.
     *
     * @param failure why it cannot be used, or null; the numbers are 0 then.
     * @param sessions sessions of clients in it.
     */
    public record SnapshotPicture(
            String file,
            SnapshotException failure,
            long bytes,
            long sessionsBytes,
            long manifestBytes,
            long stateBytes,
            long sessions,
            long timestampNs) {}

    /** A stage that the opening came to, and what the one before it found, key=value. */
    public record Stage(RecoveryStage stage, String found) {}

    /**
     * What an opening would come to.
     *
     * @param refusal null if it would open.
     * @param isFetching the replica would not open by itself but fetch a checkpoint from the others.
     * @param commitMin highest op that would be applied; with the rest 0 if it is refused.
     * @param stoppedOp first committed op that cannot be applied from here, 0 if there is none.
     */
    public record Opening(
            List<Stage> stages,
            RecoveryException refusal,
            boolean isFetching,
            long commitMin,
            long commitMax,
            long stoppedOp,
            long head,
            boolean isHeadCertain,
            long lastTimestampNs) {}

    /** True if the replica has everything that it should have. */
    public boolean isWhole() {
        return damages.stream().noneMatch(damage -> damage.verdict().isDamage());
    }
}
