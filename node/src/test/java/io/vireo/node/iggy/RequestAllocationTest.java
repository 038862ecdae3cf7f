package io.vireo.node.iggy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.vireo.node.stream.Identifier;
import java.lang.management.ManagementFactory;
import java.util.function.ToLongFunction;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The frequent requests and the answer to a poll leave no garbage. */
class RequestAllocationTest {
    private static final int WARM_UP = 4_000;
    private static final int ROUNDS = 8_000;

    private final RequestDecoder decoder = new RequestDecoder(RequestSample.MESSAGE_SIZE_MAX);
    private final LegacyFrame frame = new LegacyFrame();
    private final WireWriter out = new WireWriter();
    private final UnsafeBuffer reply = new UnsafeBuffer(new byte[64]);

    @Test
    void shouldLeaveNoGarbageWhenMessagesAreReadAndWalked() throws WireException {
        final SendBatch batch = new SendBatch();
        for (int i = 0; i < 100; i++) {
            batch.message(1, 2, 0, 3, new byte[100], new byte[10]);
        }
        final byte[] metadata = new ClientBytes()
                .id(Identifier.of("stream"))
                .id(Identifier.of(0))
                .u8(3)
                .str8("key")
                .bytes();
        final MessageFlyweight message = new MessageFlyweight();
        assertNoGarbage(CommandCode.SEND_MESSAGES, batch.payload(metadata), request -> {
            final SendMessages send = (SendMessages) request;
            long sum = send.partitioning().partitionOfKey(10);
            for (int i = 0; i < send.count(); i++) {
                sum += send.message(i, message).length() + message.computeChecksum();
            }
            return sum;
        });
    }

    @Test
    void shouldLeaveNoGarbageWhenPollsAreReadAndAnswered() throws WireException {
        final ClientBytes payload = scope().u8(5).u64(0).u32(10).u8(1);
        assertNoGarbage(CommandCode.POLL_MESSAGES, payload.bytes(), request -> {
            final PollMessages poll = (PollMessages) request;
            PollReply.count(
                    out, PollReply.begin(out.begin(reply, 0), poll.scope().partition(), poll.value()), (int)
                            poll.count());
            return (long) out.end() + poll.scope().consumerNumber();
        });
    }

    @Test
    void shouldLeaveNoGarbageWhenOffsetsAreStored() throws WireException {
        assertNoGarbage(CommandCode.STORE_CONSUMER_OFFSET, scope().u64(7).bytes(), request -> {
            final ConsumerOffsetRequest store = (ConsumerOffsetRequest) request;
            return store.offset()
                    + store.scope().consumerNumber()
                    + store.scope().topic().length();
        });
    }

    private static ClientBytes scope() {
        return new ClientBytes()
                .u8(1)
                .id(Identifier.of("consumer"))
                .id(Identifier.of("strëam"))
                .id(Identifier.of(7))
                .u8(1)
                .u32(2);
    }

    private void assertNoGarbage(final CommandCode command, final byte[] payload, final ToLongFunction<Request> use)
            throws WireException {
        final byte[] bytes = new ClientBytes()
                .u32(4L + payload.length)
                .u32(command.code())
                .raw(payload)
                .bytes();
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        long sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            if (round == WARM_UP) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            frame.wrap(buffer, 0, bytes.length);
            sum += use.applyAsLong(
                    decoder.decode(frame.command(), buffer, frame.payloadOffset(), frame.payloadLength()));
        }
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals(0, (double) allocated / (ROUNDS - WARM_UP), 1.0, "bytes per request, of " + sum);
    }
}
