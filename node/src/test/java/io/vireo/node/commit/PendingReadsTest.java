package io.vireo.node.commit;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.SnapshotAnchor;
import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.journal.superblock.Membership;
import io.vireo.journal.superblock.VsrState;
import io.vireo.node.core.EffectQueue;
import io.vireo.node.core.ReplicaState;
import io.vireo.node.core.Status;
import io.vireo.node.log.LogStateMachine;
import io.vireo.node.log.Logs;
import io.vireo.node.message.ReadFlyweight;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class PendingReadsTest {
    private static final int ENTRY_LENGTH = 1_000_000;

    private final ClusterConfig config = new NodeContext()
            .clusterId(1, 0)
            .replicaCount(3)
            .groupCount(1)
            .namespacesMax(1)
            .conclude();
    private final ReplicaState state = new ReplicaState(1, 0, 0, 0, 3, Status.NORMAL, 0, 0, Membership.FOUNDING, 0, 0);
    private final LogStateMachine log = Logs.open(config, 0);
    private final EffectQueue effects = new EffectQueue();
    private final PendingReads reads =
            new PendingReads(state, log, effects, config.prepareSizeMax() - HeaderFlyweight.HEADER_LENGTH);
    private final Sent sent = new Sent();

    /** All of them together are larger than an effect queue may become. */
    @Test
    void shouldAnswerOneAtATimeWhenManyLargeReadsHaveWaited() {
        final UnsafeBuffer entry = new UnsafeBuffer(new byte[ENTRY_LENGTH]);
        log.apply(
                1, 1, 0, 0, LogStateMachine.OPERATION_APPEND, entry, 0, ENTRY_LENGTH, new UnsafeBuffer(new byte[8]), 0);
        final int count = EffectQueue.ARENA_MAX / ENTRY_LENGTH + 10;
        for (int i = 0; i < count; i++) {
            final UnsafeBuffer frame = read(i);
            reads.onRead(frame, 0, frame.capacity(), true, 1, 0);
            effects.drain(sent);
        }
        assertEquals(0, sent.frames);
        for (int i = 0; i < count; i++) {
            assertFalse(reads.answer(0));
            assertTrue(reads.answer(1));
            effects.drain(sent);
            assertEquals(i + 1, sent.frames);
        }
        assertFalse(reads.answer(1));
        assertTrue(sent.bytes > EffectQueue.ARENA_MAX, sent.bytes + " bytes");
    }

    private static UnsafeBuffer read(final long number) {
        final UnsafeBuffer frame =
                new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH + LogStateMachine.QUERY_LENGTH]);
        final ReadFlyweight read = new ReadFlyweight().wrap(frame, 0);
        read.init(Command.READ, 1, 0, frame.capacity(), 0, 0, 0);
        read.client(7, 0).readNumber(number).namespace(0).consistency(ReadFlyweight.LINEARIZABLE);
        frame.putInt(HeaderFlyweight.HEADER_LENGTH + LogStateMachine.QUERY_MAX_ENTRIES_OFFSET, 1, LITTLE_ENDIAN);
        read.seal(new Checksum());
        return frame;
    }

    private static final class Sent implements EffectQueue.Executor {
        private int frames;
        private long bytes;

        @Override
        public void sendToClient(
                final long clientLo,
                final long clientHi,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            frames++;
            bytes += length;
        }

        @Override
        public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {
            throw new AssertionError("a read is answered to its client");
        }

        @Override
        public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
            throw new AssertionError("a read is answered to its client");
        }

        @Override
        public void saveSnapshot(final SnapshotAnchor anchor) {
            throw new AssertionError("no snapshot is taken here");
        }

        @Override
        public void synchronizeState(final long aboveOp) {
            throw new AssertionError("no state is synchronized here");
        }

        @Override
        public void writeSuperblock(final VsrState next) {
            throw new AssertionError("a read changes nothing");
        }
    }
}
