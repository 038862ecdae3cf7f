package io.vireo.node.iggy;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.node.stream.partition.BatchFlyweight;
import io.vireo.node.stream.partition.FrameCursor;
import io.vireo.node.stream.partition.PartitionQuery;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Makes the response to a poll of the answer of a partition group: stored batches become messages with headers of their own, each sealed by
 * its checksum. Total over the bytes of the answer. Without garbage; one per gateway.
 */
public final class PollResponse {
    /** Result of {@link #write}: the bytes are no answer to a poll. */
    public static final int INVALID = -1;

    private static final int LENGTH_PREFIX = 4;

    private final WireWriter writer = new WireWriter();
    private final BatchFlyweight batch = new BatchFlyweight();
    private final FrameCursor frames = new FrameCursor();
    private final MessageFlyweight message = new MessageFlyweight();
    private int position;
    private int count;
    private long lastOffset;

    /** Bytes that a response takes at most if it is made of an answer of so many. */
    public static long lengthMax(final int answerLength) {
        return 2L * answerLength;
    }

    /**
     * Writes the whole response with its header. A batch whose bytes are no messages, which a client of the replica port may have stored,
     * ends it: what is before is given, and only an answer that begins with one is invalid, so that it stands in the way of nothing else.
     *
     * @param partition its number in the topic.
     * @param into grows, or has room for {@link #lengthMax} bytes.
     * @return length of the response in bytes, or {@link #INVALID}.
     */
    public int write(
            final int partition,
            final DirectBuffer answer,
            final int answerOffset,
            final int answerLength,
            final MutableDirectBuffer into,
            final int offset) {
        if (answerLength < PartitionQuery.POLL_PREFIX_LENGTH) {
            return INVALID;
        }
        writer.begin(into, offset);
        final int prefix = PollReply.begin(writer, partition, answer.getLong(answerOffset, LITTLE_ENDIAN));
        position = writer.position();
        count = 0;
        final int end = answerOffset + answerLength;
        int at = answerOffset + PartitionQuery.POLL_PREFIX_LENGTH;
        while (at < end) {
            final int length = end - at < LENGTH_PREFIX ? INVALID : answer.getInt(at, LITTLE_ENDIAN);
            if (length < BatchFlyweight.LENGTH_MIN || length > end - at - LENGTH_PREFIX) {
                return INVALID;
            }
            if (!writeBatch(answer, at + LENGTH_PREFIX, length, into)) {
                break;
            }
            at += LENGTH_PREFIX + length;
        }
        final int expected = answer.getInt(answerOffset + PartitionQuery.POLL_COUNT_OFFSET, LITTLE_ENDIAN);
        if (at < end ? count == 0 || count >= expected : count != expected) {
            return INVALID;
        }
        PollReply.count(writer, prefix, count);
        LegacyFrame.putOk(into, offset, position - prefix);
        return position - offset;
    }

    /** Messages in the last response. */
    public int count() {
        return count;
    }

    /** Offset of the last message in the last response, if it has any. */
    public long lastOffset() {
        return lastOffset;
    }

    /** False if its bytes are no messages; then it has added none. */
    private boolean writeBatch(
            final DirectBuffer source, final int at, final int length, final MutableDirectBuffer into) {
        final int begin = position;
        batch.wrap(source, at);
        frames.wrap(source, at, length);
        while (frames.next()) {
            final int bodyLength = frames.length() - FrameCursor.HEADER_LENGTH;
            MessageFlyweight.putHeader(
                    into,
                    position,
                    frames.idLo(),
                    frames.idHi(),
                    batch.baseOffset() + frames.passed() - 1,
                    batch.baseTimestamp(),
                    batch.originTimestamp() + frames.originDelta(),
                    frames.userHeadersLength(),
                    frames.payloadLength());
            into.putBytes(position + MessageFlyweight.HEADER_LENGTH, source, frames.payloadOffset(), bodyLength);
            position += message.putChecksum(into, position);
        }
        if (!frames.isAtEnd() || frames.passed() != batch.count()) {
            position = begin;
            return false;
        }
        count += frames.passed();
        lastOffset = batch.baseOffset() + frames.passed() - 1;
        return true;
    }
}
