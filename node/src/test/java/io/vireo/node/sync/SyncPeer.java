package io.vireo.node.sync;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.checkpoint.SnapshotStore;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.open.CheckpointSaver;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestCodec;
import io.vireo.journal.segment.SegmentDamage;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.message.CheckpointFlyweight;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.port.MessageBus;
import io.vireo.node.session.ClientSessions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A replica's files and what it serves of them to others, without its log: checkpoints are taken when a test says so. */
final class SyncPeer implements SegmentStore.Listener, SnapshotStore.Listener, Storage.Completions, AutoCloseable {
    final SegmentStore segments;
    /** It knows that a quorum has its checkpoint. */
    boolean isAgreed = true;

    private final ClusterConfig config;
    private final FileStorage storage;
    private final SnapshotStore snapshots;
    private final CheckpointSaver saver;
    private final SyncServer server;
    private final HeaderFlyweight header = new HeaderFlyweight();
    private long now;
    private CheckpointState durable = CheckpointState.root(0, 0);

    SyncPeer(
            final ClusterConfig config,
            final int replica,
            final Path directory,
            final MessageBus bus,
            final Runnable onCompletions,
            final long bytesPerSecond)
            throws IOException {
        this.config = config;
        FileStorage.createDirectory(directory);
        storage = new FileStorage(directory, onCompletions, false);
        segments = new SegmentStore(storage, config.segmentLimits(), this);
        segments.open(Manifest.EMPTY);
        final LogStateMachine machine = new LogStateMachine(config, 0, segments);
        snapshots = new SnapshotStore(storage, this);
        saver = new CheckpointSaver(
                segments,
                new ManifestCodec(config.segmentLimits()),
                snapshots,
                new ClientSessions(1, 1, machine.replySizeMax()),
                machine,
                durable,
                Manifest.EMPTY,
                this::onSaved);
        server = new SyncServer(config, 0, replica, storage, bus, segments, bytesPerSecond, 0);
    }

    /** Begins to take a checkpoint; {@link #isDurable} says when it is. */
    void save(final long op) {
        final PrepareFlyweight prepare = new PrepareFlyweight();
        prepare.wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
        final int size = HeaderFlyweight.HEADER_LENGTH + RequestBatch.length(1, 0);
        prepare.init(Command.PREPARE, config.clusterLo(), config.clusterHi(), size, 1, 1, 0);
        prepare.parent(5, 6).op(op).commit(op - 1).timestamp(op).requestCount(1);
        prepare.sealWithBody(new Checksum(), 8, 9);
        saver.save(new SnapshotAnchor(prepare, 4 * op));
    }

    boolean isDurable(final long op) {
        return durable.op() == op;
    }

    void tick(final long nowNs) {
        now = nowNs;
        server.onTick(nowNs);
    }

    /** Its process is about to end. */
    void stop() {
        server.stop();
    }

    boolean poll() {
        return storage.poll(this) + server.poll(now) > 0;
    }

    /** A frame of the replica that synchronizes. */
    void onFrame(final MutableDirectBuffer frame) {
        if (header.wrap(frame, 0).command() == Command.REQUEST_CHECKPOINT) {
            server.onRequestCheckpoint(new CheckpointFlyweight().wrap(frame, 0), durable, isAgreed);
        } else {
            server.onRequestChunk(new ChunkFlyweight().wrap(frame, 0), durable);
        }
    }

    @Override
    public void onCompletion(final long token, final long result) {
        if (SegmentStore.owns(token)) {
            segments.onCompletion(token, result);
        } else if (token >>> 56 == SnapshotStore.TOKEN_OWNER) {
            snapshots.onCompletion(token, result);
        } else {
            server.onCompletion(token, result);
        }
    }

    @Override
    public void onFailure(final String message) {
        throw new AssertionError(message);
    }

    @Override
    public void close() {
        storage.close();
    }

    private void onSaved(final CheckpointState checkpoint) {
        durable = checkpoint;
        saver.onDurable();
    }

    @Override
    public void onOpened() {
        // Empty, and open at once.
    }

    @Override
    public void onDamaged(final List<SegmentDamage> damages) {
        throw new AssertionError(damages);
    }

    @Override
    public void onSynced() {
        saver.onFilesSynced();
    }

    @Override
    public void onReadable() {
        // The next poll serves them.
    }

    @Override
    public void onForgotten(final int files) {
        // Nothing waits for it.
    }

    @Override
    public void onPublished(final Snapshot snapshot) {
        saver.onPublished();
    }

    @Override
    public void onNoSpace(final Snapshot snapshot) {
        throw new AssertionError("no space");
    }

    @Override
    public void onLoaded(final Snapshot snapshot) {
        throw new AssertionError("nothing is loaded");
    }

    @Override
    public void onLoadFailed(final SnapshotException reason) {
        throw new AssertionError(reason);
    }

    @Override
    public void onRetained(final int removed) {
        saver.onRetained();
    }
}
