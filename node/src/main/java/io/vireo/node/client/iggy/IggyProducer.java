package io.vireo.node.client.iggy;

import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.MessageFlyweight;
import io.vireo.node.iggy.WireWriter;
import io.vireo.node.stream.Identifier;
import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;
import org.agrona.ExpandableArrayBuffer;

/** Sends messages to one topic. One thread. */
public final class IggyProducer {
    private static final int METADATA_MAX = 1024;

    private final IggyClient client;
    private final Identifier stream;
    private final Identifier topic;
    private final LongSupplier clockUs;
    private final ExpandableArrayBuffer metadata = new ExpandableArrayBuffer(METADATA_MAX);
    private final WireWriter metadataWriter = new WireWriter();
    private final ExpandableArrayBuffer header = new ExpandableArrayBuffer(MessageFlyweight.HEADER_LENGTH);

    /** @param clockUs the time that messages say they come from, in microseconds since 1970. */
    public IggyProducer(
            final IggyClient client, final Identifier stream, final Identifier topic, final LongSupplier clockUs) {
        this.client = client;
        this.stream = stream;
        this.topic = topic;
        this.clockUs = clockUs;
    }

    /**
     * Sends all to one partition and returns when they are durable on a majority.
     *
     * @param userHeaders of each message, as {@link UserHeaders} writes them; may be empty.
     */
    public void send(final Destination destination, final List<byte[]> payloads, final byte[] userHeaders)
            throws IOException, RequestRefusedException {
        final int metadataStart = metadataWriter.begin(metadata, 0).position();
        metadataWriter.id(stream);
        metadataWriter.id(topic);
        destination.writeTo(metadataWriter);
        metadataWriter.u32(payloads.size());
        final int metadataLength = metadataWriter.position() - metadataStart;
        final long originUs = clockUs.getAsLong();
        client.request(CommandCode.SEND_MESSAGES, out -> {
            out.u32(metadataLength);
            out.bytes(metadata, metadataStart, metadataLength);
            int end = 0;
            for (final byte[] payload : payloads) {
                end += MessageFlyweight.HEADER_LENGTH + payload.length + userHeaders.length;
                out.u32(0);
                out.u32(end);
                out.u64(0);
            }
            for (final byte[] payload : payloads) {
                MessageFlyweight.putHeader(header, 0, 0, 0, 0, 0, originUs, userHeaders.length, payload.length);
                out.bytes(header, 0, MessageFlyweight.HEADER_LENGTH);
                out.bytes(payload);
                out.bytes(userHeaders);
            }
        });
    }
}
