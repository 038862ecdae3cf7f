package io.vireo.node.sync;

import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.node.message.CheckpointFlyweight;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.port.MessageBus;
import org.agrona.concurrent.UnsafeBuffer;

/** Authors the frames of a replica that synchronizes its state, and sends them. */
final class SyncRequests {
    private final ClusterConfig config;
    private final int group;
    private final int replica;
    private final MessageBus bus;
    private final Checksum checksum = new Checksum();
    private final CheckpointFlyweight ask = new CheckpointFlyweight();
    private final ChunkFlyweight chunk = new ChunkFlyweight();
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
    private long targetOp;
    private SnapshotId targetId;

    SyncRequests(final ClusterConfig config, final int group, final int replica, final MessageBus bus) {
        this.config = config;
        this.group = group;
        this.replica = replica;
        this.bus = bus;
    }

    /** The checkpoint that requests are about from now on. */
    void target(final long op, final SnapshotId id) {
        targetOp = op;
        targetId = id;
    }

    /** Asks all who has a checkpoint at or above this op. */
    void checkpoint(final long wantedOp) {
        ask.wrap(frame, 0);
        ask.init(
                Command.REQUEST_CHECKPOINT,
                config.clusterLo(),
                config.clusterHi(),
                HeaderFlyweight.HEADER_LENGTH,
                0,
                replica,
                group);
        ask.op(wantedOp).snapshotId(0, 0).seal(checksum);
        for (int r = 0; r < config.replicaCount(); r++) {
            if (r != replica) {
                bus.send(r, frame, 0, HeaderFlyweight.HEADER_LENGTH);
            }
        }
    }

    /** False if a request to this peer for bytes of files would get lost now. */
    boolean isReachable(final int peer) {
        return bus.carriesFiles(peer, group);
    }

    /** Asks for bytes of the snapshot. */
    void snapshot(final int peer, final long number, final long position, final int length) {
        send(peer, ChunkFlyweight.SNAPSHOT, number, null, position, length);
    }

    /** Asks for bytes of a segment. */
    void segment(final int peer, final long number, final ManifestEntry file, final long position, final int length) {
        send(peer, ChunkFlyweight.SEGMENT, number, file, position, length);
    }

    /** Says that the bytes of a chunk which came from this peer are not those of the checkpoint. */
    void accuse(final int peer, final ManifestEntry file, final int ofChunk) {
        final long position = (long) ofChunk * config.segmentLimits().chunkBytes();
        final int length = config.segmentLimits().chunkLength(file.size(), ofChunk);
        send(peer, ChunkFlyweight.ACCUSED, 0, file, position, Math.min(length, SyncServer.pieceLength(config)));
    }

    private void send(
            final int peer,
            final int kind,
            final long number,
            final ManifestEntry file,
            final long position,
            final int length) {
        chunk.wrap(frame, 0);
        chunk.init(
                Command.REQUEST_CHUNK,
                config.clusterLo(),
                config.clusterHi(),
                HeaderFlyweight.HEADER_LENGTH,
                0,
                replica,
                group);
        chunk.checkpoint(targetOp, targetId.lo(), targetId.hi())
                .kind(kind)
                .status(0)
                .length(length)
                .segment(
                        file == null ? 0 : file.key().namespace(),
                        file == null ? 0 : file.key().incarnation(),
                        file == null ? 0 : file.key().baseOffset())
                .position(position)
                .fileLength(0)
                .number(number)
                .seal(checksum);
        bus.send(peer, frame, 0, HeaderFlyweight.HEADER_LENGTH);
    }
}
