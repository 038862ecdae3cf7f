package io.vireo.sim.example;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.vireo.bootstrap.checkpoint.SnapshotInput;
import io.vireo.bootstrap.checkpoint.SnapshotOutput;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.bootstrap.replay.StateMachine;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A replicated map of counters. A request is a number of 8 bytes, little-endian, and a name in ASCII; the reply is the counter's value and
 * the revision of the map, 8 bytes each. Every change is a revision of its own.
 */
class Counters implements StateMachine {
    static final int PUT = 16;
    static final int ADD = 17;
    static final int GET = 18;

    private static final int NUMBER = Long.BYTES;
    private static final int NAME_MAX = 64;
    private static final int COUNTERS_MAX = 1 << 20;

    /** Sorted, so that a snapshot has the same bytes on every replica. */
    final Map<String, Long> values = new TreeMap<>();

    long revision;

    @Override
    public int replySizeMax() {
        return 2 * NUMBER;
    }

    @Override
    public long apply(
            final long op,
            final long timestampNs,
            final long namespace,
            final long incarnation,
            final int operation,
            final DirectBuffer body,
            final int offset,
            final int length,
            final MutableDirectBuffer reply,
            final int replyOffset) {
        if (length <= NUMBER || length > NUMBER + NAME_MAX) {
            return StateMachine.result(ReplyStatus.MALFORMED, 0);
        }
        final long number = body.getLong(offset, LITTLE_ENDIAN);
        final String name = name(body, offset + NUMBER, length - NUMBER);
        switch (operation) {
            case PUT -> change(name, number);
            case ADD -> change(name, values.getOrDefault(name, 0L) + number);
            case GET -> {}
            default -> {
                return StateMachine.result(ReplyStatus.MALFORMED, 0);
            }
        }
        reply.putLong(replyOffset, values.getOrDefault(name, 0L), LITTLE_ENDIAN);
        reply.putLong(replyOffset + NUMBER, revision, LITTLE_ENDIAN);
        return StateMachine.result(ReplyStatus.OK, 2 * NUMBER);
    }

    private void change(final String name, final long value) {
        values.put(name, value);
        revision++;
    }

    /** The query is a name, the answer the counter's value. */
    @Override
    public long read(
            final long namespace,
            final DirectBuffer query,
            final int offset,
            final int length,
            final MutableDirectBuffer answer,
            final int answerOffset,
            final int limit) {
        if (length < 1 || length > NAME_MAX || limit < NUMBER) {
            return StateMachine.result(ReplyStatus.MALFORMED, 0);
        }
        answer.putLong(answerOffset, values.getOrDefault(name(query, offset, length), 0L), LITTLE_ENDIAN);
        return StateMachine.result(ReplyStatus.OK, NUMBER);
    }

    @Override
    public void snapshot(final SnapshotOutput out) {
        out.writeLong(revision);
        out.writeInt(values.size());
        values.forEach((name, value) -> {
            final UnsafeBuffer bytes = new UnsafeBuffer(name.getBytes(StandardCharsets.US_ASCII));
            out.writeInt(bytes.capacity());
            out.writeBytes(bytes, 0, bytes.capacity());
            out.writeLong(value);
        });
    }

    @Override
    public void restore(final SnapshotInput in) {
        revision = in.readLong();
        final int count = in.readLength(COUNTERS_MAX, Integer.BYTES + NUMBER, "the number of counters");
        for (int i = 0; i < count; i++) {
            final UnsafeBuffer bytes = new UnsafeBuffer(new byte[in.readLength(NAME_MAX, 1, "the length of a name")]);
            in.readBytes(bytes, 0, bytes.capacity());
            values.put(name(bytes, 0, bytes.capacity()), in.readLong());
        }
        in.checkEnd();
    }

    private static String name(final DirectBuffer buffer, final int offset, final int length) {
        return buffer.getStringWithoutLengthAscii(offset, length);
    }
}
