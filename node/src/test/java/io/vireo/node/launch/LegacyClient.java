package io.vireo.node.launch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A blocking client of the protocol in its legacy framing, written from the description of its bytes and with nothing of the server's. */
final class LegacyClient implements AutoCloseable {
    private static final int LOGIN = 38;
    private static final int POLL = 100;
    private static final int SEND = 101;
    private static final int CREATE_STREAM = 202;
    private static final int CREATE_TOPIC = 302;
    private static final int PURGE_TOPIC = 305;
    private static final int MESSAGE_HEADER = 64;
    private static final int POLL_PREFIX = 16;
    private static final int TIMEOUT_MS = 30_000;

    /** What a request was answered with. */
    record Answer(int status, byte[] payload) {}

    private final Socket socket;
    private final DataInputStream in;

    LegacyClient(final String address) throws IOException {
        final int colon = address.lastIndexOf(':');
        socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    Answer request(final int code, final byte[] payload) throws IOException {
        socket.getOutputStream()
                .write(little(8 + payload.length)
                        .putInt(4 + payload.length)
                        .putInt(code)
                        .put(payload)
                        .array());
        final ByteBuffer header = ByteBuffer.wrap(in.readNBytes(8)).order(ByteOrder.LITTLE_ENDIAN);
        final int status = header.getInt();
        return new Answer(status, in.readNBytes(header.getInt()));
    }

    int login(final String name, final String password) throws IOException {
        return request(LOGIN, join(text(name), text(password), new byte[8])).status;
    }

    int createStream(final String name) throws IOException {
        return request(CREATE_STREAM, text(name)).status;
    }

    int createTopic(final String stream, final String topic, final int partitions) throws IOException {
        final byte[] settings = little(22)
                .putInt(partitions)
                .put((byte) 1)
                .putLong(0)
                .putLong(0)
                .put((byte) 1)
                .array();
        return request(CREATE_TOPIC, join(identifier(stream), settings, text(topic))).status;
    }

    int purgeTopic(final String stream, final String topic) throws IOException {
        return request(PURGE_TOPIC, join(identifier(stream), identifier(topic))).status;
    }

    int send(final String stream, final String topic, final int partition, final List<String> messages)
            throws IOException {
        final byte[] metadata = join(
                identifier(stream),
                identifier(topic),
                little(10)
                        .put((byte) 2)
                        .put((byte) 4)
                        .putInt(partition)
                        .putInt(messages.size())
                        .array());
        final ByteArrayOutputStream index = new ByteArrayOutputStream();
        final ByteArrayOutputStream bodies = new ByteArrayOutputStream();
        for (final String message : messages) {
            final byte[] payload = message.getBytes(UTF_8);
            bodies.writeBytes(little(MESSAGE_HEADER + payload.length)
                    .position(52)
                    .putInt(payload.length)
                    .putLong(0)
                    .put(payload)
                    .array());
            index.writeBytes(
                    little(16).putInt(0).putInt(bodies.size()).putLong(0).array());
        }
        return request(
                        SEND,
                        join(
                                little(4).putInt(metadata.length).array(),
                                metadata,
                                index.toByteArray(),
                                bodies.toByteArray()))
                .status;
    }

    /** Payloads of the messages from an offset on. */
    List<String> poll(final String stream, final String topic, final int partition, final long offset)
            throws IOException {
        final byte[] consumer =
                little(7).put((byte) 1).put((byte) 1).put((byte) 4).putInt(7).array();
        final byte[] rest = little(19)
                .put((byte) 1)
                .putInt(partition)
                .put((byte) 1)
                .putLong(offset)
                .putInt(1_000)
                .put((byte) 0)
                .array();
        final Answer answer = request(POLL, join(consumer, identifier(stream), identifier(topic), rest));
        if (answer.status != 0) {
            throw new IOException("the poll was answered with status " + answer.status);
        }
        final ByteBuffer payload = ByteBuffer.wrap(answer.payload).order(ByteOrder.LITTLE_ENDIAN);
        final int count = payload.getInt(12);
        final List<String> messages = new ArrayList<>();
        int at = POLL_PREFIX;
        for (int i = 0; i < count; i++) {
            final int headers = payload.getInt(at + 48);
            final int length = payload.getInt(at + 52);
            messages.add(new String(answer.payload, at + MESSAGE_HEADER, length, UTF_8));
            at += MESSAGE_HEADER + length + headers;
        }
        return messages;
    }

    private static byte[] identifier(final String name) {
        return join(new byte[] {2}, text(name));
    }

    private static byte[] text(final String text) {
        final byte[] bytes = text.getBytes(UTF_8);
        return join(new byte[] {(byte) bytes.length}, bytes);
    }

    private static byte[] join(final byte[]... parts) {
        final ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (final byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }

    private static ByteBuffer little(final int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
