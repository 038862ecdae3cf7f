package io.vireo.sim.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.bootstrap.checkpoint.SnapshotDecoder;
import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.checkpoint.SnapshotException.Code;
import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotName;
import io.vireo.bootstrap.checkpoint.SnapshotSection;
import io.vireo.bootstrap.checkpoint.SnapshotStore;
import io.vireo.bootstrap.checkpoint.SnapshotWriter;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.journal.storage.Storage;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.CrashOutcome;
import io.vireo.sim.storage.DamageKind;
import io.vireo.sim.storage.DiskEvent;
import io.vireo.sim.storage.DiskFaults;
import io.vireo.sim.storage.DiskStatistics;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.SimDisk;
import io.vireo.sim.time.EventQueue;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Snapshot files on a disk that loses, keeps and tears what no sync covers. */
class SnapshotStoreTest {
    private static final int GROUP = 1;
    /** Three blocks and a bit. */
    private static final int STATE_LENGTH = 3 * (1 << 18) + 77;

    /** What the superblock would be: which snapshot counts, changed at once and only after the store has said so. */
    private SnapshotDecoder.Expected named;

    /** A process at a disk; it dies at one of its disk's events. */
    private final class Process implements SimDisk.Watch, Storage.Completions, SnapshotStore.Listener {
        final SimDisk disk;
        final EventQueue queue;
        final SnapshotStore store;
        final int deathAt;
        int events;
        boolean isNaming;
        Snapshot loaded;
        SnapshotException reason;
        int removed = -1;

        Process(final SimDisk disk, final EventQueue queue, final int deathAt) {
            this.disk = disk;
            this.queue = queue;
            this.deathAt = deathAt;
            disk.attach(this);
            store = new SnapshotStore(disk, this);
        }

        @Override
        public boolean isAlive() {
            return events < deathAt;
        }

        @Override
        public void on(final DiskEvent event) {
            events++;
        }

        /** Until nothing is left to do, or death. */
        void run() {
            while (isAlive() && (disk.poll(this) > 0 || queue.step())) {
                // One event after the other.
            }
        }

        @Override
        public void onCompletion(final long token, final long result) {
            assertEquals(SnapshotStore.TOKEN_OWNER, token >>> 56);
            store.onCompletion(token, result);
        }

        @Override
        public void onFailure(final String message) {
            throw new IllegalStateException(message);
        }

        @Override
        public void onPublished(final Snapshot snapshot) {
            if (isNaming) {
                named = expected(snapshot);
                store.retain(snapshot.anchor().op(), snapshot.id());
            }
        }

        @Override
        public void onNoSpace(final Snapshot snapshot) {
            throw new IllegalStateException("there is space");
        }

        @Override
        public void onLoaded(final Snapshot snapshot) {
            loaded = snapshot;
        }

        @Override
        public void onLoadFailed(final SnapshotException failure) {
            reason = failure;
        }

        @Override
        public void onRetained(final int count) {
            removed = count;
        }
    }

    @Test
    void shouldLoadWhatWasPublishedAndKeepNothingElse() {
        final EventQueue queue = new EventQueue();
        final SimDisk disk = disk(queue, 1);
        final Process process = new Process(disk, queue, Integer.MAX_VALUE);
        process.isNaming = true;
        for (int op = 100; op < 103; op++) {
            try (Snapshot snapshot = snapshot(op, STATE_LENGTH)) {
                process.store.publish(snapshot);
                process.run();
                assertFalse(process.store.isBusy());
                assertEquals(op == 100 ? 0 : 1, process.removed);
                assertEquals(List.of(SnapshotName.published(op, snapshot.id())), names(process));
                load(process);
                assertEquals(snapshot.checkpoint(), process.loaded.checkpoint());
                process.loaded.close();
            }
        }
    }

    @Test
    @Tag("I3")
    void shouldLoadTheOldOrTheNewWholeWhenTheMachineDiesAtAnyEvent() {
        final Set<String> seen = new TreeSet<>();
        try (Snapshot before = snapshot(100, STATE_LENGTH);
                Snapshot after = snapshot(200, STATE_LENGTH + 5_000)) {
            int deathAt = 0;
            boolean hasEnded = false;
            while (!hasEnded) {
                deathAt++;
                for (final CrashOutcome outcome : CrashOutcome.values()) {
                    for (int seed = 0; seed < 3; seed++) {
                        hasEnded = crash(before, after, deathAt, outcome, seed, seen);
                    }
                }
            }
            assertTrue(deathAt > 20, "it dies at every event of a publication: " + deathAt);
        }
        assertEquals(
                new TreeSet<>(List.of("NEW", "NEW with leftovers", "OLD", "OLD with leftovers")),
                seen,
                "the crashes reach all that can be left");
    }

    /** True if the publication came to its end before the crash. */
    private boolean crash(
            final Snapshot before,
            final Snapshot after,
            final int deathAt,
            final CrashOutcome outcome,
            final int seed,
            final Set<String> seen) {
        final EventQueue queue = new EventQueue();
        final SimDisk disk = disk(queue, seed);
        final Process first = new Process(disk, queue, Integer.MAX_VALUE);
        first.isNaming = true;
        first.store.publish(before);
        first.run();
        final Process second = new Process(disk, queue, deathAt);
        second.isNaming = true;
        second.store.publish(after);
        second.run();
        final boolean hasEnded = second.removed >= 0;
        disk.crash(outcome, new Draws(seed, Stream.CRASH_OUTCOME, deathAt));

        final Process third = new Process(disk, queue, Integer.MAX_VALUE);
        third.isNaming = true;
        load(third);
        assertNull(third.reason, "the snapshot that is named loads");
        final boolean isNew = third.loaded.id().equals(after.id());
        assertEquals(named.id(), third.loaded.id());
        third.loaded.close();
        assertTrue(!hasEnded || isNew);
        seen.add((isNew ? "NEW" : "OLD") + (names(third).size() > 1 ? " with leftovers" : ""));
        // Whatever was left: publication works again, and cleans up.
        third.store.publish(after);
        third.run();
        assertEquals(List.of(named.file()), names(third));
        load(third);
        assertEquals(after.id(), third.loaded.id());
        third.loaded.close();
        return hasEnded;
    }

    @Test
    void shouldNameFileOffsetAndChecksumsWhenASectorIsDamaged() {
        final EnumSet<Code> seen = EnumSet.noneOf(Code.class);
        try (Snapshot snapshot = snapshot(100, STATE_LENGTH)) {
            final int sectors = (int) (snapshot.fileLength() / Storage.SECTOR);
            for (int sector = 0; sector < sectors; sector += sector < 4 ? 1 : 31) {
                for (final DamageKind kind : DamageKind.values()) {
                    final EventQueue queue = new EventQueue();
                    final SimDisk disk = disk(queue, sector);
                    final Process process = new Process(disk, queue, Integer.MAX_VALUE);
                    process.isNaming = true;
                    process.store.publish(snapshot);
                    process.run();
                    final Draws draws = new Draws(sector, Stream.ROT_PLAN, kind.ordinal());
                    assertTrue(disk.damage(disk.fileNamed(named.file()), sector, kind, draws));
                    load(process);
                    assertNull(process.loaded);
                    assertEquals(named.file(), process.reason.file());
                    assertTrue(process.reason.offset() / Storage.SECTOR <= sector);
                    assertTrue((long) sector * Storage.SECTOR < process.reason.offset() + (1 << 18));
                    seen.add(process.reason.code());
                    assertFalse(process.store.isBusy(), "it goes on");
                }
            }
        }
        assertTrue(seen.containsAll(EnumSet.of(Code.DAMAGED, Code.READ_FAILED)), seen.toString());
    }

    @Test
    void shouldSayThatItIsMissingWhenThereIsNoSuchFile() {
        final EventQueue queue = new EventQueue();
        final Process process = new Process(disk(queue, 1), queue, Integer.MAX_VALUE);
        named = new SnapshotDecoder.Expected(1, 2, GROUP, 7, new SnapshotId(3, 4));
        load(process);
        assertEquals(Code.MISSING, process.reason.code());
        assertTrue(process.reason.getMessage().contains(named.file()), process.reason.getMessage());
    }

    private void load(final Process process) {
        process.loaded = null;
        process.store.load(named);
        process.run();
    }

    private static List<String> names(final Process process) {
        final boolean[] isListed = new boolean[1];
        final Storage.Completions sink = new Storage.Completions() {
            @Override
            public void onCompletion(final long token, final long result) {
                isListed[0] = true;
            }

            @Override
            public void onFailure(final String message) {
                throw new IllegalStateException(message);
            }
        };
        process.disk.list(1);
        while (!isListed[0]) {
            if (process.disk.poll(sink) == 0) {
                process.queue.step();
            }
        }
        return process.disk.listed();
    }

    private static SnapshotDecoder.Expected expected(final Snapshot snapshot) {
        return SnapshotDecoder.Expected.of(1, 2, GROUP, snapshot.checkpoint());
    }

    private static Snapshot snapshot(final long op, final int stateLength) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
        final PrepareFlyweight header = new PrepareFlyweight().wrap(bytes, 0);
        header.init(Command.PREPARE, 1, 2, HeaderFlyweight.HEADER_LENGTH + RequestBatch.length(1, 0), 7, 0, GROUP);
        header.op(op).timestamp(op).requestCount(1).sealWithBody(new Checksum(), 3, 4);
        final byte[] state = new byte[stateLength];
        new Random(op).nextBytes(state);
        try (SnapshotWriter writer = new SnapshotWriter(new SnapshotAnchor(header, op))) {
            writer.begin(SnapshotSection.STATE).writeBytes(new UnsafeBuffer(state), 0, stateLength);
            return writer.finish();
        }
    }

    private static SimDisk disk(final EventQueue queue, final long seed) {
        return new SimDisk(
                queue,
                new DiskFaults(100, 1_000, 2_000, 5_000, 32, 16),
                new Draws(seed, Stream.DISK, 0),
                new DiskStatistics(),
                new DurableImage());
    }
}
