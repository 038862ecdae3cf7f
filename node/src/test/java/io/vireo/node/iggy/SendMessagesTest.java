package io.vireo.node.iggy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.vireo.node.stream.Identifier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The checks of a batch, each with its error, and which of two errors is answered. */
class SendMessagesTest {
    private static final byte[] METADATA = new ClientBytes()
            .id(Identifier.of("stream"))
            .id(Identifier.of(0))
            .u8(1)
            .u8(0)
            .bytes();

    private final RequestDecoder decoder = new RequestDecoder(1000);
    private final RequestDecoder widestDecoder = new RequestDecoder(Integer.MAX_VALUE);

    @Test
    void shouldTakeTheBatchWhenAllIsRight() {
        assertNull(error(new SendBatch().message(0).message(0, 20, 20).message(5, 0, 5)));
    }

    @Test
    void shouldRefuseWhenMetadataIsLongerThanThePayload() {
        assertEquals(IggyError.INVALID_COMMAND, error(new ClientBytes().u32(4).bytes()));
        assertEquals(
                IggyError.INVALID_COMMAND,
                error(new ClientBytes().u32(0xffff_ffffL).raw(METADATA).u32(1).bytes()));
    }

    @Test
    void shouldFindMetadataTooLongBeforeItIsRead() {
        final byte[] payload =
                new SendBatch().message(0).payload(new ClientBytes().u8(9).u8(0).bytes());
        assertEquals(IggyError.INVALID_IDENTIFIER, error(payload));
        payload[3] = 1;
        assertEquals(IggyError.INVALID_COMMAND, error(payload));
    }

    @Test
    void shouldRefuseWhenMetadataIsOfAnotherLengthThanItSays() {
        final byte[] payload = new SendBatch().message(0).payload(METADATA);
        payload[0]--;
        assertEquals(IggyError.INVALID_COMMAND, error(payload));
        payload[0] = (byte) (payload[0] + 2);
        assertEquals(IggyError.INVALID_COMMAND, error(payload));
    }

    @Test
    void shouldRefuseWhenIndexesAreLongerThanThePayload() {
        assertEquals(IggyError.INVALID_COMMAND, error(new SendBatch().payload(METADATA, 1)));
        // 2^28 indexes of 16 bytes have a length of 0 in 32 bits.
        assertEquals(IggyError.INVALID_COMMAND, error(new SendBatch().message(0).payload(METADATA, 1L << 28)));
        assertEquals(IggyError.INVALID_COMMAND, error(new SendBatch().message(0).payload(METADATA, 0xffff_ffffL)));
    }

    @Test
    void shouldRefuseWhenThereIsNoMessage() {
        assertEquals(IggyError.INVALID_MESSAGES_COUNT, error(new SendBatch()));
    }

    @Test
    void shouldRefuseWhenAnIndexHasWhatTheServerSets() {
        final SendBatch batch = new SendBatch().message(0).message(0);
        batch.indexTimestamps.set(1, 1L);
        assertEquals(IggyError.NON_ZERO_TIMESTAMP, error(batch));
        batch.indexOffsets.set(1, 1L);
        assertEquals(IggyError.NON_ZERO_OFFSET, error(batch));
    }

    @Test
    void shouldRefuseWhenAMessageIsNotAddressable() {
        for (final long position : new long[] {0, 64, 127, 129, 0x8000_0000L, 0xffff_ffffL}) {
            final SendBatch batch = new SendBatch().message(0).message(0);
            batch.positions.set(1, position);
            assertEquals(IggyError.MISSING_INDEX, error(batch), "position " + position);
        }
    }

    @Test
    void shouldRefuseWhenAMessageIsTooLarge() {
        assertNull(error(new SendBatch().message(36, 900, 936)));
        assertEquals(IggyError.TOO_BIG_MESSAGE_PAYLOAD, error(new SendBatch().message(36, 901, 937)));
        assertEquals(IggyError.TOO_BIG_MESSAGE_PAYLOAD, error(new SendBatch().message(0, 0xffff_ffffL, 0)));
        assertEquals(IggyError.TOO_BIG_MESSAGE_PAYLOAD, error(new SendBatch().message(0xffff_ffffL, 0, 0)));
    }

    @Test
    void shouldKeepTheLimitsOfTheProtocolWhenTheServerAllowsMore() {
        assertNull(error(widestDecoder, new SendBatch().message(100_000, 0, 100_000)));
        assertEquals(
                IggyError.TOO_BIG_USER_HEADERS, error(widestDecoder, new SendBatch().message(100_001, 0, 100_001)));
        assertEquals(
                IggyError.TOO_BIG_MESSAGE_PAYLOAD,
                error(widestDecoder, new SendBatch().message(100_001, 64_000_001, 0)));
        assertEquals(IggyError.INVALID_MESSAGES_SIZE, error(widestDecoder, new SendBatch().message(0, 64_000_000, 0)));
    }

    @Test
    void shouldRefuseWhenOffsetsDecrease() {
        assertNull(error(new SendBatch().message(3).message(3).message(-1)));
        assertEquals(IggyError.INVALID_OFFSET, error(new SendBatch().message(3).message(2)));
        assertEquals(IggyError.INVALID_OFFSET, error(new SendBatch().message(-1).message(1)));
    }

    @Test
    void shouldRefuseWhenSizesAreNotThoseOfTheBuffer() {
        assertEquals(
                IggyError.INVALID_MESSAGES_SIZE,
                error(new SendBatch().message(0).raw(1)));
        assertEquals(IggyError.INVALID_MESSAGES_SIZE, error(new SendBatch().message(0, 10, 11)));
        // The sum is right, the messages are not.
        assertEquals(
                IggyError.INVALID_MESSAGES_SIZE,
                error(new SendBatch().message(0, 10, 11).message(0, 11, 10)));
    }

    @Test
    void shouldAnswerWithTheErrorOfTheEarlierMessageAndTheSizesLast() {
        final SendBatch batch = new SendBatch().message(0, 10, 11).message(7).message(2);
        assertEquals(IggyError.INVALID_OFFSET, error(batch));
        batch.indexTimestamps.set(1, 1L);
        assertEquals(IggyError.NON_ZERO_TIMESTAMP, error(batch));
        batch.positions.set(0, 3L);
        assertEquals(IggyError.MISSING_INDEX, error(batch));
    }

    @Test
    void shouldRefusePartitioningWhenItsLengthIsNotThatOfItsKind() {
        final int[][] invalid = {{0, 0}, {4, 0}, {1, 1}, {2, 0}, {2, 3}, {2, 5}, {3, 0}};
        for (final int[] kindAndLength : invalid) {
            final byte[] metadata = new ClientBytes()
                    .id(Identifier.of(1))
                    .id(Identifier.of(2))
                    .u8(kindAndLength[0])
                    .u8(kindAndLength[1])
                    .raw(new byte[kindAndLength[1]])
                    .bytes();
            assertEquals(
                    IggyError.INVALID_COMMAND,
                    error(new SendBatch().message(0).payload(metadata)),
                    "kind " + kindAndLength[0] + ", length " + kindAndLength[1]);
        }
    }

    private IggyError error(final SendBatch batch) {
        return error(decoder, batch);
    }

    private static IggyError error(final RequestDecoder with, final SendBatch batch) {
        return error(with, batch.payload(METADATA));
    }

    private IggyError error(final byte[] payload) {
        return error(decoder, payload);
    }

    private static IggyError error(final RequestDecoder with, final byte[] payload) {
        try {
            with.decode(CommandCode.SEND_MESSAGES, new UnsafeBuffer(payload), 0, payload.length);
            return null;
        } catch (final WireException refused) {
            return refused.error();
        }
    }
}
