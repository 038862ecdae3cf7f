package io.vireo.sim.recovery;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.transfer.TransferLimits;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.segment.SegmentDamage;
import io.vireo.journal.segment.SegmentStore;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.node.core.Status;
import io.vireo.node.core.TraceEvent;
import io.vireo.node.core.TraceSink;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.port.MessageBus;
import io.vireo.node.sync.ScrubCounters;
import io.vireo.node.sync.ScrubPace;
import io.vireo.node.sync.Scrubber;
import io.vireo.node.sync.SyncServer;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.DamageKind;
import io.vireo.sim.storage.DiskEvent;
import io.vireo.sim.storage.DiskFaults;
import io.vireo.sim.storage.DiskStatistics;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.SimDisk;
import io.vireo.sim.time.EventQueue;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Replicas whose files are damaged while they run: stores, servers and scrubbers over simulated disks, frames that arrive or do not. */
class FileHealingTest {
    private static final int FILES = 20;
    private static final int ENTRY_LENGTH = 5_000;
    private static final int ENTRIES = 16;
    private static final int SEGMENT_BYTES = 64 << 10;
    private static final int SECTORS_OF_CHUNK = SEGMENT_BYTES / 4 / Storage.SECTOR;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long TICK_NS = 1_000_000L;
    private static final ScrubPace PACE = new ScrubPace(SECOND_NS, 64 << 20);

    private final EventQueue queue = new EventQueue();
    private final Draws draws = new Draws(1, Stream.DISK, 9);
    private ClusterConfig config;
    private Peer[] peers;
    /** Its answers have another last byte than they should; -1 for none. */
    private int liar = -1;

    /** Its answers have a byte less than was asked for; -1 for none. */
    private int miser = -1;

    /** Nothing reaches this one, or comes from it; -1 for none. */
    private int silent = -1;

    @Test
    void shouldCheckAndHealAllFilesAtOnceWhenAskedAndNeverOtherwise() {
        start(3, new ScrubPace(0, 64 << 20));
        damageAll(0, 0);
        pass(10 * SECOND_NS);
        assertEquals(0, peers[0].counters.checked(), "checks are off");
        peers[0].scrubber.checkNow();
        assertTrue(peers[0].scrubber.isAsked());
        runUntil(() -> !peers[0].scrubber.isAsked());
        assertEquals(1, peers[0].counters.passes());
        assertEquals(FILES, peers[0].counters.healed());
        assertFalse(peers[0].disk.hasDamagedFiles());
        final long checked = peers[0].counters.checked();
        pass(10 * SECOND_NS);
        assertEquals(checked, peers[0].counters.checked(), "and off again");
    }

    @Test
    void shouldBeginAnewWhenAskedInTheMidstOfAPass() {
        start(3, PACE);
        readWhile(() -> peers[0].scrubber.passDone() < 3);
        final long before = peers[0].counters.checked();
        final long chunks = peers[0].scrubber.passChunks();
        peers[0].scrubber.checkNow();
        readWhile(() -> peers[0].scrubber.isAsked());
        assertEquals(1, peers[0].counters.passes());
        assertTrue(peers[0].counters.checked() >= before + chunks, peers[0].counters.checked() + " chunks");
        assertEquals(1, peers[0].counters.askedPasses());
    }

    @Test
    void shouldEndThePassThatWasAskedForAndBeginAnotherWhenAskedAgain() {
        start(3, new ScrubPace(0, 64 << 20));
        final Scrubber scrubber = peers[0].scrubber;
        scrubber.checkNow();
        scrubber.checkNow();
        assertEquals(1, scrubber.askedAt(), "it has not begun");
        runUntil(() -> scrubber.passDone() > 3);
        scrubber.checkNow();
        assertEquals(2, scrubber.askedAt());
        final long done = scrubber.passDone();
        scrubber.checkNow();
        runUntil(() -> scrubber.passDone() > done);
        assertEquals(0, peers[0].counters.askedPasses());
        runUntil(() -> !scrubber.isAsked());
        assertEquals(2, peers[0].counters.askedPasses());
        assertEquals(2, peers[0].counters.passes());
        assertEquals(2, scrubber.askedAt());
    }

    @Test
    void shouldTryAgainWhatNobodyCouldHealWhenAskedAgain() {
        start(3, new ScrubPace(0, 64 << 20));
        damageAll(0, 0);
        silent = 0;
        peers[0].scrubber.checkNow();
        runUntil(() -> !peers[0].scrubber.isAsked());
        assertEquals(FILES, peers[0].scrubber.damagedNow());
        silent = -1;
        peers[0].scrubber.checkNow();
        runUntil(() -> !peers[0].scrubber.isAsked());
        assertEquals(0, peers[0].scrubber.damagedNow());
        assertEquals(FILES, peers[0].counters.healed());
        assertEquals(2, peers[0].counters.askedPasses());
    }

    @Test
    void shouldHealEveryFileWithoutARestartWhenABitOfEachIsWrongOnTwoReplicas() {
        start(3, PACE);
        damageAll(0, 0);
        damageAll(1, 1);
        readWhile(() -> peers[0].counters.healed() < FILES || peers[1].counters.healed() < FILES);
        for (int i = 0; i < 2; i++) {
            assertEquals(FILES, peers[i].counters.damaged());
            assertEquals(FILES, peers[i].found);
            assertFalse(peers[i].disk.hasDamagedFiles());
            assertEquals(0, peers[i].scrubber.damagedNow());
        }
        assertEquals(0, peers[2].counters.damaged());
        readAll(0);
        readAll(1);
    }

    @Test
    void shouldHealEachOtherWhenTheThirdSendsOtherBytes() {
        start(3, PACE);
        liar = 2;
        damageAll(0, 0);
        damageAll(1, 1);
        readWhile(() -> peers[0].counters.healed() < FILES || peers[1].counters.healed() < FILES);
        assertFalse(peers[0].disk.hasDamagedFiles());
        assertFalse(peers[1].disk.hasDamagedFiles());
        readAll(0);
        readAll(1);
    }

    @Test
    @Tag("X12")
    void shouldTakeAChunkOfAnotherWhenOneGivesLessThanItWasAskedFor() {
        start(3, PACE);
        miser = 2;
        damageAll(0, 0);
        runUntil(() -> peers[0].counters.healed() == FILES);
        assertFalse(peers[0].disk.hasDamagedFiles());
        readAll(0);
    }

    @Test
    void shouldWaitForAnotherReplicaWhenNobodyAnswersAndHealThen() {
        start(2, PACE);
        damageAll(0, 0);
        silent = 1;
        runUntil(() -> peers[0].remained == FILES);
        assertEquals(0, peers[0].counters.healed());
        assertEquals(FILES, peers[0].scrubber.damagedNow());
        silent = -1;
        runUntil(() -> peers[0].counters.healed() == FILES);
        assertFalse(peers[0].disk.hasDamagedFiles());
        assertEquals(FILES, peers[0].found);
    }

    @Test
    void shouldGoOnWithThePassWhenSoManyChunksAreBeyondHelpThatOneIsAlwaysDue() {
        start(2, PACE);
        for (int chunk = 0; chunk < 3; chunk++) {
            damageAll(0, chunk);
        }
        silent = 1;
        runUntil(() -> peers[0].remained == 3 * FILES);
        final long passes = peers[0].counters.passes();
        runUntil(() -> peers[0].counters.passes() >= passes + 3);
    }

    @Test
    void shouldSayWhatIsDamagedWhenThereIsNoOtherReplica() {
        start(1, PACE);
        damageAll(0, 0);
        runUntil(() -> peers[0].counters.passes() == 3);
        assertEquals(FILES, peers[0].found);
        assertEquals(FILES, peers[0].remained);
        assertEquals(FILES, peers[0].scrubber.damagedNow());
        assertEquals(0, peers[0].counters.healed());
    }

    @Test
    void shouldHealAtOnceWhatARequestOfAPeerHasMetAndServeItThen() {
        // A pass would take an hour.
        start(2, new ScrubPace(3_600 * SECOND_NS, 64 << 20));
        final ManifestEntry file = peers[0].manifest.entry(4);
        damage(0, file, 2 * SECTORS_OF_CHUNK);
        final UnsafeBuffer into = new UnsafeBuffer(new byte[100]);
        final int position = SEGMENT_BYTES / 2;
        final long atNs = queue.nowNs();
        assertEquals(SegmentStore.PENDING, peers[0].store.readBytes(file.key(), position, 100, into, 0));
        runUntil(() -> peers[0].store.readBytes(file.key(), position, 100, into, 0) == 100);
        assertTrue(queue.nowNs() - atNs < SECOND_NS);
        assertEquals(1, peers[0].counters.damaged());
        assertEquals(1, peers[0].counters.healed());
    }

    @Test
    @Tag("X6")
    void shouldHealWhatAPeerSaysIsDamagedAndOnlyCheckWhatIsNot() {
        // A pass would take an hour.
        start(3, new ScrubPace(3_600 * SECOND_NS, 64 << 20));
        final ManifestEntry file = peers[0].manifest.entry(4);
        damage(0, file, SECTORS_OF_CHUNK);
        pass(SECOND_NS);
        assertEquals(0, peers[0].counters.damaged(), "nobody has looked");
        final long checked = peers[1].counters.checked();
        accuse(0, file, 1);
        accuse(1, file, 1);
        accuse(1, file, 1);
        pass(SECOND_NS);
        assertEquals(1, peers[0].counters.damaged());
        assertEquals(1, peers[0].counters.healed());
        assertFalse(peers[0].disk.hasDamagedFiles());
        assertEquals(0, peers[1].counters.damaged());
        assertEquals(checked + 1, peers[1].counters.checked(), "once, however often it was said");
    }

    @Test
    @Tag("X6")
    void shouldReadNoFasterThanTheRateAndHealWhatItMeetsWhateverPeersSay() {
        final long chunk = SEGMENT_BYTES / 4;
        start(2, new ScrubPace(3_600 * SECOND_NS, 10 * chunk));
        final ManifestEntry met = peers[0].manifest.entry(4);
        damage(0, met, 0);
        final long checked = peers[0].counters.checked();
        for (int round = 0; round < 100; round++) {
            accuseAllBut(met);
            if (round == 50) {
                peers[0].store.readBytes(met.key(), 0, 100, new UnsafeBuffer(new byte[100]), 0);
            }
            pass(SECOND_NS / 50);
        }
        final long read = peers[0].counters.checked() - checked;
        assertTrue(read >= 10 && read <= 25, read + " chunks in two seconds at ten a second");
        assertEquals(1, peers[0].counters.healed());
    }

    @Test
    @Tag("X6")
    void shouldTryAgainWhatNobodyCouldHealWhateverPeersSay() {
        final long chunk = SEGMENT_BYTES / 4;
        start(2, new ScrubPace(3_600 * SECOND_NS, 10 * chunk));
        final ManifestEntry met = peers[0].manifest.entry(4);
        damage(0, met, 0);
        silent = 1;
        peers[0].store.readBytes(met.key(), 0, 100, new UnsafeBuffer(new byte[100]), 0);
        runUntil(() -> peers[0].remained == 1);
        silent = -1;
        for (int round = 0; round < 1_000 && peers[0].counters.healed() == 0; round++) {
            accuseAllBut(met);
            pass(SECOND_NS / 10);
        }
        assertEquals(1, peers[0].counters.healed());
        assertFalse(peers[0].disk.hasDamagedFiles());
    }

    @Test
    void shouldHealWhatACheckpointListsOfASegmentAndKeepWhatWasAddedSince() {
        start(2, PACE);
        final ManifestEntry file = peers[0].manifest.entry(5);
        assertFalse(file.isSealed());
        damage(0, file, file.size() / Storage.SECTOR - 1);
        final int namespace = (int) file.key().namespace();
        for (int offset = ENTRIES; offset < ENTRIES + 3; offset++) {
            peers[0].append(namespace, offset);
            final int added = offset;
            runUntil(() -> read(0, namespace, added) > 0);
        }
        runUntil(() -> peers[0].counters.healed() == 1);
        assertFalse(peers[0].disk.hasDamagedFiles());
        for (int offset = 0; offset < ENTRIES + 3; offset++) {
            final int any = offset;
            runUntil(() -> read(0, namespace, any) > 0);
        }
    }

    @Test
    void shouldPassOverAllChunksInTheIntervalAndNoFasterThanTheRate() {
        start(1, PACE);
        final long chunks = chunks();
        runUntil(() -> peers[0].counters.passes() == 5);
        assertEquals(5 * chunks, peers[0].counters.checked());
        final long passNs = (queue.nowNs() - peers[0].startNs) / 5;
        assertTrue(passNs > SECOND_NS * 9 / 10 && passNs < SECOND_NS * 12 / 10, "a pass took " + passNs + " ns");

        final long bytes = peers[0].manifest.bytes();
        start(1, new ScrubPace(1, bytes / 10));
        runUntil(() -> peers[0].counters.passes() == 1);
        final long slowNs = queue.nowNs() - peers[0].startNs;
        assertTrue(slowNs > 9 * SECOND_NS, "at a tenth of the bytes a second a pass took " + slowNs + " ns");
    }

    @Test
    void shouldCheckNothingWhenItIsOff() {
        start(2, ScrubPace.OFF);
        damageAll(0, 0);
        final long untilNs = queue.nowNs() + 10 * SECOND_NS;
        runUntil(() -> queue.nowNs() > untilNs);
        assertEquals(0, peers[0].counters.checked());
    }

    /** The first replica is told that each chunk of each other file came wrong. */
    private void accuseAllBut(final ManifestEntry one) {
        for (int i = 0; i < peers[0].manifest.count(); i++) {
            final ManifestEntry file = peers[0].manifest.entry(i);
            for (int each = 0; each < file.chunkCount() && file != one; each++) {
                accuse(0, file, each);
            }
        }
    }

    /** Somebody says that this chunk came wrong. */
    private void accuse(final int replica, final ManifestEntry file, final int chunk) {
        final ChunkFlyweight frame =
                new ChunkFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
        frame.kind(ChunkFlyweight.ACCUSED)
                .segment(
                        file.key().namespace(),
                        file.key().incarnation(),
                        file.key().baseOffset())
                .position((long) chunk * SEGMENT_BYTES / 4);
        peers[replica].server.onRequestChunk(frame, CheckpointState.root(0, 0));
    }

    private long chunks() {
        long chunks = 0;
        for (int i = 0; i < peers[0].manifest.count(); i++) {
            chunks += peers[0].manifest.entry(i).chunkCount();
        }
        return chunks;
    }

    // Damage

    /** One bit of this chunk of the sealed segment of each namespace. */
    private void damageAll(final int replica, final int chunk) {
        int damaged = 0;
        for (int i = 0; i < peers[replica].manifest.count(); i++) {
            final ManifestEntry file = peers[replica].manifest.entry(i);
            if (file.isSealed()) {
                damage(replica, file, chunk * SECTORS_OF_CHUNK + draws.nextInt(SECTORS_OF_CHUNK));
                damaged++;
            }
        }
        assertEquals(FILES, damaged);
    }

    private void damage(final int replica, final ManifestEntry file, final int sector) {
        final SimDisk disk = peers[replica].disk;
        assertTrue(disk.damage(disk.settledFileNamed(file.key().fileName()), sector, DamageKind.BIT, draws));
    }

    // The cluster

    private void start(final int replicas, final ScrubPace pace) {
        config = new NodeContext()
                .clusterId(1, 2)
                .replicaCount(replicas)
                .prepareSizeMax(16 << 10)
                .walBytes(1 << 20)
                .segmentBytes(SEGMENT_BYTES)
                .conclude();
        peers = new Peer[replicas];
        for (int i = 0; i < replicas; i++) {
            peers[i] = new Peer(i, pace);
        }
        for (final Peer peer : peers) {
            peer.fill();
            runUntil(() -> peer.isSynced);
            peer.store.forget(peer.manifest);
            peer.startNs = queue.nowNs();
            peer.scrubber.start(queue.nowNs());
            peer.isScrubbing = true;
        }
    }

    private void runUntil(final BooleanSupplier condition) {
        for (int turns = 0; !condition.getAsBoolean(); turns++) {
            assertTrue(turns < 1_000_000, "it ends");
            final boolean[] isTick = new boolean[1];
            queue.after(TICK_NS, () -> isTick[0] = true);
            while (!isTick[0]) {
                queue.step();
                for (final Peer peer : peers) {
                    peer.poll();
                }
            }
        }
    }

    private void pass(final long ns) {
        final long endNs = queue.nowNs() + ns;
        runUntil(() -> queue.nowNs() >= endNs);
    }

    /** Reads entries of the damaged replicas all the time: what a read gives is what was written. */
    private void readWhile(final BooleanSupplier condition) {
        runUntil(() -> {
            for (int i = 0; i < 8; i++) {
                read(draws.nextInt(2), draws.nextInt(FILES), draws.nextInt(ENTRIES));
            }
            return !condition.getAsBoolean();
        });
    }

    private void readAll(final int replica) {
        for (int namespace = 0; namespace < FILES; namespace++) {
            for (int offset = 0; offset < ENTRIES; offset++) {
                final int ofNamespace = namespace;
                final int atOffset = offset;
                runUntil(() -> {
                    final int read = read(replica, ofNamespace, atOffset);
                    assertNotEquals(SegmentStore.DAMAGED, read);
                    return read > 0;
                });
            }
        }
    }

    private int read(final int replica, final int namespace, final int offset) {
        final UnsafeBuffer into = new UnsafeBuffer(new byte[4 + ENTRY_LENGTH]);
        final int read = peers[replica].store.read(namespace, offset, 1, into.capacity(), into, 0);
        if (read > 0) {
            assertEquals(ENTRY_LENGTH, into.getInt(0, LITTLE_ENDIAN));
            for (int i = 0; i < ENTRY_LENGTH; i++) {
                assertEquals(content(namespace, offset, i), into.getByte(4 + i));
            }
        }
        return read;
    }

    private static byte content(final int namespace, final int offset, final int at) {
        return (byte) (31 * namespace + 7 * offset + at);
    }

    /** A replica without its log. */
    private final class Peer
            implements SegmentStore.Listener, Storage.Completions, SimDisk.Watch, MessageBus, TraceSink {
        final SimDisk disk;
        final SegmentStore store;
        final ScrubCounters counters = new ScrubCounters();
        final Scrubber scrubber;
        private final int index;
        private final SyncServer server;
        private final HeaderFlyweight header = new HeaderFlyweight();
        Manifest manifest;
        boolean isSynced;
        boolean isScrubbing;
        long startNs;
        int found;
        int remained;

        Peer(final int index, final ScrubPace pace) {
            this.index = index;
            disk = new SimDisk(
                    queue,
                    new DiskFaults(1, 1_000, 1_000, 1_000, 0, 0),
                    new Draws(index, Stream.DISK, 0),
                    new DiskStatistics(),
                    new DurableImage());
            disk.attach(this);
            store = new SegmentStore(disk, config.segmentLimits(), this);
            server =
                    new SyncServer(config, 0, index, disk, this, store, TransferLimits.BYTES_PER_SECOND, queue.nowNs());
            scrubber = new Scrubber(
                    config, 0, index, store, this, new Draws(index, Stream.REPLICA, 0), pace, this, counters);
        }

        void fill() {
            store.open(Manifest.EMPTY);
            for (int namespace = 0; namespace < FILES; namespace++) {
                for (int offset = 0; offset < ENTRIES; offset++) {
                    append(namespace, offset);
                }
            }
            manifest = store.freeze();
            store.sync(manifest);
        }

        void append(final int namespace, final int offset) {
            final UnsafeBuffer entry = new UnsafeBuffer(new byte[ENTRY_LENGTH]);
            for (int i = 0; i < ENTRY_LENGTH; i++) {
                entry.putByte(i, content(namespace, offset, i));
            }
            assertEquals(offset, store.append(namespace, 1, entry, 0, ENTRY_LENGTH));
        }

        void poll() {
            disk.poll(this);
            if (isScrubbing) {
                while (scrubber.poll(queue.nowNs()) > 0) {
                    disk.poll(this);
                }
            }
        }

        @Override
        public void send(final int to, final DirectBuffer buffer, final int offset, final int length) {
            final UnsafeBuffer frame = new UnsafeBuffer(new byte[length]);
            frame.putBytes(0, buffer, offset, length);
            if (index == liar && length > HeaderFlyweight.HEADER_LENGTH) {
                frame.putByte(length - 1, (byte) (frame.getByte(length - 1) + 1));
            }
            if (index == miser && length > HeaderFlyweight.HEADER_LENGTH) {
                new ChunkFlyweight().wrap(frame, 0).length(length - HeaderFlyweight.HEADER_LENGTH - 1);
            }
            if (index != silent && to != silent) {
                queue.after(100_000, () -> peers[to].onFrame(frame));
            }
        }

        private void onFrame(final UnsafeBuffer frame) {
            final ChunkFlyweight chunk = new ChunkFlyweight().wrap(frame, 0);
            if (header.wrap(frame, 0).command() == Command.REQUEST_CHUNK) {
                assertEquals(0, chunk.position() % Storage.SECTOR, "it begins with a sector");
                server.onRequestChunk(chunk, CheckpointState.root(0, 0));
            } else {
                scrubber.onChunk(chunk);
            }
        }

        @Override
        public void onCompletion(final long token, final long result) {
            store.onCompletion(token, result);
        }

        @Override
        public void onFailure(final String message) {
            throw new AssertionError(message);
        }

        @Override
        public void damageFound(final int group, final SegmentDamage damage) {
            found++;
        }

        @Override
        public void damageRemains(final int group, final SegmentDamage damage, final String reason) {
            remained++;
        }

        @Override
        public void onSynced() {
            isSynced = true;
        }

        @Override
        public void onReadable() {
            while (server.poll(queue.nowNs()) > 0) {
                // Until nobody waits for what is here.
            }
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
        public void onForgotten(final int files) {
            // Nothing waits for it.
        }

        @Override
        public boolean isAlive() {
            return true;
        }

        @Override
        public void on(final DiskEvent event) {
            // Nothing is aimed at this disk.
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

        @Override
        public void transition(
                final int group,
                final Status from,
                final Status to,
                final long view,
                final long logView,
                final String reason) {
            throw new AssertionError("there is no log");
        }

        @Override
        public void applied(final int group, final PrepareFlyweight prepare) {
            throw new AssertionError("there is no log");
        }

        @Override
        public void event(final int group, final TraceEvent event, final long view, final long op) {
            throw new AssertionError("there is no log");
        }
    }
}
