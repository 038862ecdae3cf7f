package io.vireo.bootstrap.inspect;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.inspect.GroupInspection.Opening;
import io.vireo.bootstrap.inspect.GroupInspection.Stage;
import io.vireo.bootstrap.open.RecoveredState;
import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.bootstrap.open.ReplicaRecovery;
import io.vireo.journal.superblock.SuperblockIdentity;
import io.vireo.journal.wal.JournalPicture;
import java.util.ArrayList;
import java.util.List;

/** Opens a replica by the code that opens it in the node, on a storage that forgets what is written: what a start would come to. */
final class OpeningTrial {
    private final List<Stage> stages = new ArrayList<>();
    private JournalPicture journal;

    /** What the journal's recovery found; null if the trial did not come so far. */
    JournalPicture journal() {
        return journal;
    }

    Opening run(
            final BlockingFiles files,
            final ClusterConfig config,
            final SuperblockIdentity identity,
            final GroupPlace place,
            final InspectedParts parts,
            final InspectionProgress progress) {
        final ReplicaRecovery recovery = new ReplicaRecovery(
                config,
                place.replica(identity),
                place.group(identity),
                files.storage,
                parts.stateMachines(config, identity.group()),
                replySizeMax -> parts.sessions(config, replySizeMax),
                (stage, found) -> stages.add(new Stage(stage, found)));
        recovery.start();
        files.drive(
                (token, result) -> {
                    // The trial needs no more when it is done; what it has left in flight is nobody's.
                    if (!recovery.isDone()) {
                        recovery.onCompletion(token, result);
                        progress.onRead("journal", files.storage.bytesRead(), identity.walBytes());
                    }
                },
                recovery::isDone);
        journal = recovery.journalPicture();
        return recovery.failure() == null
                ? opened(recovery.recovered())
                : refused(recovery.failure(), config.replicaCount());
    }

    private Opening opened(final RecoveredState recovered) {
        recovered.checkpoints().close();
        final long applied = recovered.commitMin();
        final boolean isStopped = stages.get(stages.size() - 1).found().contains(" stopped=");
        return new Opening(
                List.copyOf(stages),
                null,
                false,
                applied,
                recovered.commitMax(),
                isStopped ? applied + 1 : 0,
                recovered.journal().head(),
                recovered.isHeadCertain(),
                recovered.lastTimestampNs());
    }

    private Opening refused(final RecoveryException reason, final int replicaCount) {
        final boolean isFetching = replicaCount > 1 && reason.isRepairableByCluster();
        return new Opening(List.copyOf(stages), reason, isFetching, 0, 0, 0, 0, false, 0);
    }
}
