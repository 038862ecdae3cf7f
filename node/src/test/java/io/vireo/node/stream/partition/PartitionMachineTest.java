package io.vireo.node.stream.partition;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.replay.ReplyStatus;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The edges of a partition group, one by one. */
class PartitionMachineTest extends PartitionFixture {
    @Tag("I9")
    @Test
    void shouldRefuseWhenNamespaceIncarnationOrOperationCannotBe() {
        final byte[] batch = batch(1);
        for (final long namespace : new long[] {8, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertEquals(
                    ReplyStatus.UNKNOWN_NAMESPACE, append(namespace, 1, batch).status());
            assertEquals(
                    ReplyStatus.UNKNOWN_NAMESPACE,
                    host.read(namespace, poll(1, 3, 0, 1), LIMIT).status());
        }
        for (final long incarnation : new long[] {0, -1, Long.MIN_VALUE}) {
            assertEquals(
                    ReplyStatus.MALFORMED, append(NAMESPACE, incarnation, batch).status());
            assertEquals(
                    ReplyStatus.MALFORMED,
                    host.read(NAMESPACE, poll(incarnation, 3, 0, 1), LIMIT).status());
        }
        for (final int operation : new int[] {0, 63, 70, -1}) {
            assertEquals(
                    ReplyStatus.MALFORMED,
                    host.apply(1, NAMESPACE, 1, operation, batch).status());
        }
        assertEquals(0, host.machine().partitionCount());
    }

    @Test
    void shouldGiveDenseOffsetsAndRisingTimestampsWhenPreparesShareTheirs() {
        assertEquals(0, append(5_000, 2).longAt(0));
        assertEquals(2, append(5_999, 3).longAt(0));
        assertEquals(5, append(4_000, 1).longAt(0));
        final PartitionHost.Outcome last = append(9_000, 4);
        assertEquals(6, last.longAt(0));
        assertEquals(4, last.intAt(8));
        assertEquals(
                List.of(5L, 5L, 6L, 6L, 6L, 7L, 9L, 9L, 9L, 9L),
                all(1).stream().map(Message::timestamp).toList());
        assertEquals(
                List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L),
                all(1).stream().map(Message::offset).toList());
    }

    @Test
    void shouldRefuseWhenTheBodyIsNoBatch() {
        final byte[] good = batch(2);
        refused(new byte[0]);
        refused(Arrays.copyOf(good, BatchFlyweight.LENGTH_MIN - 1));
        refused(Arrays.copyOf(good, good.length - 1));
        refused(Arrays.copyOf(good, good.length + 1));
        refused(changed(good, BatchFlyweight.COUNT_OFFSET, 0));
        refused(changed(good, BatchFlyweight.COUNT_OFFSET, -1));
        refused(changed(good, BatchFlyweight.COUNT_OFFSET, 1 + (good.length - 40) / 32));
        refused(changed(good, BatchFlyweight.BASE_OFFSET_OFFSET, 1));
        refused(changed(good, BatchFlyweight.BASE_TIMESTAMP_OFFSET, 1));
        assertEquals(0, host.machine().partitionCount());
        assertEquals(0, append(NAMESPACE, 1, good).status());
    }

    @Test
    void shouldRefuseWhenTheBatchIsLargerThanASegment() {
        final int payload = PartitionHost.SEGMENTS.entrySizeMax() - BatchFlyweight.LENGTH_MIN;
        assertEquals(
                ReplyStatus.TOO_LARGE,
                append(NAMESPACE, 1, ofPayload(payload + 1)).status());
        assertEquals(0, append(NAMESPACE, 1, ofPayload(payload)).status());
        assertEquals(payload, all(1).get(0).length());
    }

    @Test
    void shouldRefuseWhenABatchHasFramesThatAreNone() {
        append(NAMESPACE, 1, batch(1));
        final byte[] bad = batch(3);
        // The second frame is longer than the batch, which its checksum says it is.
        final UnsafeBuffer buffer = new UnsafeBuffer(bad);
        final FrameCursor frames = new FrameCursor().wrap(buffer, 0, bad.length);
        assertTrue(frames.next());
        assertTrue(frames.next());
        buffer.putInt(frames.offset(), bad.length, LITTLE_ENDIAN);
        final BatchFlyweight batch = new BatchFlyweight().wrap(buffer, 0);
        batch.putHeader(buffer, 0, 0, 0, batch.originTimestamp(), bad.length, 3);
        assertEquals(BatchFault.FRAMES, new BatchCheck().whole(buffer, 0, bad.length));
        refused(bad);
        // As many messages as it says, or a byte that was changed on its way.
        batch.putHeader(buffer, 0, 0, 0, batch.originTimestamp(), bad.length, 2);
        refused(bad);
        refused(changed(batch(2), batch(2).length - 4, 7));
        assertEquals(1, append(NAMESPACE, 1, batch(1)).longAt(0));
        assertEquals(2, all(1).size());
    }

    @Test
    void shouldSeeNothingOfALifeThatHasEndedWhenTheNextOneBegins() {
        append(NAMESPACE, 5, batch(3));
        store(NAMESPACE, 5, 2);
        assertEquals(
                PartitionStatus.INCARNATION_NOT_YET,
                append(NAMESPACE, 7, batch(1)).status());
        assertEquals(
                PartitionStatus.INCARNATION_ENDED,
                append(NAMESPACE, 4, batch(1)).status());
        assertEquals(List.of(), all(7), "a life that has not begun has no messages");
        assertEquals(0, drop(4).status());
        assertEquals(3, all(5).size(), "a drop of an earlier life leaves this one");
        assertEquals(0, drop(5).status());
        assertEquals(0, drop(5).status());
        assertEquals(
                PartitionStatus.INCARNATION_ENDED,
                append(NAMESPACE, 5, batch(1)).status());
        assertEquals(
                PartitionStatus.INCARNATION_ENDED,
                host.read(NAMESPACE, poll(5, 3, 0, 1), LIMIT).status());
        assertEquals(0, append(NAMESPACE, 7, batch(1)).longAt(0), "offsets begin anew");
        assertEquals(PartitionStatus.CONSUMER_OFFSET_NOT_FOUND, offset(7).status());
        assertEquals(
                PartitionStatus.INCARNATION_ENDED,
                append(NAMESPACE, 6, batch(1)).status());
    }

    @Test
    void shouldRefuseWhenThereAreTooManyPartitionsUntilOneGoes() {
        for (int i = 0; i < PartitionModel.LIVE_MAX; i++) {
            assertEquals(0, append(i, 1, batch(1)).status());
        }
        assertEquals(PartitionStatus.TOO_MANY_PARTITIONS, append(7, 1, batch(1)).status());
        assertEquals(0, drop(1).status());
        assertEquals(0, append(7, 1, batch(1)).status());
        assertEquals(PartitionModel.LIVE_MAX, host.machine().partitionCount());
    }

    @Test
    void shouldRefuseAnOffsetThatIsBehindTheLastMessage() {
        assertEquals(PartitionStatus.INVALID_OFFSET, store(NAMESPACE, 1, 0).status());
        append(NAMESPACE, 1, batch(3));
        for (final long offset : new long[] {3, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            assertEquals(
                    PartitionStatus.INVALID_OFFSET, store(NAMESPACE, 1, offset).status());
        }
        assertEquals(PartitionStatus.CONSUMER_OFFSET_NOT_FOUND, offset(1).status());
        assertEquals(0, store(NAMESPACE, 1, 2).status());
        assertEquals(0, store(NAMESPACE, 1, 0).status(), "offsets may go back");
        assertEquals(2, offset(1).longAt(0));
        assertEquals(0, offset(1).longAt(8));
    }

    @Test
    void shouldRefuseWhenThereAreTooManyConsumersUntilOneGoes() {
        append(NAMESPACE, 1, batch(1));
        for (int i = 0; i < ConsumerOffsets.CONSUMERS_MAX; i++) {
            assertEquals(0, storeOf(ConsumerKind.GROUP, i * 7L).status());
        }
        assertEquals(
                PartitionStatus.TOO_MANY_CONSUMERS,
                storeOf(ConsumerKind.GROUP, 1).status());
        assertEquals(0, storeOf(ConsumerKind.GROUP, 7).status());
        assertEquals(0, storeOf(ConsumerKind.CONSUMER, 1).status());
        final int length = PartitionOperation.putDeleteOffset(scratch, 0, ConsumerKind.GROUP, 7);
        assertEquals(
                0,
                host.apply(1, NAMESPACE, 1, PartitionOperation.DELETE_OFFSET, bytes(length))
                        .status());
        assertEquals(0, storeOf(ConsumerKind.GROUP, 1).status());
    }

    @Test
    void shouldGiveOneMessageAtLeastOrSayThatTheAnswerIsTooSmall() {
        append(NAMESPACE, 1, ofPayload(1_000));
        final int needed = PartitionQuery.POLL_PREFIX_LENGTH + 4 + BatchFlyweight.LENGTH_MIN + 1_000;
        for (int limit = 0; limit < needed; limit += limit < 30 || limit > needed - 5 ? 1 : 97) {
            assertEquals(
                    ReplyStatus.TOO_LARGE,
                    host.read(NAMESPACE, poll(1, 3, 0, 1), limit).status());
        }
        assertEquals(
                1,
                PartitionHost.messages(host.read(NAMESPACE, poll(1, 3, 0, 1), needed))
                        .size());
        assertEquals(
                0,
                host.read(NAMESPACE, poll(1, 3, 0, 0), PartitionQuery.POLL_PREFIX_LENGTH)
                        .status());
    }

    @Test
    void shouldForgetWholeSealedSegmentsAndNeverTheLastWhenMessagesExpireOrAreTooMany() {
        final int length = BatchFlyweight.LENGTH_MIN + 6_000;
        for (int i = 0; i < 15; i++) {
            // Five fit a segment; the timestamps are 100, 101, ...
            host.apply(100_000 + i * 1_000, NAMESPACE, 1, PartitionOperation.APPEND, ofPayload(6_000));
        }
        assertRetained(0, 0, 154, 50, 0, 999);
        assertRetained(0, 0, 0, -1, 0, 999);
        assertRetained(0, 0, 155, 50, 0, 103);
        assertRetained(5, 1, 155, 50, 0, 104);
        assertRetained(5, 0, 155, -1, 5L * length, 999);
        assertRetained(10, 1, 155, -1, 5L * length + 1, 0);
        assertRetained(10, 0, 155, 0, -1, 999);
        assertEquals(5, all(1).size());
        for (int i = 0; i < 15; i++) {
            append(200_000, 1);
            append(NAMESPACE, 1, ofPayload(6_000));
        }
        final int deleteLength = PartitionOperation.putDeleteSegments(scratch, 0, -1);
        final PartitionHost.Outcome deleted =
                host.apply(1, NAMESPACE, 1, PartitionOperation.DELETE_SEGMENTS, bytes(deleteLength));
        assertEquals(3, deleted.intAt(8), "all but the last, however many are asked for");
        assertEquals(deleted.longAt(0), all(1).get(0).offset());
        assertEquals(
                0,
                host.apply(1, NAMESPACE, 9, PartitionOperation.DROP, new byte[0])
                        .status());
        assertEquals(
                0,
                host.apply(1, NAMESPACE, 10, PartitionOperation.DELETE_SEGMENTS, bytes(4))
                        .intAt(8));
    }

    @Test
    void shouldTakeWhatWasMeantAndNoMoreWhenARetainBySizeIsLateOrComesAgain() {
        final int length = BatchFlyweight.LENGTH_MIN + 6_000;
        for (int i = 0; i < 11 * 5; i++) {
            append(NAMESPACE, 1, ofPayload(6_000));
        }
        // One of eleven segments has no room: nothing else is meant, however much is written before it is applied.
        final long bytesBelow = 11L * 5 * length - 10L * 5 * length;
        for (int i = 0; i < 5 * 5; i++) {
            append(NAMESPACE, 1, ofPayload(6_000));
        }
        assertRetained(5, 1, 999, PartitionOperation.NO_AGE, bytesBelow, PartitionOperation.NO_TIME);
        assertRetained(5, 0, 999, PartitionOperation.NO_AGE, bytesBelow, PartitionOperation.NO_TIME);
        append(NAMESPACE, 1, ofPayload(6_000));
        host.checkpoint();
        host.restart();
        assertRetained(5, 0, 999, PartitionOperation.NO_AGE, bytesBelow, PartitionOperation.NO_TIME);
        assertEquals(76, all(1).size());
    }

    private void assertRetained(
            final long beginOffset,
            final int deleted,
            final long now,
            final long age,
            final long bytesBelow,
            final long notAfter) {
        final int length = PartitionOperation.putRetain(scratch, 0, age, bytesBelow, notAfter);
        final PartitionHost.Outcome outcome =
                host.apply(now * 1_000, NAMESPACE, 1, PartitionOperation.RETAIN, bytes(length));
        assertEquals(0, outcome.status());
        assertEquals(deleted, outcome.intAt(8));
        assertEquals(beginOffset, outcome.longAt(0));
    }

    private void refused(final byte[] body) {
        assertEquals(ReplyStatus.MALFORMED, append(NAMESPACE, 1, body).status());
    }

    private static byte[] changed(final byte[] batch, final int at, final int value) {
        final byte[] changed = batch.clone();
        new UnsafeBuffer(changed).putInt(at, value, LITTLE_ENDIAN);
        return changed;
    }
}
