package io.vireo.node.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotName.Published;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.bootstrap.transfer.TransferCounters;
import io.vireo.bootstrap.transfer.TransferLimits;
import io.vireo.bootstrap.transfer.TransferTrouble;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.storage.FileStorage;
import io.vireo.journal.storage.Storage;
import io.vireo.node.core.DifferenceTrace;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.message.CheckpointFlyweight;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.message.ReadReplyFlyweight;
import io.vireo.node.port.MessageBus;
import io.vireo.node.port.SeededRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica whose disk is empty and two that have a checkpoint, over real files and with time by hand. */
class StateSyncTest {
    private static final int REPLICA = 2;
    private static final int PEERS = 2;
    /** Bytes a second. */
    private static final long SLOW = 1_000;

    private static final long OP = 10;
    /** Of 100, for the two blocks that the snapshot has. */
    private static final int DELAYS_OF_BLOCK = 50;

    private static final int STEPS_MAX = 50_000;
    private static final int ENTRY_LENGTH = 5_000;
    private static final ClusterConfig CONFIG = new NodeContext()
            .clusterId(1, 2)
            .replicaCount(3)
            .prepareSizeMax(16 << 10)
            .walBytes(1 << 20)
            .conclude();
    private static final long RETRY_NS = 4 * CONFIG.heartbeatNs();

    private record Frame(int to, UnsafeBuffer bytes) {}

    /** Frames arrive in the order of their sending, or not at all. */
    private static final class Network implements MessageBus {
        private final ArrayDeque<Frame> frames = new ArrayDeque<>();
        private int waiting;
        /** Bit set of replicas to which no files can be sent now. */
        private int away;

        private int lost;

        @Override
        public boolean carriesFiles(final int replica, final int group) {
            return (away & 1 << replica) == 0;
        }

        @Override
        public int waiting(final int replica, final int group) {
            return waiting;
        }

        @Override
        public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {
            final byte[] bytes = new byte[length];
            buffer.getBytes(offset, bytes);
            if (!carriesFiles(replica, 0)
                    && new HeaderFlyweight().wrap(new UnsafeBuffer(bytes), 0).command() == Command.REQUEST_CHUNK) {
                lost++;
                return;
            }
            frames.add(new Frame(replica, new UnsafeBuffer(bytes)));
        }

        @Override
        public void sendToClient(
                final long clientLo,
                final long clientHi,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            throw new AssertionError("no client takes part");
        }

        @Override
        public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
            throw new AssertionError("no client takes part");
        }
    }

    @TempDir
    Path directory;

    private final Semaphore wakeups = new Semaphore(0);
    private final Network network = new Network();
    private final HeaderFlyweight header = new HeaderFlyweight();
    private final ChunkFlyweight chunk = new ChunkFlyweight();
    private final SyncPeer[] peers = new SyncPeer[REPLICA];
    private final DifferenceTrace trace = new DifferenceTrace();
    private FileStorage storage;
    private StateSync sync;
    /** Every peer says that it has no bytes of segments. */
    private boolean isRefusing;
    /** The first peer sends other bytes of segments. */
    private boolean isLying;

    /** The first peer gives a byte less of the snapshot than it was asked for. */
    private boolean isShort;

    /** The peer that has lost its files since it said which checkpoint it has; negative if none has. */
    private int notReady = -1;

    /** So many more requests for blocks of the snapshot, some between any two blocks, are answered with "not now". */
    private int delays;

    private int delaysOfBlock;
    private int delaysOfBlockMax = DELAYS_OF_BLOCK;
    /** Peers give the last byte of each snapshot wrong. */
    private boolean isDamaging;

    private int asked;
    private int snapshotRequests;
    private long snapshotBytes;
    private long snapshotLength;
    private final int[] segmentRequests = new int[PEERS];
    private int accusations;
    private int busy;
    private final long[] segmentBytes = new long[PEERS];
    private long nowNs;

    @BeforeEach
    void open() throws IOException {
        open(TransferLimits.BYTES_PER_SECOND);
    }

    private void open(final long bytesPerSecond) throws IOException {
        for (int i = 0; i < peers.length; i++) {
            peers[i] = new SyncPeer(
                    CONFIG, i, directory("peer" + i + "-" + bytesPerSecond), network, wakeups::release, bytesPerSecond);
            final UnsafeBuffer entry = new UnsafeBuffer(new byte[ENTRY_LENGTH]);
            for (int namespace = 0; namespace < 3; namespace++) {
                entry.setMemory(0, ENTRY_LENGTH, (byte) (namespace + 1));
                peers[i].segments.append(namespace, 1, entry, 0, ENTRY_LENGTH);
            }
            checkpoint(peers[i], OP);
        }
        storage = new FileStorage(directory("empty-" + bytesPerSecond), wakeups::release, false);
    }

    @AfterEach
    void close() {
        for (final SyncPeer peer : peers) {
            peer.close();
        }
        storage.close();
    }

    @Test
    void shouldFetchTheCheckpointWhenItsNamespacesHaveBeenDroppedSinceAndNobodyWrites() throws IOException {
        for (final SyncPeer peer : peers) {
            for (int namespace = 0; namespace < 3; namespace++) {
                peer.segments.drop(namespace);
            }
        }
        start(false);
        runUntil(() -> sync.stage() == StateSync.Stage.DONE);
        try (Snapshot snapshot = sync.snapshot()) {
            assertEquals(OP, snapshot.anchor().op());
        }
        try (var files = Files.list(
                directory.resolve("empty-" + TransferLimits.BYTES_PER_SECOND).resolve("segments"))) {
            assertEquals(3, files.count());
        }
    }

    /** Nobody knows of a quorum, and one is a checkpoint ahead: it is asked on for a while, and then whoever answers is believed. */
    @Test
    void shouldTakeWhatNobodyConfirmsWhenThatHasBeenSoForAWhile() {
        for (final SyncPeer peer : peers) {
            peer.isAgreed = false;
        }
        checkpoint(peers[0], OP + 1);
        start(true);
        passUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        assertTrue(asked > PEERS * CheckpointChoice.WAIT_RETRIES, asked + " requests");
        assertEquals(List.of(TraceEvent.STATE_SYNC_UNCONFIRMED), trace.events);
    }

    @Test
    void shouldTakeAtOnceWhatAQuorumOffersAlthoughNobodyKnowsOfIt() {
        for (final SyncPeer peer : peers) {
            peer.isAgreed = false;
        }
        start(false);
        runUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        assertEquals(PEERS, asked);
        assertEquals(List.of(), trace.events);
    }

    @Test
    @Tag("I15")
    void shouldAskSeveralPeersForPiecesOfTheFilesAtOnce() {
        start(false);
        runUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        assertTrue(segmentRequests[0] > 0 && segmentRequests[1] > 0, Arrays.toString(segmentRequests));
        assertEquals(3, sync.transferred().pulled());
        assertEquals(0, sync.transferred().failed());
    }

    @Test
    @Tag("X10")
    @Tag("X16")
    void shouldSayHowFarItIsAndHowFastWhileFilesComeSlowly() throws IOException {
        close();
        Arrays.fill(peers, null);
        open(SLOW);
        start(false);
        assertEquals(new SyncProgress(StateSync.Stage.ASKING, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1), sync.progress());
        passUntil(() -> sync.progress().bytesPerSecond() > 0 && sync.progress().filesDone() > 0);
        final SyncProgress far = sync.progress();
        assertEquals(StateSync.Stage.FILES, far.stage());
        assertEquals(OP, far.checkpoint());
        assertEquals(3, far.files());
        assertTrue(far.bytes() > 3 * ENTRY_LENGTH, far.toString());
        assertEquals(far.bytes() / 3 * far.filesDone(), far.bytesDone(), "all are of one size");
        assertTrue(far.bytesHere() >= far.bytesDone() && far.bytesHere() < far.bytes(), far.toString());
        assertTrue(far.filesInFlight() > 0 && far.chunksInFlight() > 0, far.toString());
        assertEquals(1e3 * far.bytesLeft() / far.bytesPerSecond(), (double) far.etaMs(), 1);
        assertEquals(ReadReplyFlyweight.retryAfterMs(far.etaMs() * 1_000_000), sync.retryAfterMs());
        assertEquals(0, sync.transferred().completed());
        passUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        assertEquals(1, sync.transferred().completed());
        assertEquals(sync.progress().bytes(), sync.progress().bytesHere());
    }

    @Test
    @Tag("X6")
    void shouldTakeAllOfAnotherPeerWithoutWaitingWhenOneHasNoFilesYet() {
        notReady = 0;
        start(false);
        runUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        assertEquals(0, segmentBytes[0]);
        assertTrue(segmentBytes[1] >= 3 * ENTRY_LENGTH);
    }

    @Test
    @Tag("X6")
    void shouldTakeAllOfAnotherPeerWithoutWaitingWhenFilesCannotGetToOne() {
        network.away = 0b01;
        start(false);
        runUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        assertEquals(0, network.lost, "nothing is sent that cannot arrive");
        assertTrue(segmentBytes[1] >= 3 * ENTRY_LENGTH);
    }

    @Test
    @Tag("X7")
    void shouldHoldNothingAgainstAPeerWhenTheWayToItWasInterrupted() {
        network.away = 0b11;
        start(true);
        final long untilNs = nowNs + 20 * RETRY_NS;
        passUntil(() -> nowNs > untilNs);
        assertEquals(0, snapshotRequests);
        assertEquals(StateSync.Stage.SNAPSHOT, sync.stage());
        network.away = 0;
        passUntil(() -> sync.stage() == StateSync.Stage.FILES);
        network.away = 0b11;
        final long laterNs = nowNs + 20 * RETRY_NS;
        passUntil(() -> nowNs > laterNs);
        assertEquals(StateSync.Stage.FILES, sync.stage());
        network.away = 0;
        passUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        assertEquals(0, sync.transferred().failed(), "nobody was asked");
        assertEquals(0, network.lost, "nothing is sent that cannot arrive");
        assertEquals(0, sync.transferred().of(TransferTrouble.SILENCE));
        assertEquals(3, sync.transferred().pulled());
    }

    @Test
    @Tag("X6")
    void shouldWaitForTheOnlyPeerThatHasTheSnapshotWhileNoWayLeadsToIt() {
        notReady = 1;
        start(false);
        passUntil(() -> snapshotBytes > 0);
        network.away = 0b01;
        network.frames.clear();
        final int before = snapshotRequests;
        final long untilNs = nowNs + 2 * RETRY_NS;
        passUntil(() -> nowNs > untilNs);
        assertTrue(snapshotRequests - before <= 6, snapshotRequests - before + " requests to who refuses");
        network.away = 0;
        passUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        assertEquals(snapshotLength, snapshotBytes, "what was here of it stays");
        assertEquals(PEERS, asked, "who has a checkpoint is known");
    }

    @Test
    @Tag("X7")
    void shouldKeepWhatIsHereOfTheSnapshotWhileNoWayLeadsToAnybody() {
        start(false);
        passUntil(() -> snapshotBytes > 0);
        network.away = 0b11;
        network.frames.clear();
        final long untilNs = nowNs + 20 * RETRY_NS;
        passUntil(() -> nowNs > untilNs);
        network.away = 0;
        passUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        assertEquals(snapshotLength, snapshotBytes, "nothing of it comes twice");
        assertEquals(PEERS, asked, "who has a checkpoint is known");
    }

    @Test
    @Tag("X7")
    void shouldKeepAskingSeldomAndKeepTheSnapshotWhenAllRefuseTheFiles() {
        isRefusing = true;
        start(false);
        passUntil(() -> asked > 2 * PEERS);
        assertEquals(StateSync.Stage.ASKING, sync.stage());
        final int snapshots = snapshotRequests;
        final int segments = segmentRequests[0] + segmentRequests[1];
        final long untilNs = nowNs + 10 * RETRY_NS;
        passUntil(() -> nowNs > untilNs);
        final int more = segmentRequests[0] + segmentRequests[1] - segments;
        assertTrue(more < 3 * PEERS * 10 * 5, more + " requests in ten retries");
        isRefusing = false;
        passUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        assertEquals(snapshots, snapshotRequests, "the snapshot was here");
    }

    @Test
    @Tag("X9")
    void shouldTakeALaterCheckpointAndKeepItsFilesWhenAllHaveRefusedSomeOfTheOneBefore() {
        isRefusing = true;
        start(false);
        passUntil(() -> sync.stage() == StateSync.Stage.ASKING && asked > PEERS);
        isRefusing = false;
        checkpoint(peers[0], OP + 1);
        peers[0].onFrame(request());
        passUntil(() -> sync.stage() == StateSync.Stage.DONE);
        try (Snapshot snapshot = sync.snapshot()) {
            assertEquals(OP + 1, snapshot.anchor().op());
        }
        assertEquals(3, sync.transferred().pulled());
    }

    @Test
    void shouldGiveUpWhenAllRefuseForLongAlthoughSnapshotsArrive() {
        isRefusing = true;
        start(true);
        passUntil(() -> sync.stage() == StateSync.Stage.GIVEN_UP);
        assertTrue(asked > 20 * PEERS, "but not soon: " + asked);
        assertEquals(0, sync.progress().checkpoint(), "none is fetched any more");
    }

    @Test
    @Tag("X6")
    void shouldTellThePeerWhenItHasSentOtherBytesAndTakeThoseOfAnother() {
        isLying = true;
        start(false);
        passUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        assertTrue(accusations > 0);
        assertTrue(accusations <= sync.transferred().of(TransferTrouble.WRONG_CHUNK), "what was wrong");
        assertEquals(3, sync.transferred().pulled());
    }

    @Test
    @Tag("X12")
    void shouldTakeTheSnapshotOfAnotherWhenOneGivesLessThanItWasAskedFor() {
        isShort = true;
        start(false);
        passUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        assertEquals(PEERS, asked, "it knows who has a checkpoint");
    }

    @Test
    @Tag("X13")
    void shouldSendNoFasterThanItMayAndAllInTheEnd() throws IOException {
        close();
        Arrays.fill(peers, null);
        open(SLOW);
        start(false);
        passUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        for (final long sent : segmentBytes) {
            final long allowed = SLOW * nowNs / 1_000_000_000L + SLOW / 20 + 2 * ENTRY_LENGTH;
            assertTrue(sent <= allowed, sent + " bytes, allowed are " + allowed);
        }
        assertTrue(segmentBytes[0] + segmentBytes[1] >= 3 * ENTRY_LENGTH);
        assertEquals(3, sync.transferred().pulled());
    }

    @Test
    @Tag("X13")
    void shouldSendNoBytesOfFilesWhileTheConnectionHasEnoughToCarry() {
        network.waiting = SyncServer.aheadMax(CONFIG) + 1;
        start(false);
        passUntil(() -> busy > 4);
        assertEquals(StateSync.Stage.FILES, sync.stage(), "but the snapshot, a block at a time");
        assertEquals(0, segmentBytes[0] + segmentBytes[1]);
        network.waiting = SyncServer.aheadMax(CONFIG);
        passUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        assertEquals(3, sync.transferred().pulled());
    }

    @Test
    @Tag("X13")
    void shouldAskForEachBlockOfTheSnapshotAgainAndForNoneAnewWhenPeersHaveNoTimeForLong() {
        delays = 100;
        start(true);
        passUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        assertEquals(snapshotLength, snapshotBytes);
        assertEquals(0, delays);
        assertEquals(PEERS, asked, "who has a checkpoint");
    }

    @Test
    void shouldGiveUpWhenNobodyEverHasTime() {
        delays = Integer.MAX_VALUE;
        delaysOfBlockMax = Integer.MAX_VALUE;
        start(true);
        passUntil(() -> sync.stage() == StateSync.Stage.GIVEN_UP);
        assertEquals(0, snapshotBytes);
    }

    @Test
    void shouldAskWhoHasACheckpointWhenAllHaveTheSnapshotDamaged() {
        isDamaging = true;
        start(false);
        passUntil(() -> asked > PEERS);
        assertTrue(snapshotBytes > 0);
        isDamaging = false;
        passUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
    }

    @Test
    @Tag("X13")
    void shouldGetWhatWaitsForTheConnectionAsSoonAsThatHasRoomAndNoTimePasses() {
        network.waiting = SyncServer.aheadMax(CONFIG) + 1;
        start(false);
        runUntil(() -> segmentRequests[0] > 0 && segmentRequests[1] > 0 && network.frames.isEmpty());
        assertEquals(0, segmentBytes[0] + segmentBytes[1]);
        network.waiting = 0;
        runUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        assertEquals(0, busy);
    }

    @Test
    @Tag("X18")
    void shouldGoOnWithTheOtherPeerAtOnceWhenOneStops() {
        network.waiting = SyncServer.aheadMax(CONFIG) + 1;
        start(false);
        runUntil(() -> segmentRequests[0] > 0 && segmentRequests[1] > 0 && network.frames.isEmpty());
        final int waiting = segmentRequests[0];
        peers[0].stop();
        assertEquals(waiting, network.frames.size(), "all that wait are told so");
        network.waiting = 0;
        runUntil(() -> sync.stage() == StateSync.Stage.DONE);
        sync.snapshot().close();
        assertEquals(0, segmentBytes[0]);
        assertTrue(sync.transferred().of(TransferCode.SHUTTING_DOWN) >= waiting, "answers that say so");
        peers[0].onFrame(segmentRequest());
        assertEquals(
                TransferCode.SHUTTING_DOWN,
                new ChunkFlyweight().wrap(network.frames.remove().bytes(), 0).code());
    }

    private static UnsafeBuffer segmentRequest() {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
        final ChunkFlyweight wanted = new ChunkFlyweight().wrap(bytes, 0);
        wanted.init(Command.REQUEST_CHUNK, CONFIG.clusterLo(), CONFIG.clusterHi(), bytes.capacity(), 0, REPLICA, 0);
        wanted.checkpoint(OP, 0, 0)
                .kind(ChunkFlyweight.SEGMENT)
                .length(Storage.SECTOR)
                .segment(0, 1, 0)
                .number(7)
                .seal(new Checksum());
        return bytes;
    }

    @Test
    @Tag("X9")
    void shouldRemoveWhatATransferHasLeftWhenACheckpointOfItsOwnIsDurable() throws IOException {
        final Path left = directory
                .resolve("peer0-" + TransferLimits.BYTES_PER_SECOND)
                .resolve("staging/0000000000000009-0000000000000001-0000000000000000-0123456789abcdef.part");
        Files.write(left, new byte[Storage.SECTOR]);
        checkpoint(peers[0], OP + 1);
        runUntil(() -> Files.notExists(left));
    }

    private void start(final boolean canGiveUp) {
        sync = new StateSync(
                CONFIG,
                0,
                REPLICA,
                storage,
                network,
                new SeededRandom(1),
                new SyncTarget(0, canGiveUp, new Published(0, SnapshotId.NONE), null),
                TransferLimits.BYTES_PER_SECOND,
                new TransferCounters(),
                trace);
        sync.start(nowNs);
    }

    private void tick(final long ns) {
        nowNs += ns;
        for (final SyncPeer peer : peers) {
            peer.tick(nowNs);
        }
        sync.onTick(nowNs);
    }

    private void checkpoint(final SyncPeer peer, final long op) {
        peer.save(op);
        runUntil(() -> peer.isDurable(op));
    }

    private void runUntil(final BooleanSupplier isEnd) {
        for (int steps = 0; !isEnd.getAsBoolean(); steps++) {
            assertTrue(steps < STEPS_MAX, "it ends");
            if (!deliver() && !poll()) {
                try {
                    assertTrue(wakeups.tryAcquire(20, TimeUnit.SECONDS), "something is under way");
                } catch (final InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    /** As {@link #runUntil}, with time that passes whenever nothing else happens. */
    private void passUntil(final BooleanSupplier isEnd) {
        for (int steps = 0; !isEnd.getAsBoolean(); steps++) {
            assertTrue(steps < STEPS_MAX, "it ends");
            if (!deliver() && !poll()) {
                try {
                    if (!wakeups.tryAcquire(1, TimeUnit.MILLISECONDS)) {
                        tick(RETRY_NS / 8);
                    }
                } catch (final InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private boolean poll() {
        boolean isAny = sync != null
                && storage.poll(new Storage.Completions() {
                            @Override
                            public void onCompletion(final long token, final long result) {
                                sync.onCompletion(token, result);
                            }

                            @Override
                            public void onFailure(final String message) {
                                throw new AssertionError(message);
                            }
                        })
                        > 0;
        for (final SyncPeer peer : peers) {
            isAny |= peer != null && peer.poll();
        }
        return isAny;
    }

    private boolean deliver() {
        final Frame frame = network.frames.poll();
        if (frame == null) {
            return false;
        }
        final Command command = header.wrap(frame.bytes, 0).command();
        if (frame.to != REPLICA) {
            asked += command == Command.REQUEST_CHECKPOINT ? 1 : 0;
            final int kind = command == Command.REQUEST_CHUNK
                    ? chunk.wrap(frame.bytes, 0).kind()
                    : 0;
            assertTrue(kind == 0 || chunk.position() % Storage.SECTOR == 0, "it begins with a sector");
            snapshotRequests += kind == ChunkFlyweight.SNAPSHOT ? 1 : 0;
            segmentRequests[frame.to] += kind == ChunkFlyweight.SEGMENT ? 1 : 0;
            accusations += kind == ChunkFlyweight.ACCUSED ? 1 : 0;
            if (kind == ChunkFlyweight.SNAPSHOT && delays > 0 && delaysOfBlock < delaysOfBlockMax) {
                delays--;
                delaysOfBlock++;
                refuse(frame.to, TransferCode.BUSY);
            } else if (kind != 0 && frame.to == notReady) {
                refuse(frame.to, TransferCode.NOT_READY);
            } else if (kind == ChunkFlyweight.SEGMENT && isRefusing) {
                refuse(frame.to, TransferCode.NOT_FOUND);
            } else if (kind == ChunkFlyweight.SEGMENT && isLying && frame.to != 0 && accusations == 0) {
                // Until then: of a chunk that several have sent pieces of nobody knows whose were wrong.
                refuse(frame.to, TransferCode.BUSY);
            } else {
                peers[frame.to].onFrame(frame.bytes);
            }
        } else if (command == Command.CHECKPOINT) {
            sync.onCheckpoint(new CheckpointFlyweight().wrap(frame.bytes, 0));
        } else {
            chunk.wrap(frame.bytes, 0);
            busy += chunk.code() == TransferCode.BUSY ? 1 : 0;
            if (chunk.kind() == ChunkFlyweight.SNAPSHOT) {
                snapshotBytes += chunk.length();
                snapshotLength = chunk.fileLength();
                delaysOfBlock = 0;
                if (isDamaging && chunk.position() + chunk.length() == chunk.fileLength()) {
                    flipLast(frame);
                }
            }
            segmentBytes[chunk.replica()] += chunk.kind() == ChunkFlyweight.SEGMENT ? chunk.length() : 0;
            if (isShort && chunk.kind() == ChunkFlyweight.SNAPSHOT && chunk.replica() == 0) {
                chunk.length(chunk.length() - 1);
            }
            if (isLying && chunk.kind() == ChunkFlyweight.SEGMENT && chunk.replica() == 0) {
                flipLast(frame);
            }
            sync.onChunk(chunk);
        }
        return true;
    }

    @Test
    @Tag("X12")
    void shouldRefuseBytesOfTheSnapshotThatAreBehindItsEndHoweverFar() {
        peers[0].onFrame(request());
        final CheckpointFlyweight found =
                new CheckpointFlyweight().wrap(network.frames.remove().bytes(), 0);
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
        final ChunkFlyweight wanted = new ChunkFlyweight().wrap(bytes, 0);
        wanted.init(
                Command.REQUEST_CHUNK,
                CONFIG.clusterLo(),
                CONFIG.clusterHi(),
                HeaderFlyweight.HEADER_LENGTH,
                0,
                REPLICA,
                0);
        wanted.checkpoint(found.op(), found.snapshotIdLo(), found.snapshotIdHi())
                .kind(ChunkFlyweight.SNAPSHOT)
                .length(Storage.SECTOR)
                .position(Long.MAX_VALUE - Storage.SECTOR + 1)
                .seal(new Checksum());
        peers[0].onFrame(bytes);
        runUntil(() -> !network.frames.isEmpty());
        assertEquals(
                TransferCode.BAD_RANGE,
                new ChunkFlyweight().wrap(network.frames.remove().bytes(), 0).code());
    }

    private static void flipLast(final Frame frame) {
        final int last = frame.bytes.capacity() - 1;
        frame.bytes.putByte(last, (byte) (frame.bytes.getByte(last) + 1));
    }

    /** The request at hand is answered with a refusal. */
    private void refuse(final int peer, final TransferCode code) {
        final ChunkFlyweight answer =
                new ChunkFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
        answer.init(Command.CHUNK, CONFIG.clusterLo(), CONFIG.clusterHi(), HeaderFlyweight.HEADER_LENGTH, 0, peer, 0);
        answer.checkpoint(chunk.op(), chunk.snapshotIdLo(), chunk.snapshotIdHi())
                .kind(chunk.kind())
                .status(code.code())
                .number(chunk.number());
        sync.onChunk(answer);
    }

    /** What the replica asks everybody. */
    private static UnsafeBuffer request() {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
        final CheckpointFlyweight request = new CheckpointFlyweight().wrap(bytes, 0);
        request.init(
                Command.REQUEST_CHECKPOINT,
                CONFIG.clusterLo(),
                CONFIG.clusterHi(),
                HeaderFlyweight.HEADER_LENGTH,
                0,
                REPLICA,
                0);
        request.op(0).snapshotId(0, 0).seal(new Checksum());
        return bytes;
    }

    private Path directory(final String name) throws IOException {
        final Path path = directory.resolve(name);
        FileStorage.createDirectory(path);
        for (final String part : new String[] {"segments", "snapshots", "staging"}) {
            Files.createDirectories(path.resolve(part));
        }
        return path;
    }
}
