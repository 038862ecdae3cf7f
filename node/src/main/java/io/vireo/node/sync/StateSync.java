package io.vireo.node.sync;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotDecoder;
import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotSection;
import io.vireo.bootstrap.checkpoint.SnapshotStore;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.transfer.PieceLength;
import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.bootstrap.transfer.TransferCounters;
import io.vireo.bootstrap.transfer.TransferLimits;
import io.vireo.bootstrap.transfer.TransferManager;
import io.vireo.bootstrap.transfer.TransferPort;
import io.vireo.bootstrap.transfer.TransferTrouble;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestCodec;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.segment.ManifestException;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.util.Invariant;
import io.vireo.node.core.TraceSink;
import io.vireo.node.message.CheckpointFlyweight;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.message.ReadReplyFlyweight;
import io.vireo.node.port.MessageBus;
import io.vireo.node.port.RandomSource;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Brings the checkpoint of another replica to this disk: asks who has one, fetches its snapshot, and with the manifest in it every file that
 * is not here already ({@link TransferManager}); each is verified before it gets its name. The caller then makes the superblock name the
 * checkpoint. Until that is durable the state before stays whole: a longer prefix of a segment is still the segment the older manifest lists,
 * and the older snapshot keeps its own name. So a crash leaves one state or the other, and what was verified is found again. Source: bootstrap
 * and transfer, section 4.
 *
 * <p>A step machine over frames, completions and time; the replica itself is not running meanwhile and answers nobody. The snapshot is asked
 * of one peer at a time, silence and refusals move it to the next one; files come from several.
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
    /** Times in a row that a peer may have no time before another one is asked. */
    private static final int DELAYS_MAX = 16;

    private static final long TRANSFER_TOKENS = (long) SyncServer.TOKEN_OWNER << 56 | 1L << 48;

    private final ClusterConfig config;
    private final int group;
    private final int replica;
    private final Storage storage;
    private final RandomSource random;
    private final SyncTarget target;
    private final long retryNs;
    private final long bytesPerSecond;
    private final TransferCounters counters;
    private final SyncPatience patience;
    private final CheckpointChoice choice;
    private final SyncRequests requests;
    private final SnapshotStore snapshots;
    private final ManifestCodec codec;
    private final PieceLength pieces;
    private final TransferPace pace = new TransferPace();
    /** Bytes of the snapshot that the decoder takes at once. */
    private final UnsafeBuffer block = new UnsafeBuffer(new byte[0]);

    private Stage stage = Stage.NEW;
    private long nowNs;
    private long retryAtNs;
    private TransferManager transfers;
    /** Verified bytes that had come when a target came to nothing. */
    private long pulledBefore;

    // The checkpoint that is fetched, and whom its snapshot is asked of.

    private long targetOp;
    private SnapshotId targetId;
    /** Since bytes of the snapshot have come. */
    private int refusals;
    /** Times that what came was no snapshot with this id. */
    private int wrongs;
    /** Times that the peer had no time, since it gave something: neither refusals nor silences. */
    private int delays;

    private int peer;
    private long number;
    /** Bytes that it is for. */
    private int asked;

    private SnapshotDecoder decoder;
    private int blockFilled;
    /** Of the target; null until it is here. */
    private Snapshot snapshot;

    private Manifest manifest;
    private long manifestBytes;

    /**
     * @param target which checkpoints help.
     * @param bytesPerSecond most that is asked for of files.
     * @param counters of what becomes of files, which go on.
     * @param trace hears of checkpoints that differ, and of one that nobody confirms.
     */
    public StateSync(
            final ClusterConfig config,
            final int group,
            final int replica,
            final Storage storage,
            final MessageBus bus,
            final RandomSource random,
            final SyncTarget target,
            final long bytesPerSecond,
            final TransferCounters counters,
            final TraceSink trace) {
        this.bytesPerSecond = bytesPerSecond;
        this.counters = counters;
        pulledBefore = counters.bytesPulled();
        this.config = config;
        this.group = group;
        this.replica = replica;
        this.storage = storage;
        this.random = random;
        this.target = target;
        retryNs = RETRY_HEARTBEATS * config.heartbeatNs();
        patience = new SyncPatience(retryNs, target.canGiveUp());
        choice = new CheckpointChoice(config.replicaCount(), group, target, retryNs, trace);
        requests = new SyncRequests(config, group, replica, bus);
        snapshots = new SnapshotStore(storage, new Published());
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

    /** What is being done, and how far it is. */
    public SyncProgress progress() {
        final boolean isKnown = manifest != null;
        final long bytes = isKnown ? manifestBytes : 0;
        final long here = isKnown ? transfers.hereBytes() : 0;
        return new SyncProgress(
                stage,
                targetId == null ? 0 : targetOp,
                isKnown ? manifest.count() : 0,
                isKnown ? transfers.verifiedFiles() : 0,
                bytes,
                isKnown ? transfers.verifiedBytes() : 0,
                here,
                isKnown ? transfers.filesInFlight() : 0,
                isKnown ? transfers.chunksInFlight() : 0,
                stage == Stage.FILES ? pace.bytesPerSecond() : -1,
                stage == Stage.FILES ? pace.etaMs(bytes - here) : -1);
    }

    /** After which time it is worth while to ask for what is being fetched, ms: when it will be here, as far as that can be said. */
    public int retryAfterMs() {
        final long etaMs = stage == Stage.FILES ? pace.etaMs(manifestBytes - transfers.hereBytes()) : -1;
        return ReadReplyFlyweight.retryAfterMs(etaMs < 0 ? retryNs : etaMs * 1_000_000);
    }

    /** What became of files. */
    public TransferCounters transferred() {
        return counters;
    }

    public void start(final long monotonicNs) {
        nowNs = monotonicNs;
        peer = random.nextInt(config.replicaCount());
        transfers = new TransferManager(
                storage,
                config.segmentLimits(),
                TransferLimits.ofGroup(config.groupCount(), bytesPerSecond, retryNs),
                replica,
                config.replicaCount(),
                SyncServer.pieceLength(config),
                TRANSFER_TOKENS,
                random::nextLong,
                new Peers(),
                counters,
                nowNs);
        askForCheckpoint();
    }

    /** Time has passed. */
    public void onTick(final long monotonicNs) {
        nowNs = monotonicNs;
        if (stage == Stage.FILES) {
            transfers.onTick(nowNs);
            if (pace.isDue(nowNs)) {
                pace.sample(nowNs, targetOp, counters.bytesPulled());
            }
            advance();
        } else if (stage == Stage.SNAPSHOT && isDelayed() && nowNs >= retryAtNs) {
            requestNext();
        } else if ((stage == Stage.ASKING || stage == Stage.SNAPSHOT) && nowNs >= retryAtNs) {
            patience.onSilence();
            if (patience.isOver()) {
                giveUp();
            } else if (stage == Stage.ASKING) {
                askForCheckpoint();
            } else {
                if (number != 0) {
                    pieces.onSilence();
                }
                refused();
            }
        }
    }

    /**
     * True if the peer lives and has no time. Story: the connection to a replica that comes back carries what producers write, and each block of its
     * snapshot is one more question; who counts "not now" as a refusal throws away what is here of the snapshot, again and again.
     */
    private boolean isDelayed() {
        return number == 0 && delays <= DELAYS_MAX;
    }

    /** CHECKPOINT: a peer has this one. */
    public void onCheckpoint(final CheckpointFlyweight found) {
        final SnapshotId id = new SnapshotId(found.snapshotIdLo(), found.snapshotIdHi());
        if (stage != Stage.ASKING || !target.isHelpedBy(found.op(), id) || !patience.isWorthwhile(found.op(), nowNs)) {
            return;
        }
        if (!choice.isTaken(found.replica(), found.op(), id, found.isAgreed(), nowNs)) {
            return;
        }
        refusals = 0;
        wrongs = 0;
        if (snapshot != null && found.op() == targetOp && id.equals(targetId)) {
            fetchFiles();
            return;
        }
        forgetSnapshot();
        targetOp = found.op();
        targetId = id;
        requests.target(targetOp, targetId);
        peer = found.replica();
        stage = Stage.SNAPSHOT;
        requestNext();
    }

    /** CHUNK: bytes, or that they are not there. */
    public void onChunk(final ChunkFlyweight found) {
        final TransferCode code = found.code();
        final int body = found.offset() + HeaderFlyweight.HEADER_LENGTH;
        final int length = code == TransferCode.OK ? (int) found.length() : 0;
        if (found.kind() == ChunkFlyweight.SEGMENT) {
            transfers.onAnswer(
                    nowNs, found.replica(), found.number(), code, found.position(), found.buffer(), body, length);
            advance();
            return;
        }
        if (number == 0 || found.number() != number || stage != Stage.SNAPSHOT) {
            return;
        }
        number = 0;
        if (code == TransferCode.OK) {
            patience.onAnswer();
            takeSnapshot(found, body);
        } else if (code == TransferCode.BUSY) {
            // One that has no files itself, or stops, is not waited for: another one has the snapshot.
            delay();
        } else {
            refused();
        }
    }

    /** A completion of the storage. */
    public void onCompletion(final long token, final long result) {
        if (token >>> 56 == SnapshotStore.TOKEN_OWNER) {
            snapshots.onCompletion(token, result);
        } else {
            transfers.onCompletion(token, result);
            advance();
        }
    }

    // Requests

    private void askForCheckpoint() {
        stage = Stage.ASKING;
        requests.checkpoint(target.lowestOp());
        retryAtNs = nowNs + retryNs;
    }

    /** This peer does not help with the snapshot: the next one is asked, and after all of them who has a checkpoint now. */
    private void refused() {
        refusals++;
        if (refusals + wrongs > REFUSALS_MAX * config.replicaCount()) {
            delays = 0;
            targetFailed();
            return;
        }
        peer = (peer + 1) % config.replicaCount();
        if (peer == replica) {
            peer = (peer + 1) % config.replicaCount();
        }
        if (requests.isReachable(peer)) {
            delays = 0;
            requestNext();
        } else {
            // Story: no way leads to the only one that has it, for some milliseconds, and the other one refuses as
            // fast as it can be asked.
            delays = 0;
            delay();
        }
    }

    /** Goes on in a while, and all that is here stays. */
    private void delay() {
        number = 0;
        delays++;
        retryAtNs = nowNs + retryNs / 4;
    }

    /**
     * Nobody gives it, or there is no space for it: another one may come at once, the same not before a while. Files that are here, and the
     * snapshot if it is, are kept for that.
     */
    private void targetFailed() {
        final long pulled = counters.bytesPulled();
        patience.onFailed(targetOp, nowNs, pulled > pulledBefore);
        pulledBefore = pulled;
        if (patience.isOver()) {
            giveUp();
        } else {
            transfers.suspend();
            closeDecoder();
            number = 0;
            askForCheckpoint();
        }
    }

    private void giveUp() {
        transfers.suspend();
        forgetSnapshot();
        targetId = null;
        stage = Stage.GIVEN_UP;
    }

    private void forgetSnapshot() {
        number = 0;
        closeDecoder();
        if (snapshot != null) {
            snapshot.close();
            snapshot = null;
        }
        manifest = null;
    }

    private void closeDecoder() {
        blockFilled = 0;
        if (decoder != null) {
            decoder.close();
            decoder = null;
        }
    }

    private void requestNext() {
        if (!findReachable()) {
            // As where all have no time: the way comes back, and what is here of the snapshot stays.
            delay();
            return;
        }
        final long position = decoder == null ? 0 : decoder.position() + blockFilled;
        final int wanted = decoder == null ? Storage.SECTOR : decoder.nextLength() - blockFilled;
        number = random.nextLong() | 1;
        asked = pieces.of(wanted);
        requests.snapshot(peer, number, position, asked);
        retryAtNs = nowNs + retryNs;
    }

    /** Goes on to the next peer that a request can get to, if it cannot to this one; false if there is none. */
    private boolean findReachable() {
        for (int i = 0; i < config.replicaCount(); i++) {
            if (peer != replica && requests.isReachable(peer)) {
                return true;
            }
            peer = (peer + 1) % config.replicaCount();
        }
        return false;
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
            // The rest of fewer bytes would begin within a sector, where nobody reads.
            if (found.position() != decoder.position() + blockFilled || length != asked) {
                refused();
                return;
            }
            refusals = 0;
            delays = 0;
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
            manifestBytes = manifest.bytes();
        } catch (final SnapshotException | ManifestException damaged) {
            // Not what its id says: another peer has it whole. Bytes that come do not make up for it, or all that
            // have it damaged would be asked for all of it for ever.
            wrongs++;
            forgetSnapshot();
            refused();
            return;
        }
        pieces.onFile();
        fetchFiles();
    }

    private Manifest decode(final SnapshotInput section) {
        final int length = (int) section.remaining();
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[length]);
        section.readBytes(bytes, 0, length);
        return codec.decode(bytes, 0, length);
    }

    // Files

    private void fetchFiles() {
        patience.onAnswer();
        stage = Stage.FILES;
        transfers.target(manifest, nowNs);
        pace.sample(nowNs, targetOp, counters.bytesPulled());
        advance();
    }

    private void advance() {
        if (stage != Stage.FILES) {
            return;
        }
        if (transfers.isComplete()) {
            stage = Stage.PUBLISHING;
            snapshots.publish(snapshot);
        } else if (patience.isOver()) {
            giveUp();
        } else if (transfers.isStuck()) {
            targetFailed();
        }
    }

    private final class Peers implements TransferPort {
        @Override
        public void request(
                final int from, final long request, final ManifestEntry file, final long position, final int length) {
            requests.segment(from, request, file, position, length);
        }

        @Override
        public boolean isReachable(final int from) {
            return requests.isReachable(from);
        }

        @Override
        public void accuse(final int liar, final ManifestEntry file, final int chunk) {
            requests.accuse(liar, file, chunk);
        }

        @Override
        public void onProgress() {
            patience.onAnswer();
        }

        @Override
        public void onTrouble(final TransferTrouble trouble, final ManifestEntry file, final int with) {
            if (trouble == TransferTrouble.SILENCE || trouble == TransferTrouble.NO_SPACE) {
                patience.onSilence();
            }
        }
    }

    private final class Published implements SnapshotStore.Listener {
        @Override
        public void onPublished(final Snapshot published) {
            counters.onCompleted();
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
