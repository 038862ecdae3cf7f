package io.vireo.node.iggy;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.port.SeededRandom;
import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.partition.BatchCheck;
import io.vireo.node.stream.partition.BatchFault;
import io.vireo.node.stream.partition.BatchFlyweight;
import io.vireo.node.stream.partition.FrameCursor;
import io.vireo.node.stream.partition.PartitionQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.agrona.concurrent.UnsafeBuffer;

/** The way of messages from a send into batches and from stored batches into the response to a poll. */
class PollResponseProps {
    private static final byte[] METADATA = new ClientBytes()
            .id(Identifier.of("stream"))
            .id(Identifier.of(0))
            .u8(1)
            .u8(0)
            .bytes();
    private static final int AT = 5;

    private record Sent(long idLo, long idHi, long origin, byte[] payload, byte[] headers) {}

    private final RequestDecoder decoder = new RequestDecoder(1 << 20);
    private final BatchCheck check = new BatchCheck();

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void shouldGiveBackEachMessageAsItWasSentWithOffsetTimestampAndChecksum(@ForAll final long seed)
            throws WireException {
        final Random random = new Random(seed);
        final List<Sent> sent = sent(random);
        final SendMessages send = decoded(sent);
        final SendBatches batches = new SendBatches(new SeededRandom(seed));
        final UnsafeBuffer answer = new UnsafeBuffer(new byte[1 << 16]);
        final int roomMax = BatchFlyweight.LENGTH_MIN + 200 + random.nextInt(2_000);
        final long base = random.nextInt(2) == 0 ? 0 : random.nextLong() >>> 2;
        int length = PartitionQuery.POLL_PREFIX_LENGTH;
        int taken = 0;
        while (taken < sent.size()) {
            final int batchLength = batches.write(send, taken, answer, AT + length + 4, roomMax);
            assertTrue(batchLength <= roomMax && batches.count() > 0);
            assertEquals(BatchFault.NONE, check.whole(answer, AT + length + 4, batchLength));
            final int next = taken + batches.count();
            if (next < sent.size()) {
                final Sent first = sent.get(next);
                assertTrue(
                        batchLength + FrameCursor.HEADER_LENGTH + first.payload.length + first.headers.length > roomMax,
                        "a batch takes what fits");
            }
            // As the partition group stamps it.
            answer.putLong(AT + length + 4 + BatchFlyweight.BASE_OFFSET_OFFSET, base + taken, LITTLE_ENDIAN);
            answer.putLong(AT + length + 4 + BatchFlyweight.BASE_TIMESTAMP_OFFSET, 77 + taken, LITTLE_ENDIAN);
            answer.putInt(AT + length, batchLength, LITTLE_ENDIAN);
            taken = next;
            length += 4 + batchLength;
        }
        answer.putLong(AT, base + 1_000, LITTLE_ENDIAN);
        answer.putInt(AT + PartitionQuery.POLL_COUNT_OFFSET, taken, LITTLE_ENDIAN);

        final PollResponse response = new PollResponse();
        final UnsafeBuffer wire = new UnsafeBuffer(new byte[3 + (int) PollResponse.lengthMax(length)]);
        final int wireLength = response.write(6, answer, AT, length, wire, 3);
        assertEquals(taken, response.count());
        assertEquals(base + taken - 1, response.lastOffset());
        assertEquals(0, wire.getInt(3, LITTLE_ENDIAN));
        assertEquals(wireLength - 8, wire.getInt(7, LITTLE_ENDIAN));
        assertEquals(6, wire.getInt(11, LITTLE_ENDIAN));
        assertEquals(base + 1_000, wire.getLong(15, LITTLE_ENDIAN));
        assertEquals(taken, wire.getInt(23, LITTLE_ENDIAN));
        checkMessages(sent, base, wire, 27, 3 + wireLength);
    }

    @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void shouldSayInvalidOrStayInBoundsWhenTheAnswerIsAnyBytes(@ForAll final long seed) throws WireException {
        final Random random = new Random(seed);
        final UnsafeBuffer answer = new UnsafeBuffer(new byte[1 << 15]);
        final SendMessages send = decoded(sent(random));
        final int batchLength = new SendBatches(new SeededRandom(seed))
                .write(send, 0, answer, PartitionQuery.POLL_PREFIX_LENGTH + 4, 1 << 14);
        answer.putInt(PartitionQuery.POLL_PREFIX_LENGTH, batchLength, LITTLE_ENDIAN);
        answer.putInt(PartitionQuery.POLL_COUNT_OFFSET, send.count(), LITTLE_ENDIAN);
        int length = PartitionQuery.POLL_PREFIX_LENGTH + 4 + batchLength;
        final PollResponse response = new PollResponse();
        final UnsafeBuffer wire = new UnsafeBuffer(new byte[(int) PollResponse.lengthMax(length) + 100]);
        assertTrue(response.write(0, answer, 0, length, wire, 0) > 0);
        for (int cut = 1; cut < 2 * MessageFlyweight.HEADER_LENGTH; cut++) {
            assertEquals(PollResponse.INVALID, response.write(0, answer, 0, length - cut, wire, 0));
        }
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            answer.putByte(random.nextInt(Math.min(length, 120)), (byte) random.nextInt(256));
        }
        length += random.nextInt(7) - 3;
        final int written = response.write(0, answer, 0, Math.min(length, random.nextInt(50_000)), wire, 0);
        assertTrue(written == PollResponse.INVALID || written <= wire.capacity());
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
    void shouldEndBeforeTheFirstBatchWhoseBytesAreNoMessages(@ForAll final long seed) throws WireException {
        final Random random = new Random(seed);
        final List<Sent> sent = sent(random);
        final int batches = 1 + random.nextInt(4);
        final int bad = random.nextInt(batches);
        final UnsafeBuffer answer = new UnsafeBuffer(new byte[1 << 16]);
        int length = PartitionQuery.POLL_PREFIX_LENGTH;
        for (int i = 0; i < batches; i++) {
            final int at = length + 4;
            final int batchLength =
                    new SendBatches(new SeededRandom(seed)).write(decoded(sent), 0, answer, at, 1 << 14);
            answer.putLong(at + BatchFlyweight.BASE_OFFSET_OFFSET, (long) i * sent.size(), LITTLE_ENDIAN);
            answer.putInt(length, batchLength, LITTLE_ENDIAN);
            if (i == bad) {
                final FrameCursor frames = new FrameCursor().wrap(answer, at, batchLength);
                for (int frame = random.nextInt(sent.size()); frame >= 0; frame--) {
                    assertTrue(frames.next());
                }
                answer.putInt(frames.offset(), batchLength, LITTLE_ENDIAN);
            }
            length += 4 + batchLength;
        }
        answer.putInt(PartitionQuery.POLL_COUNT_OFFSET, batches * sent.size(), LITTLE_ENDIAN);
        final PollResponse response = new PollResponse();
        final UnsafeBuffer wire = new UnsafeBuffer(new byte[(int) PollResponse.lengthMax(length)]);
        final int written = response.write(0, answer, 0, length, wire, 0);
        if (bad == 0) {
            assertEquals(PollResponse.INVALID, written);
        } else {
            assertEquals(bad * sent.size(), response.count());
            assertEquals((long) bad * sent.size() - 1, response.lastOffset());
            assertEquals(written - 8, wire.getInt(4, LITTLE_ENDIAN));
            assertEquals(bad * sent.size(), wire.getInt(20, LITTLE_ENDIAN));
            checkMessages(repeated(sent, bad), 0, wire, 24, written);
        }
    }

    private static List<Sent> repeated(final List<Sent> sent, final int times) {
        final List<Sent> all = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            all.addAll(sent);
        }
        return all;
    }

    private static List<Sent> sent(final Random random) {
        final List<Sent> sent = new ArrayList<>();
        for (int left = 1 + random.nextInt(12); left > 0; left--) {
            final byte[] payload = new byte[random.nextInt(150)];
            random.nextBytes(payload);
            final byte[] headers = new byte[random.nextInt(3) == 0 ? random.nextInt(50) : 0];
            random.nextBytes(headers);
            final boolean hasId = random.nextBoolean();
            sent.add(new Sent(
                    hasId ? random.nextLong() : 0,
                    hasId ? random.nextInt(3) : 0,
                    random.nextInt(4) == 0 ? random.nextLong() : 1_700_000_000L + left,
                    payload,
                    headers));
        }
        return sent;
    }

    private SendMessages decoded(final List<Sent> sent) throws WireException {
        final SendBatch batch = new SendBatch();
        sent.forEach(each -> batch.message(each.idLo, each.idHi, 0, each.origin, each.payload, each.headers));
        final byte[] bytes = batch.payload(METADATA);
        return (SendMessages) decoder.decode(CommandCode.SEND_MESSAGES, new UnsafeBuffer(bytes), 0, bytes.length);
    }

    private static void checkMessages(
            final List<Sent> sent, final long base, final UnsafeBuffer wire, final int start, final int end) {
        int at = start;
        long batchTimestamp = 0;
        for (int i = 0; i < sent.size(); i++) {
            final Sent each = sent.get(i);
            final MessageFlyweight message = new MessageFlyweight().wrap(wire, at);
            assertEquals(message.computeChecksum(), message.checksum());
            assertEquals(base + i, message.offset());
            assertTrue(message.timestamp() == batchTimestamp || message.timestamp() == 77 + i, "one per batch");
            batchTimestamp = message.timestamp();
            assertEquals(each.origin, message.originTimestamp());
            if (each.idLo == 0 && each.idHi == 0) {
                assertEquals(4, message.idHi() >>> 12 & 0xf, "a random UUID");
                assertEquals(2, message.idLo() >>> 62);
            } else {
                assertEquals(each.idLo, message.idLo());
                assertEquals(each.idHi, message.idHi());
            }
            assertEquals(0, wire.getLong(at + 56, LITTLE_ENDIAN));
            final byte[] payload = new byte[(int) message.payloadLength()];
            wire.getBytes(message.payloadOffset(), payload);
            assertArrayEquals(each.payload, payload);
            final byte[] headers = new byte[(int) message.userHeadersLength()];
            wire.getBytes(message.userHeadersOffset(), headers);
            assertArrayEquals(each.headers, headers);
            at += 64 + payload.length + headers.length;
        }
        assertEquals(end, at);
    }
}
