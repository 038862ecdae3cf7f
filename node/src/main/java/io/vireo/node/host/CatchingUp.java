package io.vireo.node.host;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.ReadFlyweight;
import io.vireo.node.message.ReadReplyFlyweight;
import io.vireo.node.port.MessageBus;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Answers reads in the place of a replica that does not run because it fetches a checkpoint: what they need is not here yet, another replica
 * has it, and so will this one. Says nothing about views and commits, which nobody looks after meanwhile.
 */
final class CatchingUp {
    private final ClusterConfig config;
    private final int replica;
    private final int group;
    private final MessageBus bus;
    private final Checksum checksum = new Checksum();
    private final ReadFlyweight read = new ReadFlyweight();
    private final ReadReplyFlyweight reply = new ReadReplyFlyweight();
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
}
