package io.vireo.node.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.gateway.tcp.ClientListener;
import io.vireo.node.transport.HostPort;
import io.vireo.node.transport.ListenException;
import io.vireo.node.transport.ReadyChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The port of the clients with real sockets, before the real state machines; one thread is the shard and the clients. */
class ClientListenerTest {
    private static final int CONNECTIONS_MAX = 3;
    private static final int TURNS_MAX = 20_000;
    private static final int PING = 1;
    private static final int GET_STATS = 10;
    private static final int GET_STREAMS = 201;
    private static final int CREATE_STREAM = 202;
    private static final int LOGIN = 38;
    private static final long LOGIN_NS = 30_000_000_000L;

    @TempDir
    Path directory;

    private final List<SocketChannel> clients = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private GatewayRig rig;
    private Selector selector;
    private ClientListener listener;
    private int lastClient;
    /** Bytes that a test has read and thrown away. */
    private long drained;

    @BeforeEach
    void open() throws IOException {
        rig = new GatewayRig(directory);
        selector = Selector.open();
        listener = new ClientListener(
                selector,
                new HostPort("127.0.0.1", 0),
                CONNECTIONS_MAX,
                (address, reason, text) -> refused.add(reason + ": " + text),
                null,
                selector::wakeup);
    }

    @AfterEach
    void close() throws IOException {
        for (final SocketChannel client : clients) {
            client.close();
        }
        listener.close();
        selector.close();
        rig.close();
    }

    private void serve() {
        listener.serve(rig.gateway, () -> ++lastClient);
    }

    private SocketChannel connect() throws IOException {
        final SocketChannel client = SocketChannel.open(listener.address());
        client.configureBlocking(false);
        clients.add(client);
        return client;
    }

    private void turn() throws IOException {
        selector.select(key -> ((ReadyChannel) key.attachment()).onReady(key, 0), 1);
        listener.flush();
    }

    private void until(final BooleanSupplier condition) throws IOException {
        for (int i = 0; i < TURNS_MAX && !condition.getAsBoolean(); i++) {
            turn();
        }
        assertTrue(condition.getAsBoolean(), "not within " + TURNS_MAX + " turns");
    }

    private static byte[] request(final int code, final byte[] payload) {
        final ByteBuffer bytes = ByteBuffer.allocate(8 + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        return bytes.putInt(4 + payload.length).putInt(code).put(payload).array();
    }

    private static byte[] text(final String text) {
        final byte[] bytes = text.getBytes(UTF_8);
        return ByteBuffer.allocate(1 + bytes.length)
                .put((byte) bytes.length)
                .put(bytes)
                .array();
    }

    private static byte[] login() {
        final ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.writeBytes(text("iggy"));
        payload.writeBytes(text("iggy"));
        payload.writeBytes(new byte[8]);
        return request(LOGIN, payload.toByteArray());
    }

    private void send(final SocketChannel client, final byte[] bytes) throws IOException {
        final ByteBuffer buffer = ByteBuffer.wrap(bytes);
        for (int i = 0; i < TURNS_MAX && buffer.hasRemaining(); i++) {
            client.write(buffer);
            turn();
        }
        assertFalse(buffer.hasRemaining(), "the port takes no more");
    }

    /** What arrives until there is so much, or the other side ends it. */
    private byte[] receive(final SocketChannel client, final int length) throws IOException {
        final ByteBuffer buffer = ByteBuffer.allocate(length);
        for (int i = 0; i < TURNS_MAX && buffer.hasRemaining(); i++) {
            if (client.read(buffer) < 0) {
                break;
            }
            turn();
        }
        final byte[] received = new byte[buffer.position()];
        buffer.flip().get(received);
        return received;
    }

    /** Reads one response. */
    private byte[] response(final SocketChannel client) throws IOException {
        final byte[] header = receive(client, 8);
        assertEquals(8, header.length, "the other side has ended the connection");
        final ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(0, fields.getInt(), "status");
        return receive(client, fields.getInt());
    }

    private boolean isEnded(final SocketChannel client) throws IOException {
        for (int i = 0; i < TURNS_MAX; i++) {
            final int read;
            try {
                read = client.read(ByteBuffer.allocate(1));
            } catch (final IOException e) {
                return true;
            }
            if (read < 0) {
                return true;
            }
            turn();
        }
        return false;
    }

    @Test
    void shouldServeSeveralClientsWhenTheyConnect() throws IOException {
        serve();
        final SocketChannel first = connect();
        final SocketChannel second = connect();
        send(first, login());
        send(second, login());
        assertEquals(4, response(first).length);
        assertEquals(4, response(second).length);
        send(first, request(CREATE_STREAM, text("orders")));
        assertTrue(new String(response(first), UTF_8).endsWith("orders"));
        send(second, request(GET_STREAMS, new byte[0]));
        assertTrue(new String(response(second), UTF_8).endsWith("orders"));
        assertEquals(2, listener.connectionCount());
        assertEquals(2, listener.counters().accepted());
        assertEquals(26 + 26 + 15 + 8, listener.counters().bytesIn());
        assertEquals(12 + 12 + 2 * (8 + 33 + 6), listener.counters().bytesOut());
    }

    @Test
    void shouldLetClientsWaitWhenThereIsNoGatewayYet() throws IOException {
        final SocketChannel client = connect();
        assertFalse(listener.isServing());
        send(client, login());
        for (int i = 0; i < 20; i++) {
            turn();
        }
        assertEquals(0, listener.connectionCount());
        serve();
        assertEquals(4, response(client).length, "what was sent before is answered");
    }

    @Test
    void shouldTakeRequestsInPiecesOfOneByte() throws IOException {
        serve();
        final SocketChannel client = connect();
        for (final byte each : login()) {
            send(client, new byte[] {each});
        }
        assertEquals(4, response(client).length);
    }

    @Test
    void shouldAnswerAllThatWasSentWhenTheClientEndsItsSide() throws IOException {
        serve();
        final SocketChannel client = connect();
        final ByteArrayOutputStream requests = new ByteArrayOutputStream();
        requests.writeBytes(login());
        for (int i = 0; i < 50; i++) {
            requests.writeBytes(request(GET_STREAMS, new byte[0]));
        }
        // A request of which the rest never comes.
        requests.writeBytes(new byte[] {9, 0, 0});
        send(client, requests.toByteArray());
        client.shutdownOutput();
        assertEquals(12 + 50 * 8, receive(client, 1 << 16).length);
        until(() -> listener.connectionCount() == 0);
    }

    @Test
    void shouldHoldNoMoreThanItsBoundWhenAClientDoesNotRead() throws IOException {
        serve();
        final SocketChannel client = connect();
        send(client, login());
        response(client);
        final byte[] stats = request(GET_STATS, new byte[0]);
        final ByteBuffer many = ByteBuffer.allocate(stats.length * 4_000);
        while (many.hasRemaining()) {
            many.put(stats);
        }
        many.flip();
        long sent = 0;
        int idle = 0;
        while (idle < 200) {
            if (!many.hasRemaining()) {
                many.rewind();
            }
            final int written = client.write(many);
            sent += written;
            idle = written == 0 ? idle + 1 : 0;
            turn();
            assertTrue(
                    listener.memoryBytes() <= 2L * GatewayRig.OUTPUT_MAX + 4 * GatewayConnection.RECEIVE_MAX,
                    listener.memoryBytes() + " bytes");
        }
        // What was cut off in the midst is made whole, so that all can be counted.
        while (many.position() % stats.length != 0) {
            receiveSome(client);
            sent += client.write(many.limit(many.position() + stats.length - many.position() % stats.length));
        }
        final long requests = sent / stats.length;
        assertTrue(requests > 1_000, requests + " requests");
        client.shutdownOutput();
        final long bytes = drained + receive(client, 1 << 28).length;
        assertEquals(0, bytes % requests, "each has its response, and all are of one length");
    }

    private void receiveSome(final SocketChannel client) throws IOException {
        final int read = client.read(ByteBuffer.allocate(1 << 16));
        drained += Math.max(0, read);
        turn();
    }

    @Test
    void shouldEndOneConnectionTooManyAndServeTheOthers() throws IOException {
        serve();
        final List<SocketChannel> served = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS_MAX; i++) {
            served.add(connectAndLogIn());
        }
        assertTrue(isEnded(connect()));
        assertEquals(1, listener.counters().refused());
        assertEquals(
                List.of("TOO_MANY_CONNECTIONS: there are 3 connections of clients, which is the limit of a shard"),
                List.copyOf(refused));
        send(served.get(1), request(PING, new byte[0]));
        assertEquals(0, response(served.get(1)).length);
        served.get(0).close();
        until(() -> listener.connectionCount() == CONNECTIONS_MAX - 1);
        final SocketChannel next = connect();
        send(next, request(PING, new byte[0]));
        assertEquals(0, response(next).length);
    }

    @Test
    void shouldEndTheOldestOfThoseWhoHaveNotLoggedInWhenAnotherClientComes() throws IOException {
        serve();
        final SocketChannel known = connectAndLogIn();
        final SocketChannel first = connect();
        until(() -> listener.connectionCount() == 2);
        final SocketChannel second = connect();
        until(() -> listener.connectionCount() == CONNECTIONS_MAX);
        connectAndLogIn();
        assertTrue(isEnded(first));
        assertEquals(CONNECTIONS_MAX, listener.connectionCount());
        assertEquals(1, refused.size());
        assertTrue(refused.get(0).startsWith("TOO_MANY_CONNECTIONS: "), refused.get(0));
        for (final SocketChannel client : List.of(known, second)) {
            send(client, request(PING, new byte[0]));
            assertEquals(0, response(client).length);
        }
    }

    @Test
    void shouldEndWhoHasNotLoggedInWhenItsTimeIsOver() throws IOException {
        serve();
        final SocketChannel known = connectAndLogIn();
        final SocketChannel silent = connect();
        final SocketChannel busy = connect();
        until(() -> listener.connectionCount() == CONNECTIONS_MAX);
        rig.groups.isHolding = true;
        send(busy, login());
        until(() -> rig.groups.heldCount() == 1);
        assertEquals(LOGIN_NS, listener.delayNs(0));
        listener.poll(LOGIN_NS - 1);
        assertEquals(CONNECTIONS_MAX, listener.connectionCount());
        listener.poll(LOGIN_NS);
        assertTrue(isEnded(silent));
        assertEquals(List.of("LOGIN_TIMEOUT: not logged in after 30 s"), refused);
        // Whose login is under way has its answer, and stays.
        rig.groups.isHolding = false;
        while (rig.groups.release(new Random(1))) {
            turn();
        }
        response(busy);
        listener.poll(2 * LOGIN_NS);
        assertEquals(2, listener.connectionCount());
        assertEquals(Long.MAX_VALUE, listener.delayNs(2 * LOGIN_NS));
        send(known, request(PING, new byte[0]));
        assertEquals(0, response(known).length);
    }

    @Test
    void shouldEndWhoOnlyTriesToLogInAgainAndAgain() throws IOException {
        serve();
        final SocketChannel trying = connect();
        rig.groups.isHolding = true;
        send(trying, login());
        until(() -> rig.groups.heldCount() == 1);
        listener.poll(LOGIN_NS);
        assertEquals(1, listener.connectionCount(), "one is under way");
        listener.poll(2 * LOGIN_NS);
        assertEquals(0, listener.connectionCount());
        assertEquals(List.of("LOGIN_TIMEOUT: not logged in after 30 s"), refused);
        rig.groups.isHolding = false;
        while (rig.groups.release(new Random(1))) {
            turn();
        }
    }

    private SocketChannel connectAndLogIn() throws IOException {
        final SocketChannel client = connect();
        send(client, login());
        response(client);
        return client;
    }

    @Test
    void shouldForgetAConnectionWhenTheClientResetsIt() throws IOException {
        serve();
        final SocketChannel client = connect();
        send(client, login());
        until(() -> listener.connectionCount() == 1);
        client.setOption(StandardSocketOptions.SO_LINGER, 0);
        client.close();
        until(() -> listener.connectionCount() == 0);
        assertEquals(List.of(), refused);
    }

    @Test
    void shouldEndAllConnectionsWhenItCloses() throws IOException {
        serve();
        final SocketChannel client = connect();
        send(client, request(PING, new byte[0]));
        until(() -> listener.connectionCount() == 1);
        final InetSocketAddress address = listener.address();
        listener.close();
        assertEquals(0, listener.connectionCount());
        selector.selectNow();
        assertThrows(IOException.class, () -> SocketChannel.open(address).close());
    }

    @Test
    void shouldSayWhoHasThePortWhenItIsTaken() {
        final HostPort taken = HostPort.of(listener.address());
        final ListenException refusal = assertThrows(
                ListenException.class,
                () -> new ClientListener(
                        selector,
                        taken,
                        1,
                        (address, reason, text) -> refused.add(reason + ": " + text),
                        null,
                        selector::wakeup));
        assertTrue(refusal.getMessage().contains("cannot listen on " + taken), refusal.getMessage());
    }
}
