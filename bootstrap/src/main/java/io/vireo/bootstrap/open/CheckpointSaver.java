package io.vireo.bootstrap.open;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotSection;
import io.vireo.bootstrap.checkpoint.SnapshotStore;
import io.vireo.bootstrap.checkpoint.SnapshotWriter;
import io.vireo.bootstrap.replay.SessionTable;
import io.vireo.bootstrap.replay.StateMachine;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestCodec;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.util.Invariant;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Makes the checkpoints of one group durable, one at a time, in the one order that every crash survives: the state as of an op is frozen at
 * once, then the segment files are written and synced, then the snapshot that lists them is published; then the caller writes the
 * superblock that names it; and only when that is durable the files that nothing names any more are removed. Source: bootstrap and
 * transfer, section 2. Driven by the group's thread.
 */
public final class CheckpointSaver {
    /** Hears when a snapshot and all its files are durable. */
    @FunctionalInterface
    public interface Listener {
        /** The superblock may name this checkpoint from now on; then {@link CheckpointSaver#onDurable}. */
        void onSaved(CheckpointState checkpoint);
    }

    private enum Stage {
        IDLE,
        SYNCING_FILES,
        /** Waits for the removal of older snapshots, or for space on the disk. */
        READY_TO_PUBLISH,
        PUBLISHING,
        /** The superblock is the caller's to write. */
        SAVED
    }

    private final SegmentStore segments;
    private final ManifestCodec codec;
    private final SnapshotStore snapshots;
    private final SessionTable sessions;
    private final StateMachine stateMachine;
    private final Listener listener;

    private Stage stage = Stage.IDLE;
    private Snapshot snapshot;
    private Manifest manifest;
    private CheckpointState saved;

    /** What the superblock names; files that neither belong to it nor to a checkpoint under way are to be removed. */
    private CheckpointState durable;

    private Manifest durableManifest;
    private boolean isRetainDue;
    /** Files that a former life has left are gone, or going. */
    private boolean isSwept;

    /**
     * @param durable the checkpoint that the group was opened with.
     * @param durableManifest its files.
     */
    public CheckpointSaver(
            final SegmentStore segments,
            final ManifestCodec codec,
            final SnapshotStore snapshots,
            final SessionTable sessions,
            final StateMachine stateMachine,
            final CheckpointState durable,
            final Manifest durableManifest,
            final Listener listener) {
        this.segments = segments;
        this.codec = codec;
        this.snapshots = snapshots;
        this.sessions = sessions;
        this.stateMachine = stateMachine;
        this.durable = durable;
        this.durableManifest = durableManifest;
        this.listener = listener;
    }

    /**
     * Removes snapshots that a former life has left behind; once, after the opening. Files stay until a checkpoint of this life is durable. Story: a
     * process dies when most files of a newer checkpoint are here, under their names; if they went now, all of them would be fetched again, and a
     * process that dies more often than that takes would never have them. The first checkpoint of its own says that this one needs no other.
     *
     * @param isSweepDue true if nothing that is here is of use for a newer checkpoint, or there is no space for it: files go as well. Story: the
     *     disk is full of what only the former checkpoint listed, and the next one, which would remove it, needs space.
     */
    public void start(final boolean isSweepDue) {
        isRetainDue = durable.op() > 0;
        retainNamed();
        if (isSweepDue) {
            forgetFiles();
        }
    }

    /** Takes the state as it is now for a checkpoint at {@code anchor}'s op, the last one applied. Returns before anything is written. */
    public void save(final SnapshotAnchor anchor) {
        Invariant.check(stage == Stage.IDLE, "one checkpoint is saved at a time", anchor.op());
        manifest = segments.freeze();
        try (SnapshotWriter writer = new SnapshotWriter(anchor)) {
            sessions.snapshot(writer.begin(SnapshotSection.SESSIONS));
            final MutableDirectBuffer list = new UnsafeBuffer(new byte[codec.encodedLength(manifest)]);
            codec.encode(manifest, list, 0);
            writer.begin(SnapshotSection.MANIFEST).writeBytes(list, 0, list.capacity());
            stateMachine.snapshot(writer.begin(SnapshotSection.STATE));
            snapshot = writer.finish();
        }
        stage = Stage.SYNCING_FILES;
        segments.sync(manifest);
    }

    /** Every file of the manifest is durable. */
    public void onFilesSynced() {
        Invariant.check(stage == Stage.SYNCING_FILES, "files are synced for a checkpoint");
        stage = Stage.READY_TO_PUBLISH;
        publish();
    }

    /** Regularly: tries again what had no space before. */
    public void tick() {
        if (stage == Stage.READY_TO_PUBLISH) {
            publish();
        }
    }

    private void publish() {
        if (!snapshots.isBusy()) {
            stage = Stage.PUBLISHING;
            snapshots.publish(snapshot);
        }
    }

    /** There is no space for the snapshot now. The log goes on until its ring is full; then it waits. */
    public void onNoSpace() {
        stage = Stage.READY_TO_PUBLISH;
        if (!isSwept) {
            // What a former life has left may be what fills the disk, and would go only behind this checkpoint.
            forgetFiles();
        }
    }

    /** The snapshot is durable under its name. */
    public void onPublished() {
        Invariant.check(stage == Stage.PUBLISHING, "a snapshot is published for a checkpoint");
        stage = Stage.SAVED;
        saved = snapshot.checkpoint();
        snapshot.close();
        snapshot = null;
        listener.onSaved(saved);
    }

    /** The replica ends while others go on in this process: gives back the memory of a snapshot that is not published. */
    public void close() {
        if (snapshot != null) {
            snapshot.close();
            snapshot = null;
        }
    }

    /** The superblock names the checkpoint that was saved last. */
    public void onDurable() {
        Invariant.check(stage == Stage.SAVED, "the superblock names what was saved");
        stage = Stage.IDLE;
        durable = saved;
        durableManifest = manifest;
        removeUnnamed();
    }

    /** True if the superblock now names the checkpoint that was saved last. */
    public boolean isNamedBy(final CheckpointState named) {
        return stage == Stage.SAVED && named.op() == saved.op();
    }

    private void removeUnnamed() {
        isRetainDue = durable.op() > 0;
        retainNamed();
        // At once, whatever else is being removed: the segments must know what a crash goes back to.
        forgetFiles();
    }

    private void forgetFiles() {
        isSwept = true;
        segments.forget(durableManifest);
    }

    private void retainNamed() {
        if (isRetainDue && !snapshots.isBusy()) {
            isRetainDue = false;
            snapshots.retain(durable.op(), new SnapshotId(durable.snapshotIdLo(), durable.snapshotIdHi()));
        }
    }

    /** Older snapshots are gone. */
    public void onRetained() {
        if (stage == Stage.READY_TO_PUBLISH) {
            publish();
        }
        retainNamed();
    }
}
