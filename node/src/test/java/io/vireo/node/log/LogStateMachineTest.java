package io.vireo.node.log;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.bootstrap.config.ClusterConfig;
import io.vireo.bootstrap.config.NodeContext;
import io.vireo.bootstrap.replay.ReplyStatus;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class LogStateMachineTest {
    private static final ClusterConfig CONFIG = new NodeContext()
            .clusterId(1, 0)
            .replicaCount(3)
            .groupCount(2)
            .namespacesMax(10)
            .prepareSizeMax(16 << 10)
            .walBytes(1 << 20)
            .segmentBytes(64 << 10)
            .conclude();
    private final LogStateMachine log = Logs.open(CONFIG, 1);
    private final UnsafeBuffer reply = new UnsafeBuffer(new byte[32]);

    @Test
    void shouldGiveDenseOffsetsPerNamespaceWhenEntriesAreAppended() {
        assertEquals(0, append(1, "a"));
        assertEquals(1, append(1, ""));
        assertEquals(0, append(3, "b"));
        assertEquals(2, append(1, "c"));
        final Reads.Answer answer = Reads.read(log, 1, 0, 0, 0, 1000);
        assertEquals(3, answer.end());
        assertEquals(
                List.of("a", "", "c"),
                answer.entries().stream().map(bytes -> new String(bytes, UTF_8)).toList());
        assertArrayEquals("b".getBytes(UTF_8), Reads.entry(log, 3, 0));
        assertEquals(3, log.end(1));
    }

    @Tag("I9")
    @Test
    void shouldRefuseWhenTheNamespaceIsNotOfThisGroup() {
        for (final long namespace : new long[] {0, 2, 11, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertEquals((long) ReplyStatus.UNKNOWN_NAMESPACE << 32, apply(namespace, 16, new byte[1]));
            assertEquals(
                    ReplyStatus.UNKNOWN_NAMESPACE,
                    Reads.read(log, namespace, 0, 0, 0, 100).status());
            assertEquals(0, log.end(namespace));
        }
    }

    @Test
    void shouldRefuseWhenTheOperationIsUnknown() {
        assertEquals((long) ReplyStatus.MALFORMED << 32, apply(1, 17, new byte[1]));
        assertEquals((long) ReplyStatus.MALFORMED << 32, apply(1, 3, new byte[1]));
    }

    @Test
    void shouldAnswerNothingWhenTheNamespaceIsEmptyOrTheOffsetIsTheEnd() {
        assertEquals(0, Reads.read(log, 9, 0, 0, 0, 100).end());
        append(1, "a");
        final Reads.Answer atEnd = Reads.read(log, 1, 1, 0, 0, 100);
        assertEquals(1, atEnd.end());
        assertEquals(List.of(), atEnd.entries());
        assertEquals(List.of(), Reads.read(log, 1, Long.MAX_VALUE, 0, 0, 100).entries());
    }

    @Test
    void shouldStopAtTheBoundsWhenMoreEntriesFollow() {
        for (int i = 0; i < 10; i++) {
            append(1, "12345678");
        }
        assertEquals(3, Reads.read(log, 1, 0, 3, 0, 1000).entries().size());
        assertEquals(2, Reads.read(log, 1, 0, 0, 24, 1000).entries().size());
        assertEquals(1, Reads.read(log, 1, 0, 0, 1, 1000).entries().size());
        assertEquals(2, Reads.read(log, 1, 8, 100, 0, 1000).entries().size());
        assertEquals(2, Reads.read(log, 1, 0, 0, 0, 16 + 24 + 11).entries().size());
        assertEquals(10, Reads.read(log, 1, 0, -1, -1, 1000).entries().size());
    }

    @Test
    void shouldRefuseWhenTheAnswerHasNoRoomForOneEntry() {
        append(1, "12345678");
        assertEquals(ReplyStatus.TOO_LARGE, Reads.read(log, 1, 0, 0, 0, 16 + 11).status());
        assertEquals(ReplyStatus.TOO_LARGE, Reads.read(log, 1, 0, 0, 0, 15).status());
        assertEquals(1, Reads.read(log, 1, 0, 0, 0, 16 + 12).entries().size());
    }

    @Test
    void shouldRefuseWhenTheQueryIsMalformed() {
        append(1, "a");
        assertEquals(ReplyStatus.MALFORMED, Reads.read(log, 1, -1, 0, 0, 100).status());
        for (final int length : new int[] {0, 15, 17}) {
            assertEquals(
                    ReplyStatus.MALFORMED,
                    Reads.read(log, 1, new UnsafeBuffer(new byte[32]), 0, length, 100)
                            .status());
        }
    }

    @Test
    void shouldKeepEveryByteWhenEntriesFillChunksAndPages() {
        // Entries of 0..16 KiB, over several chunks and segments.
        final int count = 10_000;
        for (int i = 0; i < count; i++) {
            final byte[] entry = new byte[i % 97 == 0 ? 16 << 10 : i % 5];
            Arrays.fill(entry, (byte) i);
            assertEquals(0x8L, apply(1, 16, entry));
            assertEquals(i, reply.getLong(4, LITTLE_ENDIAN));
        }
        for (int i = 0; i < count; i++) {
            final byte[] entry = new byte[i % 97 == 0 ? 16 << 10 : i % 5];
            Arrays.fill(entry, (byte) i);
            assertArrayEquals(entry, Reads.entry(log, 1, i));
        }
    }

    @Test
    void shouldHoldEmptyEntriesWhenTheyComeFirstAndAtTheEndOfAChunk() {
        assertEquals(0, append(1, ""));
        for (int i = 0; i < 4; i++) {
            apply(1, 16, new byte[16 << 10]);
        }
        append(1, "");
        assertEquals(0, Reads.entry(log, 1, 0).length);
        assertEquals(0, Reads.entry(log, 1, 5).length);
    }

    @Test
    void shouldRefuseWhenAnEntryIsLargerThanASegment() {
        assertEquals((long) ReplyStatus.TOO_LARGE << 32, apply(1, 16, new byte[64 * 1024 - 3]));
        assertEquals(ReplyStatus.OK, (int) (apply(1, 16, new byte[64 * 1024 - 4]) >>> 32));
    }

    private long append(final long namespace, final String entry) {
        assertEquals(8, apply(namespace, 16, entry.getBytes(UTF_8)));
        return reply.getLong(4, LITTLE_ENDIAN);
    }

    private long apply(final long namespace, final int operation, final byte[] entry) {
        final UnsafeBuffer body = new UnsafeBuffer(new byte[entry.length + 9]);
        body.putBytes(9, entry);
        return log.apply(1, 1, namespace, 0, operation, body, 9, entry.length, reply, 4);
    }
}
