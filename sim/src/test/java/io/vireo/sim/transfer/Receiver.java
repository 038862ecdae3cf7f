package io.vireo.sim.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.bootstrap.transfer.TransferCounters;
import io.vireo.bootstrap.transfer.TransferLimits;
import io.vireo.bootstrap.transfer.TransferManager;
import io.vireo.bootstrap.transfer.TransferPort;
import io.vireo.bootstrap.transfer.TransferTrouble;
import io.vireo.journal.segment.ChunkCheck;
import io.vireo.journal.segment.Manifest;
import io.vireo.journal.segment.ManifestEntry;
import io.vireo.journal.segment.SegmentKey;
import io.vireo.journal.segment.StagingName;
import io.vireo.journal.storage.Storage;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.CrashOutcome;
import io.vireo.sim.storage.DiskEvent;
import io.vireo.sim.storage.DiskFaults;
import io.vireo.sim.storage.DiskStatistics;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.SimDisk;
import io.vireo.sim.time.EventQueue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A replica that fetches files, over a simulated disk, and the peers that it asks: what each answers, and when, a test says. After every event
 * the invariants of a transfer are looked at, on the disk and not in the manager.
 */
final class Receiver implements SimDisk.Watch, Storage.Completions, TransferPort {
    static final int REPLICAS = 4;
    static final int SELF = 1;
    static final long STALL_NS = 400_000_000L;
    static final long TICK_NS = 10_000_000L;
    private static final int PIECE_MAX = 8 << 10;
    private static final int EVENTS_MAX = 2_000_000;

    /** What a peer says to one request. */
    interface Peer {
        /** Answers by {@link Receiver#answer} or not at all. */
        void onRequest(int peer, long number, ManifestEntry file, long position, int length);
    }

    /** A chunk of a file. */
    record Piece(String part, int chunk) {}

    /** A chunk that a peer was told it has sent wrong. */
    record Accusation(int peer, SegmentKey file, int chunk) {}

    final EventQueue queue = new EventQueue();
    final DurableImage image = new DurableImage();
    final Draws draws;
    final SimDisk disk;
    final List<Accusation> accusations = new ArrayList<>();
    final List<TransferTrouble> troubles = new ArrayList<>();
    /** Requests per peer. */
    final int[] requests = new int[REPLICAS];

    final ChunkCheck check = new ChunkCheck(Origin.LIMITS);
    private final Origin origin;
    int replicas = REPLICAS;
    /** Bit set of replicas to which no way leads. */
    int unreachable;

    TransferLimits limits = TransferLimits.ofGroup(1, TransferLimits.BYTES_PER_SECOND, STALL_NS);
    Peer peer = this::serve;
    TransferManager manager;
    Manifest target = Manifest.EMPTY;
    /** Names that were given while bytes were not durable; must stay empty. */
    private final List<String> early = new ArrayList<>();

    long events;
    /** The machine dies at this event. */
    long dieAt = Long.MAX_VALUE;

    /** Chunks that are on the disk and that nobody is to be asked for; see {@link #onDisk}. */
    Set<Piece> kept = Set.of();

    private boolean isFailed;
    long delayNs = 1_000_000L;

    Receiver(final long seed, final Origin origin) {
        this.origin = origin;
        draws = new Draws(seed, Stream.REPLICA, 0);
        disk = new SimDisk(
                queue,
                new DiskFaults(1_000, 20_000, 50_000, 200_000, 32, 16),
                new Draws(seed, Stream.DISK, 0),
                new DiskStatistics(),
                image);
        begin();
    }

    /** Another process: nothing is known but what is on the disk. */
    void begin() {
        events = 0;
        isFailed = false;
        disk.attach(this);
        manager = new TransferManager(
                disk,
                Origin.LIMITS,
                limits,
                SELF,
                replicas,
                PIECE_MAX,
                6L << 56,
                draws::nextLong,
                this,
                new TransferCounters(),
                queue.nowNs());
        scheduleTick();
    }

    void crash(final CrashOutcome outcome) {
        manager = null;
        disk.crash(outcome, draws);
        dieAt = Long.MAX_VALUE;
    }

    void target(final Manifest wanted) {
        target = wanted;
        manager.target(wanted, queue.nowNs());
    }

    /** Lets events happen until the condition holds or the process is dead; false if dead. */
    boolean runUntil(final BooleanSupplier isEnd) {
        for (int i = 0; !isEnd.getAsBoolean(); i++) {
            if (!isAlive()) {
                return false;
            }
            assertTrue(i < EVENTS_MAX, () -> "it ends: " + manager.verifiedFiles() + " of " + target.count());
            queue.step();
            disk.poll(this);
            lookAtLimits();
        }
        return isAlive();
    }

    boolean runUntilComplete() {
        return runUntil(manager::isComplete);
    }

    void pass(final long ns) {
        final long untilNs = queue.nowNs() + ns;
        runUntil(() -> queue.nowNs() >= untilNs);
    }

    private void scheduleTick() {
        final TransferManager current = manager;
        queue.after(TICK_NS, () -> {
            if (current == manager && isAlive()) {
                manager.onTick(queue.nowNs());
                scheduleTick();
            }
        });
    }

    private void lookAtLimits() {
        assertTrue(manager.filesInFlight() <= limits.filesMax());
        assertTrue(manager.chunksInFlight() <= limits.filesMax() * limits.chunksPerFileMax());
        assertTrue(manager.chunksInFlight() <= Math.max(1, limits.bytesInFlightMax() / Origin.CHUNK));
    }

    // Peers

    /** Answers with the bytes that the origin has. */
    void serve(final int from, final long number, final ManifestEntry file, final long position, final int length) {
        answer(from, number, TransferCode.OK, position, bytes(file, position, length), delayNs);
    }

    byte[] bytes(final ManifestEntry file, final long position, final int length) {
        final byte[] bytes = new byte[length];
        System.arraycopy(origin.bytes(file), (int) position, bytes, 0, length);
        return bytes;
    }

    void refuse(final int from, final long number, final TransferCode code) {
        answer(from, number, code, 0, new byte[0], delayNs);
    }

    void answer(
            final int from,
            final long number,
            final TransferCode code,
            final long position,
            final byte[] bytes,
            final long afterNs) {
        final TransferManager current = manager;
        queue.after(afterNs, () -> {
            if (current == manager && isAlive()) {
                manager.onAnswer(queue.nowNs(), from, number, code, position, new UnsafeBuffer(bytes), 0, bytes.length);
            }
        });
    }

    @Override
    public void request(
            final int to, final long number, final ManifestEntry file, final long position, final int length) {
        assertTrue(isReachable(to), "nobody is asked to whom no way leads");
        assertTrue(to != SELF && number != 0 && length > 0 && length <= PIECE_MAX);
        assertTrue(position >= 0 && position + length <= file.size(), "a request lies in its file");
        final int index = target.indexOf(file.key());
        assertTrue(index >= 0 && target.entry(index).isSameAs(file), "nothing is asked for that is not wanted");
        assertFalse(
                kept.contains(new Piece(StagingName.of(file), (int) (position / Origin.CHUNK))),
                () -> file.key() + " at " + position + " is here");
        requests[to]++;
        peer.onRequest(to, number, file, position, length);
    }

    @Override
    public boolean isReachable(final int to) {
        return (unreachable & 1 << to) == 0;
    }

    @Override
    public void accuse(final int of, final ManifestEntry file, final int chunk) {
        accusations.add(new Accusation(of, file.key(), chunk));
    }

    @Override
    public void onProgress() {
        // Counted by the manager.
    }

    @Override
    public void onTrouble(final TransferTrouble trouble, final ManifestEntry file, final int with) {
        assertEquals(
                trouble.origin() == TransferTrouble.Origin.LOCAL
                        || trouble == TransferTrouble.NO_PEER
                        || trouble == TransferTrouble.SUSPECT,
                with < 0,
                () -> trouble + " is about peer " + with);
        troubles.add(trouble);
    }

    // Disk

    @Override
    public boolean isAlive() {
        return events < dieAt && !isFailed;
    }

    @Override
    public void on(final DiskEvent event) {
        events++;
    }

    @Override
    public void onRename(final String from, final String to) {
        events++;
        if (manager == null) {
            // Of the directory: nothing is fetched.
            return;
        }
        final ManifestEntry entry = target.find(SegmentKey.parse(to));
        assertNotNull(StagingName.keyOf(from), "only a staging file gets another name");
        assertTrue(entry != null && StagingName.of(entry).equals(from), () -> from + " is not wanted any more");
        if (image.files().lengthUnnamed(from) < entry.size()) {
            early.add(to);
        }
    }

    @Override
    public void onCompletion(final long token, final long result) {
        manager.onCompletion(token, result);
    }

    @Override
    public void onFailure(final String message) {
        isFailed = true;
    }

    // What must hold

    /** Every file of the manifest is durable and right, whatever a crash does now, and no staging file is left. */
    void assertWhole(final Manifest wanted) {
        for (int i = 0; i < wanted.count(); i++) {
            final ManifestEntry entry = wanted.entry(i);
            final String name = entry.key().fileName();
            assertTrue(image.files().length(name) >= entry.size(), () -> name + " is not durable");
            assertContent(entry, true);
        }
        disk.forEachFile((name, bytes) -> assertFalse(name.startsWith("staging/"), name));
        assertNeverEarly();
    }

    /** What has the name of a file of the checkpoint durably has its content. */
    void assertNamesAreWhole(final Manifest wanted) {
        for (int i = 0; i < wanted.count(); i++) {
            assertContent(wanted.entry(i), false);
        }
        assertNeverEarly();
    }

    void assertNeverEarly() {
        assertEquals(List.of(), early, "a file gets its name when its bytes are durable");
    }

    private void assertContent(final ManifestEntry entry, final boolean isWanted) {
        final String name = entry.key().fileName();
        final long length = image.files().length(name);
        if (length < entry.size()) {
            assertFalse(isWanted);
            return;
        }
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[(int) length]);
        image.files().read(name, bytes);
        for (int chunk = 0; chunk < entry.chunkCount(); chunk++) {
            final int at = chunk;
            assertTrue(check.matches(entry, chunk, bytes, chunk * Origin.CHUNK), () -> name + " chunk " + at);
        }
    }

    TransferCounters counters() {
        return manager.counters();
    }

    /** Chunks of the manifest's files that a process finds on this disk, under a final name or in staging, between two lives. */
    Set<Piece> onDisk(final Manifest wanted) {
        final Set<Piece> found = new HashSet<>();
        final MutableDirectBuffer bytes = disk.allocate(Origin.CHUNK);
        for (int i = 0; i < wanted.count(); i++) {
            final ManifestEntry entry = wanted.entry(i);
            final String part = StagingName.of(entry);
            for (final String name : new String[] {entry.key().fileName(), part}) {
                disk.open(name, 1);
                final int file = (int) await();
                for (int chunk = 0; file >= 0 && chunk < entry.chunkCount(); chunk++) {
                    final long position = (long) chunk * Origin.CHUNK;
                    final int length = (int) Math.min(Origin.CHUNK, disk.size(file) - position);
                    if (length > 0) {
                        bytes.setMemory(0, Origin.CHUNK, (byte) 0);
                        disk.read(file, position, bytes, 0, length, 1);
                        if (await() >= 0 && check.matches(entry, chunk, bytes, 0)) {
                            found.add(new Piece(part, chunk));
                        }
                    }
                }
                if (file >= 0) {
                    disk.close(file);
                }
            }
        }
        return found;
    }

    private long await() {
        final long[] results = new long[1];
        final boolean[] isDone = new boolean[1];
        final Storage.Completions step = new Storage.Completions() {
            @Override
            public void onCompletion(final long token, final long result) {
                results[0] = result;
                isDone[0] = true;
            }

            @Override
            public void onFailure(final String message) {
                throw new AssertionError(message);
            }
        };
        while (!isDone[0]) {
            queue.step();
            disk.poll(step);
        }
        return results[0];
    }

    /** Names of the staging files that are there. */
    List<String> staging() {
        final List<String> names = new ArrayList<>();
        disk.forEachFile((name, bytes) -> {
            if (name.startsWith("staging/")) {
                names.add(name);
            }
        });
        return names;
    }

    /** Puts a file on the disk, durably, as a former life has left it. */
    void put(final String name, final byte[] bytes) {
        final boolean[] isDone = new boolean[1];
        final Storage.Completions step = new Storage.Completions() {
            private int file = -1;

            @Override
            public void onCompletion(final long token, final long result) {
                if (token == 1) {
                    file = (int) result;
                    final UnsafeBuffer padded = new UnsafeBuffer(
                            new byte[(bytes.length + Storage.SECTOR - 1) / Storage.SECTOR * Storage.SECTOR]);
                    padded.putBytes(0, bytes);
                    if (bytes.length == 0) {
                        disk.sync(file, 3);
                    } else {
                        disk.write(file, 0, padded, 0, padded.capacity(), 2);
                    }
                } else if (token == 2) {
                    disk.sync(file, 3);
                } else if (token == 3) {
                    disk.close(file);
                    disk.syncDirectory(4);
                } else {
                    isDone[0] = true;
                }
            }

            @Override
            public void onFailure(final String message) {
                throw new AssertionError(message);
            }
        };
        disk.create(name, 0, 1);
        while (!isDone[0]) {
            queue.step();
            disk.poll(step);
        }
    }
}
