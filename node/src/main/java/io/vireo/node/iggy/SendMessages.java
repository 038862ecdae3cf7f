package io.vireo.node.iggy;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;

/**
 * send_messages. A flyweight, valid as long as the bytes of the request are; reading it checks every index and message in place.
 *
 * <pre>
 *  metadataLength u32
 *  metadata        stream, topic, partitioning, messagesCount u32
 *  indexes         messagesCount x { offset u32 = 0, end of the message among the messages u32, timestamp u64 = 0 }
 *  messages        as {@link MessageFlyweight} has them
 * </pre>
 */
public final class SendMessages implements Request {
    private static final int INDEX_LENGTH = 16;
    private static final int INDEX_POSITION = 4;
    private static final int INDEX_TIMESTAMP = 8;

    private final long messageSizeMax;
    private final IdentifierFlyweight stream = new IdentifierFlyweight();
    private final IdentifierFlyweight topic = new IdentifierFlyweight();
    private final Partitioning partitioning = new Partitioning();
    private final MessageFlyweight message = new MessageFlyweight();
    private DirectBuffer buffer;
    private int count;
    private int indexesOffset;
    private int messagesOffset;
    private int messagesLength;

    /** @param messageSizeMax bytes of one message with its header; a larger one is refused as one with too large a payload is. */
    SendMessages(final long messageSizeMax) {
        this.messageSizeMax = messageSizeMax;
    }

    SendMessages read(final WireReader in) throws WireException {
        final long metadataLength = in.u32();
        if (metadataLength > in.remaining()) {
            throw WireReader.invalid("metadata of " + metadataLength + " bytes, " + in.remaining() + " left");
        }
        final int metadataEnd = in.position() + (int) metadataLength;
        in.id(stream);
        in.id(topic);
        partitioning.read(in);
        final long messages = in.u32();
        if (in.position() != metadataEnd) {
            throw WireReader.invalid("metadata of another length than it says");
        }
        if (messages * INDEX_LENGTH > in.remaining()) {
            throw WireReader.invalid(messages + " messages, " + in.remaining() + " bytes left for their indexes");
        }
        buffer = in.buffer();
        count = (int) messages;
        indexesOffset = in.skip(count * INDEX_LENGTH);
        messagesLength = in.remaining();
        messagesOffset = in.skip(messagesLength);
        checkBatch();
        return this;
    }

    @Override
    public CommandCode command() {
        return CommandCode.SEND_MESSAGES;
    }

    public IdentifierFlyweight stream() {
        return stream;
    }

    public IdentifierFlyweight topic() {
        return topic;
    }

    public Partitioning partitioning() {
        return partitioning;
    }

    /** At least 1. */
    public int count() {
        return count;
    }

    public DirectBuffer buffer() {
        return buffer;
    }

    /** Of the first message in the buffer. */
    public int messagesOffset() {
        return messagesOffset;
    }

    /** Bytes of all messages. */
    public int messagesLength() {
        return messagesLength;
    }

    /** Points the flyweight to one message, counted from 0. */
    public MessageFlyweight message(final int index, final MessageFlyweight flyweight) {
        return flyweight.wrap(buffer, messagesOffset + (int) start(index));
    }

    /**
     * The checks of the 0.8.0 server, in its order, message by message. Four errors of its list cannot come up: the number of indexes is
     * computed from the number of messages (4034, 4035), and a message that ends before it begins or is shorter than a header is not
     * addressable (4033) before it could be too small (4037) or its position be found to decrease (10011).
     */
    private void checkBatch() throws WireException {
        if (count == 0) {
            throw new WireException(IggyError.INVALID_MESSAGES_COUNT, "no messages");
        }
        long previousOffset = 0;
        boolean isEachOfItsLength = true;
        for (int i = 0; i < count; i++) {
            checkIndex(i);
            final long length = end(i) - start(i);
            if (end(i) > messagesLength || length < MessageFlyweight.HEADER_LENGTH) {
                throw refused(IggyError.MISSING_INDEX, i, "is not where its index says");
            }
            message(i, message);
            checkSize(i);
            if (Long.compareUnsigned(message.offset(), previousOffset) < 0) {
                throw refused(IggyError.INVALID_OFFSET, i, "has an offset below the one before");
            }
            previousOffset = message.offset();
            isEachOfItsLength &= message.length() == length;
        }
        if (!isEachOfItsLength || end(count - 1) != messagesLength) {
            throw new WireException(IggyError.INVALID_MESSAGES_SIZE, "messages and indexes differ in length");
        }
    }

    private void checkIndex(final int index) throws WireException {
        final int at = indexesOffset + index * INDEX_LENGTH;
        if (buffer.getInt(at, LITTLE_ENDIAN) != 0) {
            throw refused(IggyError.NON_ZERO_OFFSET, index, "has an offset in its index");
        }
        if (buffer.getLong(at + INDEX_TIMESTAMP, LITTLE_ENDIAN) != 0) {
            throw refused(IggyError.NON_ZERO_TIMESTAMP, index, "has a timestamp in its index");
        }
    }

    private void checkSize(final int index) throws WireException {
        if (message.payloadLength() > WireLimits.MESSAGE_PAYLOAD_MAX || message.length() > messageSizeMax) {
            throw refused(IggyError.TOO_BIG_MESSAGE_PAYLOAD, index, "has " + message.length() + " bytes");
        }
        if (message.userHeadersLength() > WireLimits.USER_HEADERS_MAX) {
            throw refused(
                    IggyError.TOO_BIG_USER_HEADERS, index, "has headers of " + message.userHeadersLength() + " bytes");
        }
    }

    private static WireException refused(final IggyError error, final int index, final String what) {
        return new WireException(error, "message " + index + " " + what);
    }

    private long start(final int index) {
        return index == 0 ? 0 : end(index - 1);
    }

    private long end(final int index) {
        return buffer.getInt(indexesOffset + index * INDEX_LENGTH + INDEX_POSITION, LITTLE_ENDIAN) & 0xffff_ffffL;
    }
}
