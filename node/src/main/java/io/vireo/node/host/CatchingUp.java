package io.vireo.node.host;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.transfer.TransferCode;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.message.ReadFlyweight;
import io.vireo.node.message.ReadReplyFlyweight;
import io.vireo.node.port.MessageBus;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Answers in the place of a replica that does not run because it fetches a checkpoint: what a read needs, and what another replica wants of its
 * files, is not here yet, others have it, and so will this one. Says nothing about views and commits, which nobody looks after meanwhile.
 */
final class CatchingUp {
    private final ClusterConfig config;
    private final int replica;
    private final int group;
    private final MessageBus bus;
    private final Checksum checksum = new Checksum();
    private final ReadFlyweight read = new ReadFlyweight();
    private final ReadReplyFlyweight reply = new ReadReplyFlyweight();
    private final ChunkFlyweight wanted = new ChunkFlyweight();
    private final ChunkFlyweight answer = new ChunkFlyweight();
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);

    CatchingUp(final HostContext context) {
        config = context.cluster();
        replica = context.replica();
        group = context.group();
        bus = context.bus();
    }

    /** A validated READ. @param retryAfterMs when it is worth while to ask again. */
    void onRead(final MutableDirectBuffer buffer, final int offset, final int retryAfterMs) {
        read.wrap(buffer, offset);
        reply.wrap(frame, 0);
        reply.init(
                Command.READ_REPLY,
                config.clusterLo(),
                config.clusterHi(),
                HeaderFlyweight.HEADER_LENGTH,
                0,
                replica,
                group);
        reply.client(read.clientLo(), read.clientHi());
        reply.readNumber(read.readNumber());
        reply.status(ReplyStatus.CATCHING_UP);
        reply.retryAfterMs(retryAfterMs);
        reply.commitMin(0);
        reply.seal(checksum);
        bus.sendToClient(read.clientLo(), read.clientHi(), frame, 0, HeaderFlyweight.HEADER_LENGTH);
    }

    /**
     * A validated REQUEST_CHUNK. Silence would cost who asks a time-out, and is held against this replica, also when it has everything again. An
     * accusation is not answered: whatever is wrong here is about to be looked at.
     */
    void onRequestChunk(final MutableDirectBuffer buffer, final int offset) {
        wanted.wrap(buffer, offset);
        if (wanted.kind() == ChunkFlyweight.ACCUSED) {
            return;
        }
        answer.wrap(frame, 0);
        answer.init(
                Command.CHUNK,
                config.clusterLo(),
                config.clusterHi(),
                HeaderFlyweight.HEADER_LENGTH,
                0,
                replica,
                group);
        answer.checkpoint(wanted.op(), wanted.snapshotIdLo(), wanted.snapshotIdHi())
                .kind(wanted.kind())
                .status(TransferCode.NOT_READY.code())
                .length(0)
                .segment(wanted.namespace(), wanted.incarnation(), wanted.baseOffset())
                .position(wanted.position())
                .fileLength(0)
                .number(wanted.number())
                .seal(checksum);
        bus.send(wanted.replica(), frame, 0, HeaderFlyweight.HEADER_LENGTH);
    }
}
