package io.vireo.sim.transfer;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.open.DataFileFormatter;
import io.vireo.bootstrap.open.ReplicaRecovery;
import io.vireo.journal.storage.Storage;
import io.vireo.journal.superblock.CheckpointState;
import io.vireo.journal.superblock.VsrState;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.session.ClientSessions;
import java.util.function.BooleanSupplier;

/** The data directory of a {@link Receiver}, as the node opens it between two attempts to fetch a checkpoint: the superblock names an older one. */
final class Directory implements ReplicaRecovery.Running {
    private static final int GROUP = 0;
    private static final int EVENTS_MAX = 100_000;
    private static final ClusterConfig CONFIG = new NodeContext()
            .clusterId(1, 2)
            .replicaCount(3)
            .prepareSizeMax(16 << 10)
            .walBytes(256 << 10)
            .segmentBytes(4L * Origin.CHUNK)
            .conclude();

    /** Who hears of what completes. */
    private interface Sink {
        void onCompletion(long token, long result);
    }

    private final Receiver receiver;

    Directory(final Receiver receiver) {
        this.receiver = receiver;
    }

    /** Makes it, before anything is fetched. */
    void format() {
        receiver.manager = null;
        final DataFileFormatter formatter =
                new DataFileFormatter(receiver.disk, CONFIG.identity(Receiver.SELF, GROUP, 7, 8));
        formatter.start();
        run(formatter::onCompletion, formatter::isDone);
        assertNull(formatter.failure());
        receiver.begin();
    }

    /** A life of a replica that was restarted: opens with what the superblock names, and goes on until nothing is left to do. */
    void live() {
        live(false);
    }

    /** The same. @param isSweepDue true if it opens after a synchronization of which nothing is left to use. */
    void live(final boolean isSweepDue) {
        receiver.manager = null;
        final ReplicaRecovery recovery = new ReplicaRecovery(
                CONFIG,
                Receiver.SELF,
                GROUP,
                receiver.disk,
                segments -> new LogStateMachine(CONFIG, GROUP, segments),
                replySizeMax -> new ClientSessions(CONFIG.sessionsMax(), CONFIG.sessionWindow(), replySizeMax),
                (stage, found) -> {});
        recovery.handOver(this);
        recovery.start();
        run(recovery::onCompletion, recovery::isDone);
        assertNull(recovery.failure());
        recovery.recovered().checkpoints().start(isSweepDue);
        run(recovery::onCompletion, () -> false);
    }

    /** Ends when nothing happens any more, at the latest. */
    private void run(final Sink sink, final BooleanSupplier isEnd) {
        final Storage.Completions completions = new Storage.Completions() {
            @Override
            public void onCompletion(final long token, final long result) {
                sink.onCompletion(token, result);
            }

            @Override
            public void onFailure(final String message) {
                throw new AssertionError(message);
            }
        };
        for (int i = 0; !isEnd.getAsBoolean(); i++) {
            assertTrue(i < EVENTS_MAX, "it ends");
            if (receiver.disk.poll(completions) == 0 && !receiver.queue.step()) {
                return;
            }
        }
    }

    @Override
    public void onSuperblockWritten(final VsrState written) {
        throw new AssertionError("this replica writes no superblock");
    }

    @Override
    public void onCheckpointSaved(final CheckpointState checkpoint) {
        throw new AssertionError("this replica saves no checkpoint");
    }

    @Override
    public void onReadable() {
        // Nobody reads.
    }
}
