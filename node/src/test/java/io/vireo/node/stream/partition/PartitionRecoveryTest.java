package io.vireo.node.stream.partition;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.checkpoint.SnapshotException;
import io.vireo.bootstrap.replay.ReplyStatus;
import io.vireo.journal.segment.SegmentLimits;
import io.vireo.journal.util.InvariantException;
import io.vireo.node.stream.StreamLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a partition group takes over from a disk and from a snapshot, and what it refuses. */
class PartitionRecoveryTest extends PartitionFixture {
    @Test
    void shouldRefuseALateRequestWhenTheDropCameBeforeAnyMessageAndARestartLiesBetween() {
        drop(9);
        host.checkpoint();
        host.restart();
        assertEquals(
                PartitionStatus.INCARNATION_ENDED,
                append(NAMESPACE, 9, batch(1)).status());
        assertEquals(
                PartitionStatus.INCARNATION_ENDED,
                append(NAMESPACE, 8, batch(1)).status());
        assertEquals(0, append(NAMESPACE, 10, batch(1)).status());
    }

    @Test
    void shouldSayDamagedWhenTheDiskHasOtherBytes() throws IOException {
        for (int i = 0; i < 4; i++) {
            append(NAMESPACE, 1, ofPayload(6_000));
        }
        host.checkpoint();
        final Path file = directory.resolve(host.manifest().entry(0).key().fileName());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 9_000);
        }
        host.restart();
        assertEquals(
                ReplyStatus.DAMAGED,
                host.read(NAMESPACE, poll(1, 1, 1, 1), LIMIT).status());
        assertEquals(
                ReplyStatus.DAMAGED,
                host.read(NAMESPACE, poll(1, 2, 2, 9), LIMIT).status());
        assertEquals(
                1,
                PartitionHost.messages(host.read(NAMESPACE, poll(1, 3, 0, 9), LIMIT))
                        .size(),
                "what is before it");
        assertEquals(
                3,
                PartitionHost.messages(host.read(NAMESPACE, poll(1, 1, 3, 9), LIMIT))
                        .get(0)
                        .offset());
    }

    @Test
    void shouldRefuseASnapshotWhenConsumersOrPartitionsAreOutOfOrder() {
        append(NAMESPACE, 1, batch(1));
        storeOf(ConsumerKind.CONSUMER, -5);
        storeOf(ConsumerKind.CONSUMER, 5);
        final byte[] consumers = SnapshotBytes.of(host.machine());
        swap(consumers, consumers.length - 32, consumers.length - 16, 16);
        refusedSnapshot(consumers, "consumers are sorted");
        drop(9);
        host.apply(1, 4, 9, PartitionOperation.DROP, new byte[0]);
        final byte[] ended = SnapshotBytes.of(host.machine());
        // Behind the format, five limits, the length of a segment, how many ends are known, up to where they are
        // forgotten, and a count.
        swap(ended, 48, 64, 16);
        refusedSnapshot(ended, "namespaces are sorted");
    }

    @Test
    void shouldRefuseASnapshotWhenALimitThatDecidesOutcomesIsAnother() {
        append(NAMESPACE, 1, batch(1));
        final byte[] bytes = SnapshotBytes.of(host.machine());
        final StreamLimits own = PartitionHost.LIMITS;
        final int[] others = {4, 1, 4, 5};
        final String[] rules = {
            "streams_max is 4", "topics_max is 1", "partitions_max is 4", "partitions_total_max is 5"
        };
        for (int i = 0; i < others.length; i++) {
            final StreamLimits other = new StreamLimits(
                    i == 0 ? others[0] : own.streamsMax(),
                    i == 1 ? others[1] : own.topicsMax(),
                    i == 2 ? others[2] : own.partitionsMax(),
                    i == 3 ? others[3] : own.partitionsTotalMax(),
                    own.consumerGroupsMax(),
                    own.membersMax(),
                    own.usersMax(),
                    own.segmentBytes());
            refusedSnapshot(bytes, new PartitionMachine(other, PartitionHost.SEGMENTS, host.store()), rules[i]);
        }
        refusedSnapshot(
                bytes,
                new PartitionMachine(own, PartitionHost.SEGMENTS, host.store(), 3),
                "the number of ends that are known is 3");
        final SegmentLimits longer = new SegmentLimits(64 << 10, 8 << 10, 16 << 10);
        refusedSnapshot(
                bytes,
                new PartitionMachine(own.withSegmentBytes(64 << 10), longer, host.store()),
                "the length of the largest batch is " + longer.entrySizeMax());
        assertThrows(
                InvariantException.class,
                () -> new PartitionMachine(own.withSegmentBytes(64 << 10), PartitionHost.SEGMENTS, host.store()));
    }

    @Test
    void shouldRefuseASnapshotWhenTheIndexIsAheadOfTheBatches() {
        for (int i = 0; i < 3; i++) {
            append(NAMESPACE, 1, ofPayload(6_000));
        }
        // Behind the doublings; a count and a row follow.
        final byte[] bytes = SnapshotBytes.of(host.machine());
        final int at = bytes.length - 24 - 4 - 8;
        final long end = 3L * (BatchFlyweight.LENGTH_MIN + 6_000);
        assertEquals(end / 3 * 2, new UnsafeBuffer(bytes).getLong(at, LITTLE_ENDIAN));
        new UnsafeBuffer(bytes).putLong(at, end, LITTLE_ENDIAN);
        refusedSnapshot(bytes, "a batch of the partition is indexed; found " + end);
    }

    @Test
    @Tag("I8")
    void shouldNameBothNumbersWhenAStoredOffsetIsAboveTheEnd() {
        append(NAMESPACE, 1, batch(3));
        store(NAMESPACE, 1, 2);
        final byte[] bytes = SnapshotBytes.of(host.machine());
        new UnsafeBuffer(bytes).putLong(bytes.length - 8, 3, LITTLE_ENDIAN);
        refusedSnapshot(bytes, "below the end of its partition, 3; found 3");
    }

    @Test
    @Tag("I7")
    void shouldGoOnAtTheSameOffsetWhenItRestartsWithoutWhatItsIndexHad() {
        for (int i = 0; i < 30; i++) {
            append(NAMESPACE, 1, ofPayload(1_000));
        }
        host.checkpoint();
        for (int i = 0; i < 5; i++) {
            append(NAMESPACE, 1, ofPayload(1_000));
        }
        host.restart();
        assertEquals(30, append(NAMESPACE, 1, ofPayload(1_000)).longAt(0));
        assertEquals(
                30,
                PartitionHost.messages(host.read(NAMESPACE, poll(1, 1, 30, 9), LIMIT))
                        .get(0)
                        .offset());
        assertEquals(
                LongStream.range(0, 31).boxed().toList(),
                all(1).stream().map(Message::offset).toList());
    }

    private static void swap(final byte[] bytes, final int a, final int b, final int length) {
        final byte[] former = Arrays.copyOfRange(bytes, a, a + length);
        System.arraycopy(bytes, b, bytes, a, length);
        System.arraycopy(former, 0, bytes, b, length);
    }

    private void refusedSnapshot(final byte[] bytes, final String rule) {
        refusedSnapshot(bytes, new PartitionMachine(PartitionHost.LIMITS, PartitionHost.SEGMENTS, host.store()), rule);
    }

    private static void refusedSnapshot(final byte[] bytes, final PartitionMachine other, final String rule) {
        final SnapshotException refused =
                assertThrows(SnapshotException.class, () -> SnapshotBytes.restore(bytes, other));
        assertEquals(SnapshotException.Code.INVALID_CONTENT, refused.code());
        assertTrue(refused.getMessage().contains(rule), refused.getMessage());
    }
}
