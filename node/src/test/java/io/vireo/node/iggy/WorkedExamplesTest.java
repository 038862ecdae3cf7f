package io.vireo.node.iggy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vireo.node.stream.Identifier;
import io.vireo.node.stream.Permissions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Bytes that the released Java SDK 0.8.0 was seen to send and to read. */
class WorkedExamplesTest {
    private static final long CREATED = 0x0605040302010099L;
    private static final String CREATED_HEX = "99 00 01 02 03 04 05 06";

    private final RequestDecoder decoder = new RequestDecoder(RequestSample.MESSAGE_SIZE_MAX);
    private final WireWriter out = new WireWriter();

    @Test
    void shouldReadAndAnswerALogin() throws WireException {
        final String context = "Iggy Java SDK 0.8.0 (built: 2026-05-11T09:30:00Z, commit: 0123456789abcdef01234567)"
                .substring(0, 0x4e);
        checkRequest(
                "77000000 26000000 04" + text("iggy") + "04" + text("iggy") + "13000000" + text("iggy-java-sdk/0.8.0")
                        + "4e000000" + text(context),
                new UserRequest.LoginUser("iggy", new Secret("iggy"), "iggy-java-sdk/0.8.0", context));
        checkReply("00000000 04000000 00000000", reply -> reply.u32(0));
    }

    @Test
    void shouldReadAndAnswerCreateStream() throws WireException {
        checkRequest("10000000 ca000000 0b" + text("test-stream"), new TopicRequest.CreateStream("test-stream"));
        checkReply(
                "00000000 2c000000 00000000" + CREATED_HEX + "00000000 0700000000000000 0500000000000000 0b"
                        + text("test-stream"),
                new StreamRecord(0, CREATED, 0, 7, 5, "test-stream")::writeTo);
    }

    @Test
    void shouldReadGetTopicAndAnswerThatThereIsNone() throws WireException {
        checkRequest(
                "17000000 2c010000 02 0b" + text("test-stream") + "01 04 94010000",
                new Request.OnTopic(CommandCode.GET_TOPIC, Identifier.of("test-stream"), Identifier.of(404)));
        checkReply("00000000 00000000", reply -> {});
    }

    @Test
    void shouldReadAndAnswerCreateTopic() throws WireException {
        checkRequest(
                "32000000 2e010000 02 0b" + text("test-stream") + "01000000 01 0000000000000000 0000000000000000 00 0a"
                        + text("test-topic"),
                new TopicRequest.CreateTopic(
                        Identifier.of("test-stream"), 1, new TopicRequest.TopicSettings(1, 0, 0, 0), "test-topic"));
        checkReply(
                "00000000 65000000 00000000" + CREATED_HEX
                        + "01000000 ffffffffffffffff 01 ffffffffffffffff 01 0000000000000000 0000000000000000 0a"
                        + text("test-topic")
                        + "00000000" + CREATED_HEX + "01000000 0000000000000000 0000000000000000 0000000000000000",
                reply -> {
                    new TopicRecord(0, CREATED, 1, -1, 1, -1, 1, 0, 0, "test-topic").writeTo(reply);
                    WireRecord.writeAll(reply, List.of(new PartitionRecord(0, CREATED, 1, 0, 0, 0)));
                });
    }

    @Test
    void shouldReadDeleteStream() throws WireException {
        checkRequest(
                "0a000000 cb000000 01 04 00000000", new Request.OnStream(CommandCode.DELETE_STREAM, Identifier.of(0)));
    }

    @Test
    void shouldReadCreateToken() throws WireException {
        checkRequest(
                "16000000 2a000000 09" + text("new-token") + "50c3000000000000",
                new UserRequest.CreateToken("new-token", 50_000));
    }

    @Test
    void shouldAnswerWithTheRootUser() {
        checkReply(
                "00000000 22000000 00000000" + CREATED_HEX + "01 04" + text("iggy")
                        + "01 0b000000 01010101010101010101 00",
                new UserRecord(0, CREATED, true, "iggy", Optional.of(Permissions.ALL))::writeDetailsTo);
    }

    private void checkRequest(final String hex, final Request expected) throws WireException {
        final byte[] bytes = bytes(hex);
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        final LegacyFrame frame = new LegacyFrame();
        assertSame(LegacyFrame.Progress.COMPLETE, frame.wrap(buffer, 0, bytes.length));
        assertEquals(bytes.length, frame.frameLength());
        assertEquals(expected, decoder.decode(frame.command(), buffer, frame.payloadOffset(), frame.payloadLength()));
    }

    private void checkReply(final String hex, final Consumer<WireWriter> records) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(8);
        out.begin(buffer, 0);
        records.accept(out);
        final byte[] reply = new byte[out.end()];
        buffer.getBytes(0, reply);
        assertEquals(RequestSample.hex(bytes(hex)), RequestSample.hex(reply));
    }

    private static String text(final String text) {
        return RequestSample.hex(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bytes(final String hex) {
        final String digits = hex.replace(" ", "");
        final byte[] bytes = new byte[digits.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }
}
