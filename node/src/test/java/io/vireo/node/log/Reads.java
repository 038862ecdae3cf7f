package io.vireo.node.log;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads a log through its query format, and takes the answer apart. */
public final class Reads {
    /** A parsed answer. */
    public record Answer(int status, int length, long end, List<byte[]> entries) {}

    private Reads() {}

    /** The one entry at this offset. */
    public static byte[] entry(final LogStateMachine log, final long namespace, final long offset) {
        final Answer answer = read(log, namespace, offset, 1, 0, 1 << 16);
        assertEquals(0, answer.status());
        assertEquals(1, answer.entries().size());
        return answer.entries().get(0);
    }

    static Answer read(
            final LogStateMachine log,
            final long namespace,
            final long from,
            final int maxEntries,
            final int maxBytes,
            final int limit) {
        final UnsafeBuffer query = new UnsafeBuffer(new byte[5 + LogStateMachine.QUERY_LENGTH]);
        query.putLong(5, from, LITTLE_ENDIAN);
        query.putInt(13, maxEntries, LITTLE_ENDIAN);
        query.putInt(17, maxBytes, LITTLE_ENDIAN);
        return read(log, namespace, query, 5, LogStateMachine.QUERY_LENGTH, limit);
    }

    static Answer read(
            final LogStateMachine log,
            final long namespace,
            final UnsafeBuffer query,
            final int offset,
            final int length,
            final int limit) {
        final UnsafeBuffer answer = new UnsafeBuffer(new byte[7 + limit]);
        answer.setMemory(0, 7 + limit, (byte) 0x5a);
        final long result = log.read(namespace, query, offset, length, answer, 7, limit);
        final int status = (int) (result >>> 32);
        final int size = (int) result;
        final List<byte[]> entries = new ArrayList<>();
        if (status != 0) {
            assertEquals(0, size);
            return new Answer(status, size, -1, entries);
        }
        assertEquals(0, answer.getInt(7 + 12, LITTLE_ENDIAN));
        int at = 7 + LogStateMachine.ANSWER_PREFIX_LENGTH;
        for (int i = answer.getInt(7 + LogStateMachine.ANSWER_COUNT_OFFSET, LITTLE_ENDIAN); i > 0; i--) {
            final byte[] entry = new byte[answer.getInt(at, LITTLE_ENDIAN)];
            answer.getBytes(at + 4, entry);
            entries.add(entry);
            at += 4 + entry.length;
        }
        assertEquals(7 + size, at);
        return new Answer(status, size, answer.getLong(7, LITTLE_ENDIAN), entries);
    }
}
