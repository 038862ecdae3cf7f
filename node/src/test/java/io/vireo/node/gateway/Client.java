package io.vireo.node.gateway;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.iggy.ClientBytes;
import io.vireo.node.iggy.ClientRecord;
import io.vireo.node.iggy.SendBatch;
import io.vireo.node.stream.Identifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** A client and its socket: what does not fit waits, and what comes back is cut into responses. */
final class Client {
    /** What came back: a status, and the bytes behind it. */
    record Reply(int status, byte[] bytes) {
        int intAt(final int at) {
            return new UnsafeBuffer(bytes).getInt(at, LITTLE_ENDIAN);
        }

        long longAt(final int at) {
            return new UnsafeBuffer(bytes).getLong(at, LITTLE_ENDIAN);
        }

        /** Payloads of the messages of a poll. */
        List<String> messages() {
            final List<String> messages = new ArrayList<>();
            int at = 16;
            while (at < bytes.length) {
                final int length = intAt(at + 52);
                messages.add(new String(bytes, at + 64, length, StandardCharsets.UTF_8));
                at += 64 + length + intAt(at + 48);
            }
            assertEquals(messages.size(), intAt(12));
            return messages;
        }
    }

    final GatewayConnection connection;
    private final List<Reply> replies = new ArrayList<>();
    private byte[] waiting = new byte[0];
    private byte[] partial = new byte[0];
    boolean isReading = true;

    Client(final Gateway gateway, final int clientId, final ClientRecord.Transport transport) {
        connection = gateway.connect(clientId, transport, "127.0.0.1:5" + clientId, () -> {});
    }

    /** As a whole, unless the gateway does not want it yet. */
    void send(final byte[] bytes) {
        waiting = new ClientBytes().raw(waiting).raw(bytes).bytes();
        pump();
    }

    static byte[] request(final int code, final byte[] payload) {
        return new ClientBytes().u32(payload.length + 4).u32(code).raw(payload).bytes();
    }

    /** One request whose response is there when the state machines have answered. */
    Reply call(final int code, final ClientBytes payload) {
        send(request(code, payload.bytes()));
        return next();
    }

    Reply call(final int code) {
        return call(code, new ClientBytes());
    }

    void ok(final int code, final ClientBytes payload) {
        final Reply reply = call(code, payload);
        assertEquals(0, reply.status, () -> "status of command " + code);
        assertEquals(0, reply.bytes.length);
    }

    void refused(final int status, final int code, final ClientBytes payload) {
        final Reply reply = call(code, payload);
        assertEquals(status, reply.status, () -> "status of command " + code);
        assertEquals(0, reply.bytes.length);
    }

    void login(final String name, final String password) {
        assertEquals(0, call(38, login0(name, password)).status);
    }

    static ClientBytes login0(final String name, final String password) {
        return new ClientBytes().str8(name).str8(password).str32("test").str32("");
    }

    static ClientBytes ids(final Object... ids) {
        final ClientBytes bytes = new ClientBytes();
        for (final Object id : ids) {
            bytes.id(id instanceof Integer number ? Identifier.of(number) : Identifier.of((String) id));
        }
        return bytes;
    }

    /** @param partitioning kind, length and value. */
    static byte[] messages(final String stream, final String topic, final byte[] partitioning, final String... texts) {
        final SendBatch batch = new SendBatch();
        for (final String text : texts) {
            batch.message(0, 0, 0, 9, text.getBytes(StandardCharsets.UTF_8), new byte[0]);
        }
        return batch.payload(ids(stream, topic).raw(partitioning).bytes());
    }

    static byte[] toPartition(final int partition) {
        return new ClientBytes().u8(2).u8(4).u32(partition).bytes();
    }

    void produce(final int partition, final String... texts) {
        ok(101, new ClientBytes().raw(messages("s", "t", toPartition(partition), texts)));
    }

    /** @param partition negative for none. */
    static ClientBytes poll(
            final int kind,
            final Object consumer,
            final int partition,
            final int strategy,
            final long value,
            final int count,
            final boolean isStoring) {
        return new ClientBytes()
                .u8(kind)
                .raw(ids(consumer, "s", "t").bytes())
                .u8(partition < 0 ? 0 : 1)
                .u32(Math.max(partition, 0))
                .u8(strategy)
                .u64(value)
                .u32(count)
                .u8(isStoring ? 1 : 0);
    }

    static ClientBytes offset(final int kind, final Object consumer, final int partition) {
        return new ClientBytes()
                .u8(kind)
                .raw(ids(consumer, "s", "t").bytes())
                .u8(partition < 0 ? 0 : 1)
                .u32(Math.max(partition, 0));
    }

    Reply next() {
        pump();
        assertTrue(!replies.isEmpty(), "a response is missing");
        return replies.remove(0);
    }

    int repliesCount() {
        pump();
        return replies.size();
    }

    int waitingBytes() {
        return waiting.length;
    }

    /** Moves bytes both ways as far as both sides take them. */
    void pump() {
        boolean isMoving = true;
        while (isMoving) {
            isMoving = false;
            final int length = Math.min(connection.receiveMax(), waiting.length);
            if (length > 0) {
                final UnsafeBuffer bytes = new UnsafeBuffer(waiting);
                waiting = Arrays.copyOfRange(waiting, length, waiting.length);
                connection.onReceived(bytes, 0, length);
                isMoving = true;
            }
            if (isReading && connection.outputLength() > 0) {
                final byte[] output = new byte[connection.outputLength()];
                connection.output().getBytes(connection.outputOffset(), output);
                connection.onSent(output.length);
                partial = new ClientBytes().raw(partial).raw(output).bytes();
                isMoving = true;
            }
        }
        cut();
    }

    private void cut() {
        int at = 0;
        final UnsafeBuffer bytes = new UnsafeBuffer(partial);
        while (partial.length - at >= 8 && partial.length - at - 8 >= bytes.getInt(at + 4, LITTLE_ENDIAN)) {
            final int length = bytes.getInt(at + 4, LITTLE_ENDIAN);
            replies.add(
                    new Reply(bytes.getInt(at, LITTLE_ENDIAN), Arrays.copyOfRange(partial, at + 8, at + 8 + length)));
            at += 8 + length;
        }
        partial = Arrays.copyOfRange(partial, at, partial.length);
    }
}
