package io.vireo.node.client.iggy;

import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.MessageFlyweight;
import io.vireo.node.iggy.WireException;
import io.vireo.node.iggy.WireReader;
import io.vireo.node.iggy.WireWriter;
import io.vireo.node.stream.Identifier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Polls one topic in the name of a consumer or of a consumer group. Never has the server store an offset by itself: that would be before the
 * messages have been used. One thread.
 */
public final class IggyConsumer {
    private static final int KIND_CONSUMER = 1;
    private static final int KIND_GROUP = 2;

    private final IggyClient client;
    private final Identifier stream;
    private final Identifier topic;
    private final Identifier consumer;
    private final boolean isGroup;
    private final MessageFlyweight message = new MessageFlyweight();

    /** @param consumer of the group if it is one, else of the single consumer. */
    public IggyConsumer(
            final IggyClient client,
            final Identifier stream,
            final Identifier topic,
            final Identifier consumer,
            final boolean isGroup) {
        this.client = client;
        this.stream = stream;
        this.topic = topic;
        this.consumer = consumer;
        this.isGroup = isGroup;
    }

    /** Makes the connection a member of the group; has no effect if it is one. */
    public void join() throws IOException, RequestRefusedException {
        client.request(CommandCode.JOIN_CONSUMER_GROUP, this::writeGroup);
    }

    /** Ends the membership. */
    public void leave() throws IOException, RequestRefusedException {
        client.request(CommandCode.LEAVE_CONSUMER_GROUP, this::writeGroup);
    }

    /**
     * Asks for messages of one partition.
     *
     * @param partition none lets the server choose among those of the member, if it is a group; else it is 0.
     * @param count at most so many, at least 1.
     */
    public Polled poll(final OptionalInt partition, final PollStart start, final int count)
            throws IOException, RequestRefusedException {
        final WireReader in = client.request(CommandCode.POLL_MESSAGES, out -> {
            writeScope(out, partition);
            out.u8(start.kind().ordinal() + 1);
            out.u64(start.value());
            out.u32(count);
            out.bool(false);
        });
        try {
            final int polled = in.u32Bits();
            final long currentOffset = in.u64();
            final long expected = in.u32();
            final List<PolledMessage> messages = new ArrayList<>();
            for (long i = 0; i < expected; i++) {
                messages.add(read(in));
            }
            in.end();
            return new Polled(polled, currentOffset, messages);
        } catch (final WireException e) {
            throw IggyClient.malformed(CommandCode.POLL_MESSAGES, e);
        }
    }

    /** Remembers that everything up to an offset has been used. */
    public void store(final int partition, final long offset) throws IOException, RequestRefusedException {
        client.request(CommandCode.STORE_CONSUMER_OFFSET, out -> {
            writeScope(out, OptionalInt.of(partition));
            out.u64(offset);
        });
    }

    private PolledMessage read(final WireReader in) throws WireException, IOException {
        final int at = in.skip(MessageFlyweight.HEADER_LENGTH);
        message.wrap(in.buffer(), at);
        if (message.length() - MessageFlyweight.HEADER_LENGTH > in.remaining()) {
            throw new IOException("a message of " + message.length() + " bytes goes beyond the answer that it is in");
        }
        final byte[] payload = new byte[(int) message.payloadLength()];
        in.buffer().getBytes(message.payloadOffset(), payload);
        final byte[] userHeaders = new byte[(int) message.userHeadersLength()];
        in.buffer().getBytes(message.userHeadersOffset(), userHeaders);
        in.skip(payload.length + userHeaders.length);
        if (message.checksum() != message.computeChecksum()) {
            throw new IOException("the message at offset " + Long.toUnsignedString(message.offset())
                    + " is not what its checksum says");
        }
        return new PolledMessage(
                message.offset(),
                message.timestamp(),
                message.originTimestamp(),
                message.idHi(),
                message.idLo(),
                userHeaders,
                payload);
    }

    private void writeGroup(final WireWriter out) {
        out.id(stream);
        out.id(topic);
        out.id(consumer);
    }

    private void writeScope(final WireWriter out, final OptionalInt partition) {
        out.u8(isGroup ? KIND_GROUP : KIND_CONSUMER);
        out.id(consumer);
        out.id(stream);
        out.id(topic);
        out.bool(partition.isPresent());
        out.u32(partition.orElse(0));
    }
}
