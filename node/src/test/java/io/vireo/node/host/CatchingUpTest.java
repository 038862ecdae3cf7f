package io.vireo.node.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.message.ReadFlyweight;
import io.vireo.node.message.ReadReplyFlyweight;
import io.vireo.node.port.MessageBus;
import io.vireo.node.port.SeededRandom;
import java.util.ArrayDeque;
import java.util.Queue;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered while a checkpoint is fetched. */
class CatchingUpTest {
    private static final int REPLICA = 1;
    private static final int GROUP = 1;
    private static final int ASKER = 2;
    private static final int RETRY_AFTER_MS = 70;
    private static final ClusterConfig CONFIG = new NodeContext()
            .clusterId(1, 2)
            .replicaCount(3)
            .groupCount(2)
            .namespacesMax(2)
            .conclude();

    private record Frame(long to, UnsafeBuffer bytes) {}

    private static final class Bus implements MessageBus {
        final Queue<Frame> toReplicas = new ArrayDeque<>();
        final Queue<Frame> toClients = new ArrayDeque<>();

        private static Frame frame(final long to, final DirectBuffer buffer, final int offset, final int length) {
            final byte[] bytes = new byte[length];
            buffer.getBytes(offset, bytes);
            return new Frame(to, new UnsafeBuffer(bytes));
        }

        @Override
        public int waiting(final int replica, final int group) {
            return 0;
        }

        @Override
        public void send(final int replica, final DirectBuffer buffer, final int offset, final int length) {
            toReplicas.add(frame(replica, buffer, offset, length));
        }

        @Override
        public void sendToClient(
                final long clientLo,
                final long clientHi,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            toClients.add(frame(clientLo, buffer, offset, length));
        }

        @Override
        public void sendToClients(final DirectBuffer buffer, final int offset, final int length) {
            throw new AssertionError("nothing is for all clients");
        }
    }

    private final Bus bus = new Bus();
    private final MessageCheck check =
            new MessageCheck(CONFIG.clusterLo(), CONFIG.clusterHi(), CONFIG.prepareSizeMax());
    /** It has neither a disk nor a state. */
    private final CatchingUp catchingUp =
            new CatchingUp(new HostContext(CONFIG, REPLICA, GROUP, null, bus, new SeededRandom(1), 9, null, null));

    @Test
    @Tag("X10")
    void shouldSayThatItIsCatchingUpAndWhenToAskAgainWhenAClientReads() {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
        final ReadFlyweight read = new ReadFlyweight().wrap(bytes, 0);
        read.init(Command.READ, CONFIG.clusterLo(), CONFIG.clusterHi(), bytes.capacity(), 0, 0, GROUP);
        read.client(5, 6).readNumber(11).namespace(3).consistency(ReadFlyweight.COMMITTED);
        read.seal(new Checksum());
        catchingUp.onRead(bytes, 0, RETRY_AFTER_MS);
        final Frame frame = bus.toClients.remove();
        assertEquals(5, frame.to);
        assertNull(check.invalidReason(frame.bytes, 0, frame.bytes.capacity()));
        final ReadReplyFlyweight reply = new ReadReplyFlyweight().wrap(frame.bytes, 0);
        assertEquals(REPLICA, reply.replica());
        assertEquals(GROUP, reply.group());
        assertEquals(11, reply.readNumber());
        assertEquals(ReplyStatus.CATCHING_UP, reply.status());
        assertEquals(RETRY_AFTER_MS, reply.retryAfterMs());
    }

    @ParameterizedTest
    @ValueSource(ints = {ChunkFlyweight.SNAPSHOT, ChunkFlyweight.SEGMENT})
    @Tag("X5")
    void shouldSayThatItHasNoFilesYetWhenAReplicaWantsBytesOfOne(final int kind) {
        catchingUp.onRequestChunk(request(kind), 0);
        final Frame frame = bus.toReplicas.remove();
        assertEquals(ASKER, frame.to);
        assertEquals(HeaderFlyweight.HEADER_LENGTH, frame.bytes.capacity());
        assertNull(check.invalidReason(frame.bytes, 0, frame.bytes.capacity()));
        final ChunkFlyweight answer = new ChunkFlyweight().wrap(frame.bytes, 0);
        assertEquals(Command.CHUNK, answer.command());
        assertEquals(TransferCode.NOT_READY, answer.code());
        assertEquals(REPLICA, answer.replica());
        assertEquals(GROUP, answer.group());
        assertEquals(kind, answer.kind());
        assertEquals(77, answer.number());
        assertEquals(8_192, answer.position());
        assertEquals(3, answer.namespace());
    }

    @Test
    @Tag("X5")
    void shouldAnswerNothingWhenAPeerOnlySaysThatAChunkIsDamaged() {
        catchingUp.onRequestChunk(request(ChunkFlyweight.ACCUSED), 0);
        assertEquals(0, bus.toReplicas.size());
    }

    private static UnsafeBuffer request(final int kind) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
        final ChunkFlyweight wanted = new ChunkFlyweight().wrap(bytes, 0);
        wanted.init(Command.REQUEST_CHUNK, CONFIG.clusterLo(), CONFIG.clusterHi(), bytes.capacity(), 0, ASKER, GROUP);
        wanted.checkpoint(12, 13, 14)
                .kind(kind)
                .length(4_096)
                .segment(3, 4, 5)
                .position(8_192)
                .number(77)
                .seal(new Checksum());
        return bytes;
    }
}
