package io.vireo.node.iggy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vireo.node.stream.Identifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Hashes that clients compute too: published values, and those of another implementation. */
class HashTest {
    /** XXH3-64 of the 56 bytes 1, 2 to 40 and 16 zeros. */
    private static final long CHECKSUM = 0x8ab405f227992551L;

    private final RequestDecoder decoder = new RequestDecoder(RequestSample.MESSAGE_SIZE_MAX);

    @Test
    void shouldHashAsPublishedWhenTextIsShortOrLong() {
        assertEquals(0x02cc5d05, xxh32(""));
        assertEquals(0x550d7456, xxh32("a"));
        assertEquals(0x32d153ff, xxh32("abc"));
        // Two rounds of all lanes, then a word and three bytes.
        assertEquals(0xe2293b2f, xxh32("Nobody inspects the spammish repetition"));
    }

    @Test
    void shouldGiveConsumersTheHashOfTheirNameWhenTheyHaveOne() throws WireException {
        assertEquals(0x32d153ff, consumerNumber(Identifier.of("abc")));
        assertEquals(17, consumerNumber(Identifier.of(17)));
    }

    @Test
    void shouldTakeTheHashOfAKeyForUnsignedWhenAPartitionIsChosen() throws WireException {
        final byte[] metadata = new ClientBytes()
                .id(Identifier.of(1))
                .id(Identifier.of(2))
                .u8(3)
                .str8("Nobody inspects the spammish repetition")
                .bytes();
        final byte[] payload = new SendBatch().message(0).payload(metadata);
        final SendMessages send =
                (SendMessages) decoder.decode(CommandCode.SEND_MESSAGES, new UnsafeBuffer(payload), 0, payload.length);
        assertEquals((int) (0xe2293b2fL % 7), send.partitioning().partitionOfKey(7));
        assertEquals(0, send.partitioning().partitionOfKey(1));
    }

    @Test
    void shouldChecksumAMessageWhenItsBytesAreOnOrOffTheHeap() {
        checkChecksum(new UnsafeBuffer(new byte[100], 3, 90));
        checkChecksum(new UnsafeBuffer(ByteBuffer.allocateDirect(100), 3, 90));
    }

    private static void checkChecksum(final UnsafeBuffer buffer) {
        final MessageFlyweight message = new MessageFlyweight();
        MessageFlyweight.putHeader(
                buffer,
                5,
                0x0807060504030201L,
                0x100f0e0d0c0b0a09L,
                0x1817161514131211L,
                0x201f1e1d1c1b1a19L,
                0x2827262524232221L,
                0,
                0);
        assertEquals(64, message.putChecksum(buffer, 5));
        assertEquals(CHECKSUM, message.checksum());
        assertEquals(CHECKSUM, message.computeChecksum());
        MessageFlyweight.putHeader(buffer, 5, 1, 2, 3, 4, 5, 2, 3);
        assertEquals(69, message.putChecksum(buffer, 5));
        final long whole = message.checksum();
        buffer.putByte(5 + 68, (byte) 1);
        assertEquals(false, whole == message.computeChecksum(), "the last byte counts");
        buffer.putByte(5 + 68, (byte) 0);
        buffer.putByte(5 + 69, (byte) 1);
        assertEquals(whole, message.computeChecksum(), "what follows does not");
    }

    private int consumerNumber(final Identifier consumer) throws WireException {
        final byte[] payload = new ClientBytes()
                .u8(1)
                .id(consumer)
                .id(Identifier.of(1))
                .id(Identifier.of(2))
                .u8(0)
                .u32(0)
                .bytes();
        final ConsumerOffsetRequest request = (ConsumerOffsetRequest)
                decoder.decode(CommandCode.GET_CONSUMER_OFFSET, new UnsafeBuffer(payload), 0, payload.length);
        return request.scope().consumerNumber();
    }

    private static int xxh32(final String text) {
        final byte[] bytes = ("-" + text + "+").getBytes(StandardCharsets.US_ASCII);
        return Xxh32.hash(new UnsafeBuffer(bytes), 1, bytes.length - 2);
    }
}
