package io.vireo.sim.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vireo.bootstrap.checkpoint.Snapshot;
import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.checkpoint.SnapshotId;
import io.vireo.bootstrap.checkpoint.SnapshotName;
import io.vireo.bootstrap.checkpoint.SnapshotName.Quarantined;
import io.vireo.bootstrap.checkpoint.SnapshotSection;
import io.vireo.bootstrap.checkpoint.SnapshotStore;
import io.vireo.bootstrap.checkpoint.SnapshotWriter;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.open.CheckpointInstaller;
import io.vireo.bootstrap.open.DataFileFormatter;
import io.vireo.bootstrap.open.RecoveryException;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.message.PrepareFlyweight;
import io.vireo.journal.message.RequestBatch;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.VsrState;
import io.vireo.journal.util.InvariantException;
import io.vireo.sim.random.Draws;
import io.vireo.sim.random.Stream;
import io.vireo.sim.storage.DiskEvent;
import io.vireo.sim.storage.DiskFaults;
import io.vireo.sim.storage.DiskStatistics;
import io.vireo.sim.storage.DurableImage;
import io.vireo.sim.storage.SimDisk;
import io.vireo.sim.time.EventQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a replica that fetches checkpoint after checkpoint, and never gets as far as being open, leaves on its disk. */
class CheckpointInstallerSweepTest {
    private static final int REPLICA = 1;
    private static final int GROUP = 0;

    private final ClusterConfig config = new NodeContext()
            .clusterId(1, 2)
            .replicaCount(3)
            .prepareSizeMax(16 << 10)
            .walBytes(256 << 10)
            .conclude();
    private final EventQueue queue = new EventQueue();
    private final SimDisk disk = new SimDisk(
            queue,
            new DiskFaults(100, 1_000, 2_000, 5_000, 32, 16),
            new Draws(1, Stream.DISK, 0),
            new DiskStatistics(),
            new DurableImage());

    @Test
    void shouldLeaveOnlyTheSnapshotThatTheSuperblockNamesBeforeAnotherIsFetched() {
        format();
        for (int op = 100; op < 105; op++) {
            try (Snapshot snapshot = snapshot(op);
                    Snapshot unnamed = snapshot(op + 1_000)) {
                final Installation installation = new Installation();
                assertEquals(op == 100 ? 0 : op - 1, installation.open());
                assertEquals(op == 100 ? List.of() : List.of(file(op - 1)), files());
                installation.publish(unnamed);
                installation.publish(snapshot);
                installation.install(snapshot);
            }
        }
    }

    /** The checkpoint of an empty log has no file. */
    @Test
    void shouldLeaveNoneWhereTheSuperblockNamesTheEmptyLog() {
        format();
        try (Snapshot left = snapshot(100)) {
            new Installation().publish(left);
            assertEquals(List.of(file(100)), files());
            assertEquals(0, new Installation().open());
            assertEquals(List.of(), files());
        }
    }

    /** The state of this replica is not that of a quorum: it is kept out of use, which a restart remembers, until that of the quorum takes its place. */
    @Test
    void shouldRememberWhatHasDivergedUntilAnotherStateOfItsOpIsInstalled() {
        format();
        final SnapshotId quorumId;
        final SnapshotId ownId;
        try (Snapshot own = snapshot(100);
                Snapshot ofQuorum = snapshot(100, 1)) {
            ownId = own.id();
            quorumId = ofQuorum.id();
            final Installation first = new Installation();
            first.open();
            first.publish(own);
            first.install(own);
            final Quarantined kept = new Quarantined(100, ownId, quorumId);

            final Installation found = new Installation(kept);
            found.open();
            assertEquals(kept, found.installer.quarantined());
            assertEquals(List.of(), files());
            assertEquals(List.of(SnapshotName.quarantined(kept)), quarantined());

            final Installation restarted = new Installation();
            assertEquals(100, restarted.open());
            assertEquals(kept, restarted.installer.quarantined(), "the restart does not know");
            restarted.publish(ofQuorum);
            restarted.install(ofQuorum);

            final Installation repaired = new Installation();
            repaired.open();
            assertEquals(quorumId.lo(), repaired.ready.checkpoint().snapshotIdLo());
            assertNull(repaired.installer.quarantined());
            assertEquals(List.of(SnapshotName.quarantined(kept)), quarantined(), "kept to be looked into");

            // It happens again: one is kept, the newest.
            final Quarantined again = new Quarantined(100, quorumId, ownId);
            new Installation(again).open();
            assertEquals(List.of(SnapshotName.quarantined(again)), quarantined());
        }
    }

    /** A checkpoint became durable after the one that is known to differ: it is out of use as well, and what the others have there is not known. */
    @Test
    void shouldTakeALaterCheckpointOfTheSameStateOutOfUse() {
        format();
        try (Snapshot own = snapshot(100)) {
            final Installation first = new Installation();
            first.open();
            first.publish(own);
            first.install(own);
            final Installation found =
                    new Installation(new Quarantined(50, new SnapshotId(1, 1), new SnapshotId(2, 2)));
            found.open();
            assertEquals(new Quarantined(100, own.id(), SnapshotId.NONE), found.installer.quarantined());
            assertEquals(List.of(), files());
        }
    }

    /** The disk has lost the file: nothing is kept, and the replica goes on without it all the same. */
    @Test
    void shouldGoOnWhereTheFileOfWhatHasDivergedIsGone() {
        format();
        try (Snapshot own = snapshot(100)) {
            final Installation first = new Installation();
            first.open();
            first.publish(own);
            first.install(own);
            disk.loseFile(file(100));
            final Installation found = new Installation(new Quarantined(100, own.id(), SnapshotId.NONE));
            found.open();
            assertEquals(100, found.installer.quarantined().op());
            assertEquals(List.of(), quarantined());
        }
    }

    /** What was taken out of use is under the name that opens once more: that it is kept already does not take it out of use. */
    @Test
    @Tag("I16")
    void shouldTakeOutOfUseWhatHasComeBack() {
        format();
        try (Snapshot own = snapshot(100);
                Snapshot ofQuorum = snapshot(100, 1)) {
            final Quarantined kept = new Quarantined(100, own.id(), ofQuorum.id());
            final Installation first = new Installation();
            first.open();
            first.publish(own);
            first.install(own);
            new Installation(kept).open();
            final Installation back = new Installation();
            back.open();
            back.publish(own);
            final Installation found = new Installation(kept);
            found.open();
            assertEquals(kept, found.installer.quarantined());
            assertEquals(List.of(), files());
            assertEquals(List.of(SnapshotName.quarantined(kept)), quarantined());
        }
    }

    /** The superblock names it and nobody has found it to be wrong: another state of its op is none that helps. */
    @Test
    void shouldNotReplaceAtItsOpWhatHasNotDiverged() {
        format();
        try (Snapshot own = snapshot(100);
                Snapshot other = snapshot(100, 1)) {
            final Installation first = new Installation();
            first.open();
            first.publish(own);
            first.install(own);
            final Installation next = new Installation();
            next.open();
            next.publish(other);
            assertThrows(InvariantException.class, () -> next.install(other));
        }
    }

    private List<String> quarantined() {
        final List<String> files = new ArrayList<>();
        disk.forEachFile((name, bytes) -> {
            if (SnapshotName.parseQuarantined(name) != null) {
                files.add(name);
            }
        });
        return files;
    }

    private void format() {
        final DataFileFormatter formatter = new DataFileFormatter(disk, config.identity(REPLICA, GROUP, 7, 8));
        disk.attach(new Alive());
        formatter.start();
        final Sink sink = new Sink();
        while (!formatter.isDone()) {
            sink.tokens = token -> formatter.onCompletion(token, sink.result);
            step(sink);
        }
        assertNull(formatter.failure());
    }

    private List<String> files() {
        final List<String> files = new ArrayList<>();
        disk.forEachFile((name, bytes) -> {
            if (SnapshotName.isSnapshot(name)) {
                files.add(name);
            }
        });
        return files;
    }

    private static String file(final long op) {
        try (Snapshot snapshot = snapshot(op)) {
            return SnapshotName.published(op, snapshot.id());
        }
    }

    private void step(final Sink sink) {
        if (disk.poll(sink) == 0 && !queue.step()) {
            throw new IllegalStateException("nothing will ever happen again");
        }
    }

    private static Snapshot snapshot(final long op) {
        return snapshot(op, 0);
    }

    private static Snapshot snapshot(final long op, final long difference) {
        final PrepareFlyweight header =
                new PrepareFlyweight().wrap(new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]), 0);
        header.init(Command.PREPARE, 1, 2, HeaderFlyweight.HEADER_LENGTH + RequestBatch.length(1, 0), 7, 0, GROUP);
        header.op(op).timestamp(op).requestCount(1).sealWithBody(new Checksum(), 3, 4);
        try (SnapshotWriter writer = new SnapshotWriter(new SnapshotAnchor(header, op))) {
            writer.begin(SnapshotSection.STATE).writeLong(op + difference);
            return writer.finish();
        }
    }

    /** One state synchronization, as far as this disk is concerned. */
    private final class Installation implements CheckpointInstaller.Listener, SnapshotStore.Listener {
        private final CheckpointInstaller installer;
        private final SnapshotStore store = new SnapshotStore(disk, this);
        private final Sink sink = new Sink();
        private VsrState ready;
        private boolean isDone;

        Installation() {
            this(null);
        }

        Installation(final Quarantined diverged) {
            installer = new CheckpointInstaller(config, REPLICA, GROUP, disk, diverged, this);
        }

        /** Op of the checkpoint that the superblock names. */
        long open() {
            installer.start();
            sink.tokens = token -> installer.onCompletion(token, sink.result);
            while (ready == null) {
                step(sink);
            }
            return ready.checkpoint().op();
        }

        void publish(final Snapshot snapshot) {
            isDone = false;
            store.publish(snapshot);
            sink.tokens = token -> store.onCompletion(token, sink.result);
            while (!isDone) {
                step(sink);
            }
        }

        void install(final Snapshot snapshot) {
            isDone = false;
            installer.install(snapshot.checkpoint(), snapshot.anchor());
            sink.tokens = token -> installer.onCompletion(token, sink.result);
            while (!isDone) {
                step(sink);
            }
        }

        @Override
        public void onReady(final VsrState state) {
            ready = state;
        }

        @Override
        public void onInstalled() {
            isDone = true;
        }

        @Override
        public void onRefused(final RecoveryException reason) {
            throw reason;
        }

        @Override
        public void onPublished(final Snapshot snapshot) {
            isDone = true;
        }

        @Override
        public void onNoSpace(final Snapshot snapshot) {
            throw new IllegalStateException("there is space");
        }

        @Override
        public void onLoaded(final Snapshot snapshot) {
            throw new IllegalStateException("nothing is loaded");
        }

        @Override
        public void onLoadFailed(final SnapshotException reason) {
            throw reason;
        }

        @Override
        public void onRetained(final int removed) {
            throw new IllegalStateException("this store removes nothing");
        }
    }

    private static final class Sink implements Storage.Completions {
        private LongConsumer tokens;
        private long result;

        @Override
        public void onCompletion(final long token, final long newResult) {
            result = newResult;
            tokens.accept(token);
        }

        @Override
        public void onFailure(final String message) {
            throw new IllegalStateException(message);
        }
    }

    private static final class Alive implements SimDisk.Watch {
        @Override
        public boolean isAlive() {
            return true;
        }

        @Override
        public void on(final DiskEvent event) {
            // Nobody dies here.
        }
    }
}
