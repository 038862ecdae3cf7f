package io.vireo.node.host;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotName.Published;
import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;
import io.vireo.bootstrap.open.CheckpointInstaller;
import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.bootstrap.transfer.TransferCounters;
import io.vireo.bootstrap.transfer.TransferTrouble;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.superblock.VsrState;
import io.vireo.node.core.DivergedException;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.message.CheckpointFlyweight;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.message.ReadReplyFlyweight;
import io.vireo.node.sync.StateSync;
import io.vireo.node.sync.SyncTarget;
import org.agrona.MutableDirectBuffer;

/**
 * One state synchronization of a group, between two lives of its replica: opens the superblock, fetches a checkpoint, has the superblock
 * name it. A crash anywhere begins with one state or the other, whole.
 */
final class Synchronization implements CheckpointInstaller.Listener {
    private final HostContext context;
    private final long wantedOp;
    private final boolean canGiveUp;
    private final TransferCounters counters;
    private final CheckpointInstaller installer;
    private final CheckpointFlyweight checkpoint = new CheckpointFlyweight();
    private final ChunkFlyweight chunk = new ChunkFlyweight();
    private final HeaderFlyweight header = new HeaderFlyweight();
    private StateSync sync;
    /** Of the counters, when this began. */
    private final long noSpaceBefore;

    private boolean isInstalling;
    private boolean isEnded;
    private final DivergedException stop;
    private RuntimeException failure;
    private long nowNs;

    /**
     * @param diverged the checkpoint here that differs from that of a quorum, and is to be replaced; null if it is only old, or damaged.
     * @param stop why nothing is fetched once what has diverged is out of use: the replica stops, and its next process fetches; null if this one does.
     * @param wantedOp lowest checkpoint that helps; at least that of the superblock.
     * @param canGiveUp true if the replica can go on with what it has.
     */
    Synchronization(
            final HostContext context,
            final Quarantined diverged,
            final DivergedException stop,
            final long wantedOp,
            final boolean canGiveUp,
            final TransferCounters counters) {
        this.stop = stop;
        this.counters = counters;
        this.noSpaceBefore = counters.of(TransferTrouble.NO_SPACE);
        this.context = context;
        this.wantedOp = wantedOp;
        this.canGiveUp = canGiveUp;
        installer = new CheckpointInstaller(
                context.cluster(), context.replica(), context.group(), context.storage(), diverged, this);
    }

    /** True when the data directory is to be opened again: with the new checkpoint, or with the old one if nobody could help. */
    boolean isEnded() {
        return isEnded;
    }

    /** True if what it leaves on the disk, beyond what the superblock names, helps nobody: a checkpoint is installed, or had no space. */
    boolean leavesWaste() {
        return isInstalling || counters.of(TransferTrouble.NO_SPACE) > noSpaceBefore;
    }

    /** What is fetched; null before that has begun. */
    StateSync sync() {
        return sync;
    }

    /** After which time it is worth while to ask for what is fetched, ms. */
    int retryAfterMs() {
        return sync == null ? ReadReplyFlyweight.retryAfterMs(context.cluster().heartbeatNs()) : sync.retryAfterMs();
    }

    /** Why it cannot go on, or null. */
    RuntimeException failure() {
        return failure;
    }

    void start(final long monotonicNs) {
        nowNs = monotonicNs;
        installer.start();
    }

    void onTick(final long monotonicNs) {
        nowNs = monotonicNs;
        if (sync != null && !isInstalling) {
            sync.onTick(nowNs);
            step();
        }
    }

    /** A validated frame. */
    void onMessage(final long monotonicNs, final MutableDirectBuffer buffer, final int offset) {
        nowNs = monotonicNs;
        if (sync == null || isInstalling) {
            return;
        }
        final Command command = header.wrap(buffer, offset).command();
        if (command == Command.CHECKPOINT) {
            sync.onCheckpoint(checkpoint.wrap(buffer, offset));
        } else if (command == Command.CHUNK) {
            sync.onChunk(chunk.wrap(buffer, offset));
        }
        step();
    }

    void onCompletion(final long token, final long result) {
        if (!installer.onCompletion(token, result) && sync != null) {
            sync.onCompletion(token, result);
            step();
        }
    }

    private void step() {
        if (isInstalling || isEnded) {
            return;
        }
        if (sync.stage() == StateSync.Stage.GIVEN_UP) {
            context.trace().event(context.group(), TraceEvent.STATE_SYNC_GIVEN_UP, 0, wantedOp);
            isEnded = true;
        } else if (sync.stage() == StateSync.Stage.DONE) {
            isInstalling = true;
            final Snapshot snapshot = sync.snapshot();
            installer.install(snapshot.checkpoint(), snapshot.anchor());
        }
    }

    @Override
    public void onReady(final VsrState state) {
        if (stop != null) {
            failure = stop;
            return;
        }
        sync = new StateSync(
                context.cluster(),
                context.group(),
                context.replica(),
                context.storage(),
                context.bus(),
                context.random(),
                new SyncTarget(
                        Math.max(wantedOp, state.checkpoint().op()),
                        canGiveUp && installer.quarantined() == null,
                        new Published(
                                state.checkpoint().op(),
                                new SnapshotId(
                                        state.checkpoint().snapshotIdLo(),
                                        state.checkpoint().snapshotIdHi())),
                        installer.quarantined()),
                context.transferBytesPerSecond(),
                counters,
                context.trace());
        sync.start(nowNs);
    }

    @Override
    public void onInstalled() {
        try (Snapshot installed = sync.snapshot()) {
            context.trace()
                    .event(
                            context.group(),
                            TraceEvent.STATE_SYNC_INSTALLED,
                            installed.checkpoint().view(),
                            installed.checkpoint().op());
        }
        isEnded = true;
    }

    @Override
    public void onRefused(final RecoveryException reason) {
        failure = reason;
    }
}
