package io.vireo.node.sync;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotDecoder;
import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotSection;
import io.vireo.bootstrap.checkpoint.SnapshotStore;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestCodec;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.segment.ManifestException;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.util.Invariant;
import io.vireo.node.message.CheckpointFlyweight;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.port.MessageBus;
import io.vireo.node.port.RandomSource;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Brings the checkpoint of another replica to this disk: asks who has one, fetches its snapshot, and with the manifest in it every file that
 * is not here already; each is verified before it gets its name. The caller then makes the superblock name the checkpoint. Until that is
 * durable the state before stays whole: a longer prefix of a segment is still the segment the older manifest lists, and the older snapshot
 * keeps its own name. So a crash leaves one state or the other, and what was verified is found again. Source: bootstrap and transfer,
 * section 4.
 *
 * <p>A step machine over frames, completions and time; the replica itself is not running meanwhile and answers nobody. One request is under
 * way at a time, to one peer; silence and refusals move it to the next one.
 */
public final class StateSync {
    /** What is being done. */
    public enum Stage {
        NEW,
        /** Who has a checkpoint? */
        ASKING,
        SNAPSHOT,
        FILES,
        PUBLISHING,
        /** Snapshot and files are durable under their names; see {@link #snapshot}. */
        DONE,
        /** Nobody has helped for long, and the replica can go on with what it has. */
        GIVEN_UP
    }

    private static final long RETRY_HEARTBEATS = 4;
    private static final int REFUSALS_MAX = 4;

    private final ClusterConfig config;
    private final int group;
    private final int replica;
    private final MessageBus bus;
    private final RandomSource random;
    private final long wantedOp;
    private final long retryNs;
    private final SyncPatience patience;
    private final SnapshotStore snapshots;
    private final FileFetch fetch;
    private final ManifestCodec codec;
    private final PieceLength pieces;
    private final Checksum checksum = new Checksum();
    private final CheckpointFlyweight ask = new CheckpointFlyweight();
    private final ChunkFlyweight chunk = new ChunkFlyweight();
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
    /** Bytes of the snapshot that the decoder takes at once. */
    private final UnsafeBuffer block = new UnsafeBuffer(new byte[0]);

    private Stage stage = Stage.NEW;
    private long nowNs;
    private long retryAtNs;
    private int refusals;
    private int peer;
    private long number;

    private long targetOp;
    private SnapshotId targetId;
    private SnapshotDecoder decoder;
    private int blockFilled;
    private Snapshot snapshot;
    private Manifest manifest;
    private int entry;

    /**
     * @param wantedOp lowest checkpoint that helps.
     * @param canGiveUp true if the state on this disk is whole, only old.
     */
    public StateSync(
            final ClusterConfig config,
            final int group,
            final int replica,
            final Storage storage,
            final MessageBus bus,
            final RandomSource random,
            final long wantedOp,
            final boolean canGiveUp) {
        this.config = config;
        this.group = group;
        this.replica = replica;
        this.bus = bus;
        this.random = random;
        this.wantedOp = wantedOp;
        retryNs = RETRY_HEARTBEATS * config.heartbeatNs();
        patience = new SyncPatience(retryNs, canGiveUp);
        snapshots = new SnapshotStore(storage, new Published());
        fetch = new FileFetch(storage, config.segmentLimits());
        codec = new ManifestCodec(config.segmentLimits());
        pieces = new PieceLength(SyncServer.pieceLength(config));
    }

    public Stage stage() {
        return stage;
    }

    /** The checkpoint that is here now; once DONE. The caller closes it. */
    public Snapshot snapshot() {
        Invariant.check(stage == Stage.DONE, "a checkpoint is here when it is complete");
        return snapshot;
    }

    /** For people: what is being done. */
    public String progress() {
        return stage
                + (targetId == null ? "" : " checkpoint=" + targetOp)
                + (patience.failures() == 0 ? "" : " failures=" + patience.failures())
                + (manifest == null ? "" : " files=" + entry + "/" + manifest.count());
    }

    public void start(final long monotonicNs) {
        nowNs = monotonicNs;
        peer = random.nextInt(config.replicaCount());
        askForCheckpoint();
    }

    /** Time has passed. */
    public void onTick(final long monotonicNs) {
        nowNs = monotonicNs;
        if (nowNs < retryAtNs || stage == Stage.DONE || stage == Stage.PUBLISHING) {
            return;
        }
        patience.onSilence();
        if (patience.isOver()) {
            giveUp();
        } else if (stage == Stage.ASKING) {
            askForCheckpoint();
        } else {
            pieces.onSilence();
            refused();
        }
    }

    /** CHECKPOINT: a peer has this one. */
    public void onCheckpoint(final CheckpointFlyweight found) {
        if (stage != Stage.ASKING || found.op() < wantedOp || !patience.isWorthwhile(found.op(), nowNs)) {
            return;
        }
        targetOp = found.op();
        targetId = new SnapshotId(found.snapshotIdLo(), found.snapshotIdHi());
        peer = found.replica();
        refusals = 0;
        stage = Stage.SNAPSHOT;
        decoder = null;
        blockFilled = 0;
        requestNext();
    }

    /** CHUNK: bytes, or that they are not there. */
    public void onChunk(final ChunkFlyweight found) {
        if (found.number() != number || stage != Stage.SNAPSHOT && stage != Stage.FILES) {
            return;
        }
        number = 0;
        if (found.status() != ChunkFlyweight.OK) {
            refused();
            return;
        }
        patience.onAnswer();
        final int body = found.offset() + HeaderFlyweight.HEADER_LENGTH;
        if (stage == Stage.SNAPSHOT) {
            takeSnapshot(found, body);
        } else if (fetch.take(found.buffer(), body, (int) found.length())) {
            advanceFile();
        } else {
            refused();
        }
    }

    /** A completion of the storage. */
    public void onCompletion(final long token, final long result) {
        if (token >>> 56 == SnapshotStore.TOKEN_OWNER) {
            snapshots.onCompletion(token, result);
        } else if (fetch.onCompletion(token, result)) {
            advanceFile();
        }
    }

    // Requests

    private void askForCheckpoint() {
        stage = Stage.ASKING;
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
        retryAtNs = nowNs + retryNs;
    }

    /** This peer does not help: the next one is asked, and after all of them who has a checkpoint now. */
    private void refused() {
        refusals++;
        if (refusals > REFUSALS_MAX * config.replicaCount()) {
            targetFailed();
        } else {
            peer = (peer + 1) % config.replicaCount();
            if (peer == replica) {
                peer = (peer + 1) % config.replicaCount();
            }
            requestNext();
        }
    }

    /** Nobody gives it, or there is no space for it: another one may come at once, the same not before a while. */
    private void targetFailed() {
        patience.onFailed(targetOp, nowNs);
        if (patience.isOver()) {
            giveUp();
        } else {
            abandonTarget();
            askForCheckpoint();
        }
    }

    private void abandonTarget() {
        refusals = 0;
        number = 0;
        if (decoder != null) {
            decoder.close();
            decoder = null;
        }
        if (snapshot != null) {
            snapshot.close();
            snapshot = null;
        }
        manifest = null;
        targetId = null;
        fetch.abandon();
    }

    private void giveUp() {
        abandonTarget();
        stage = Stage.GIVEN_UP;
    }

    private void requestNext() {
        if (stage == Stage.SNAPSHOT) {
            final long position = decoder == null ? 0 : decoder.position() + blockFilled;
            final int wanted = decoder == null ? Storage.SECTOR : decoder.nextLength() - blockFilled;
            request(ChunkFlyweight.SNAPSHOT, null, position, pieces.of(wanted));
        } else if (fetch.isWanting()) {
            request(ChunkFlyweight.SEGMENT, manifest.entry(entry), fetch.position(), pieces.of(fetch.wanted()));
        }
    }

    private void request(final int kind, final ManifestEntry file, final long position, final int length) {
        number = random.nextLong() | 1;
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
        retryAtNs = nowNs + retryNs;
    }

    // Snapshot

    private void takeSnapshot(final ChunkFlyweight found, final int body) {
        try {
            if (decoder == null) {
                decoder = new SnapshotDecoder(
                        new SnapshotDecoder.Expected(config.clusterLo(), config.clusterHi(), group, targetOp, targetId),
                        found.fileLength());
            }
            if (blockFilled == 0 && block.capacity() < decoder.nextLength()) {
                block.wrap(new byte[decoder.nextLength()]);
            }
            final int length = (int) found.length();
            if (found.position() != decoder.position() + blockFilled || length > decoder.nextLength() - blockFilled) {
                refused();
                return;
            }
            block.putBytes(blockFilled, found.buffer(), body, length);
            blockFilled += length;
            if (blockFilled == decoder.nextLength()) {
                blockFilled = 0;
                decoder.take(block, 0);
            }
            if (decoder.nextLength() > 0) {
                requestNext();
                return;
            }
            snapshot = decoder.finish();
            decoder = null;
            manifest = decode(snapshot.section(SnapshotSection.MANIFEST));
        } catch (final SnapshotException | ManifestException damaged) {
            // Not what its id says: another peer has it whole.
            if (decoder != null) {
                decoder.close();
                decoder = null;
            }
            if (snapshot != null) {
                snapshot.close();
                snapshot = null;
            }
            blockFilled = 0;
            refused();
            return;
        }
        stage = Stage.FILES;
        entry = -1;
        advanceFile();
    }

    private Manifest decode(final SnapshotInput section) {
        final int length = (int) section.remaining();
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[length]);
        section.readBytes(bytes, 0, length);
        return codec.decode(bytes, 0, length);
    }

    // Files

    private void advanceFile() {
        if (stage != Stage.FILES) {
            return;
        }
        if (entry < 0 || fetch.isDone()) {
            entry++;
            refusals = 0;
            patience.onAnswer();
            pieces.onFile();
            if (entry == manifest.count()) {
                // The directory sync of the publication makes the names of the files durable too, before its own is
                // said.
                stage = Stage.PUBLISHING;
                snapshots.publish(snapshot);
                return;
            }
            fetch.begin(manifest.entry(entry));
        }
        if (fetch.isWanting()) {
            requestNext();
        } else {
            // The disk is at work: its completion goes on.
            retryAtNs = Long.MAX_VALUE;
        }
    }

    private final class Published implements SnapshotStore.Listener {
        @Override
        public void onPublished(final Snapshot published) {
            stage = Stage.DONE;
        }

        @Override
        public void onNoSpace(final Snapshot unpublished) {
            targetFailed();
        }

        @Override
        public void onLoaded(final Snapshot loaded) {
            Invariant.check(false, "state synchronization loads no snapshot");
        }

        @Override
        public void onLoadFailed(final SnapshotException reason) {
            Invariant.check(false, "state synchronization loads no snapshot");
        }

        @Override
        public void onRetained(final int removed) {
            Invariant.check(false, "state synchronization removes no snapshot");
        }
    }

    /** The checkpoint as a superblock names it; once DONE. */
    public CheckpointState checkpoint() {
        return snapshot().checkpoint();
    }
}
