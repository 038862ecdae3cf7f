package io.vireo.node.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.gateway.tcp.ClientListener;
import io.vireo.node.tls.Pem;
import io.vireo.node.tls.TestCertificates;
import io.vireo.node.tls.Tls;
import io.vireo.node.tls.TlsIdentity;
import io.vireo.node.tls.TlsWorker;
import io.vireo.node.transport.HostPort;
import io.vireo.node.transport.ReadyChannel;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The port of the clients by TLS: clients that block on threads of their own, and the port on this one. */
class ClientListenerTlsTest {
    private static final TestCertificates CA = new TestCertificates("CA");
    private static final int TURNS_MAX = 60_000;
    private static final int GET_STATS = 10;
    private static final int LOGIN = 38;
    private static final int HEADER_LENGTH = 8;
    private static final long OUTPUT_AND_REQUESTS_MAX = 2L * GatewayRig.OUTPUT_MAX + 4 * GatewayConnection.RECEIVE_MAX;
    /** Two records on their way in, and what one pass over the thread's memory makes to go out. */
    private static final long WIRE_MAX = 100 * 1024;

    @TempDir
    Path directory;

    private final List<Socket> clients = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();
    private final TlsWorker worker = new TlsWorker();
    private GatewayRig rig;
    private Selector selector;
    private ClientListener listener;
    private int lastClient;

    @BeforeEach
    void open() throws Exception {
        rig = new GatewayRig(directory);
        selector = Selector.open();
        final TestCertificates.Pair pair = CA.certify("node", "127.0.0.1");
        final TlsIdentity identity = TlsIdentity.of(
                Path.of("node.pem"),
                pair.certificate().getBytes(US_ASCII),
                Path.of("node.key"),
                pair.key().getBytes(US_ASCII));
        listener = new ClientListener(
                selector,
                new HostPort("127.0.0.1", 0),
                8,
                (address, reason, text) -> refused.add(reason + ": " + text),
                new Tls(Tls.Kind.CLIENTS, identity, List.of(), "nobody", worker),
                selector::wakeup);
        listener.serve(rig.gateway, () -> ++lastClient);
    }

    @AfterEach
    void close() throws IOException {
        for (final Socket client : clients) {
            client.close();
        }
        listener.close();
        selector.close();
        rig.close();
        worker.close();
    }

    @Test
    void shouldAnswerAllWhenAClientSendsMuchAndReadsNothingForAWhile() throws Exception {
        final Socket client = connect();
        final int requests = 40_000;
        final ByteBuffer many = ByteBuffer.allocate(requests * HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        while (many.hasRemaining()) {
            many.putInt(4).putInt(GET_STATS);
        }
        final long before = listener.counters().bytesIn();
        final FutureTask<Void> writer = start(() -> {
            client.getOutputStream().write(many.array());
            return null;
        });
        // As far as it goes: then the answers are at their bound, and what is left waits in the socket and in the wire.
        long last = -1;
        for (int idle = 0; idle < 300; turn()) {
            idle = listener.counters().bytesIn() == last ? idle + 1 : 0;
            last = listener.counters().bytesIn();
            assertTrue(listener.memoryBytes() <= OUTPUT_AND_REQUESTS_MAX + WIRE_MAX, listener.memoryBytes() + " bytes");
        }
        assertTrue(last - before < (long) requests * HEADER_LENGTH, "all has been read: nothing was held back");
        final FutureTask<Integer> reader = start(() -> {
            final DataInputStream in = new DataInputStream(client.getInputStream());
            for (int i = 0; i < requests; i++) {
                response(in);
            }
            return requests;
        });
        until(() -> reader.isDone() && writer.isDone());
        assertEquals(requests, reader.get());
        writer.get();
        assertEquals(
                before + (long) requests * HEADER_LENGTH, listener.counters().bytesIn());
    }

    @Test
    void shouldSendAllResponsesAndSayThatItEndsWhenAClientHasEndedItsSide() throws Exception {
        final Socket client = connect();
        final int requests = 40_000;
        final ByteBuffer many = ByteBuffer.allocate(requests * HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        while (many.hasRemaining()) {
            many.putInt(4).putInt(GET_STATS);
        }
        final FutureTask<Void> writer = start(() -> {
            client.getOutputStream().write(many.array());
            client.shutdownOutput();
            return null;
        });
        final DataInputStream in = new DataInputStream(client.getInputStream());
        // Reads only when the sockets are full: so the last responses wait in the wire when all requests are answered.
        for (int i = 0; i < requests; i++) {
            if (i % 200 == 0) {
                untilNothingMoves();
            }
            final int number = i;
            assertDoesNotThrow(() -> response(in), () -> "response " + number);
        }
        writer.get();
        final FutureTask<Integer> end = start(in::read);
        until(end::isDone);
        assertEquals(-1, end.get(), "an end that was said: a socket that only ends is an error by TLS");
        until(() -> listener.connectionCount() == 0);
    }

    @Test
    void shouldCountTheMemoryOfARecordThatIsNotComplete() throws Exception {
        final Socket stranger = socket();
        until(() -> listener.connectionCount() == 1);
        final long before = listener.memoryBytes();
        final byte[] begun = new byte[10_000];
        System.arraycopy(new byte[] {22, 3, 1, 0x3f, 0, 1, 0}, 0, begun, 0, 7);
        stranger.getOutputStream().write(begun);
        until(() -> listener.memoryBytes() >= before + begun.length);
        assertTrue(listener.memoryBytes() <= before + 17 * 1024, listener.memoryBytes() + " bytes");
    }

    @Test
    void shouldRefuseInOneLineWhenAClientSpeaksAnOlderVersion() throws Exception {
        final Socket connected = socket();
        final SSLContext context = SSLContext.getInstance("TLSv1.2");
        context.init(null, null, null);
        final SSLSocket old =
                (SSLSocket) context.getSocketFactory().createSocket(connected, "127.0.0.1", connected.getPort(), true);
        old.setEnabledProtocols(new String[] {"TLSv1.2"});
        final FutureTask<Void> call = start(() -> {
            old.startHandshake();
            return null;
        });
        until(() -> call.isDone() && !refused.isEmpty());
        assertThrows(ExecutionException.class, call::get);
        assertEquals(1, refused.size());
        assertTrue(refused.get(0).matches("TLS: TLS fails: .*TLSv1\\.2.*"), refused.get(0));
        assertEquals(0, listener.connectionCount());
    }

    @Test
    void shouldCloseAndSayWhyWhenAClientSpeaksWithout() throws Exception {
        final Socket plain = socket();
        plain.getOutputStream().write(login());
        until(() -> !refused.isEmpty());
        assertEquals(
                List.of(
                        "TLS: the other side speaks without TLS, and this one with it: set tls.clients the same on both sides"),
                refused);
        assertEquals(0, listener.connectionCount());
        final Socket other = connect();
        until(() -> listener.connectionCount() == 1);
        // Waits for the other side's word that it ends too.
        meanwhile(() -> {
            other.close();
            return true;
        });
        until(() -> listener.connectionCount() == 0);
    }

    private Socket connect() throws Exception {
        final Tls caller = new Tls(
                Tls.Kind.CLIENTS,
                null,
                Pem.certificates(Path.of("ca.pem"), CA.certificate().getBytes(US_ASCII)),
                "ca.pem",
                worker);
        final Socket connected = socket();
        return meanwhile(() -> {
            final Socket client = caller.call(connected, "127.0.0.1");
            final OutputStream out = client.getOutputStream();
            out.write(login());
            response(new DataInputStream(client.getInputStream()));
            return client;
        });
    }

    /** That takes little before it is read. */
    private Socket socket() throws IOException {
        final Socket socket = new Socket();
        clients.add(socket);
        socket.setReceiveBufferSize(64 * 1024);
        socket.setSoTimeout(60_000);
        socket.connect(new InetSocketAddress("127.0.0.1", listener.address().getPort()), 5_000);
        return socket;
    }

    private static byte[] login() {
        final ByteBuffer bytes = ByteBuffer.allocate(HEADER_LENGTH + 18).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(4 + 18).putInt(LOGIN);
        bytes.put((byte) 4).put("iggy".getBytes(US_ASCII));
        return bytes.put((byte) 4).put("iggy".getBytes(US_ASCII)).array();
    }

    private static void response(final DataInputStream in) throws IOException {
        final byte[] header = new byte[HEADER_LENGTH];
        in.readFully(header);
        final ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(0, fields.getInt(), "status");
        in.readFully(new byte[fields.getInt()]);
    }

    private void turn() throws IOException {
        final long delayNs = listener.delayNs(0);
        if (delayNs == 0) {
            selector.selectNow(key -> ((ReadyChannel) key.attachment()).onReady(key, 0));
        } else {
            selector.select(key -> ((ReadyChannel) key.attachment()).onReady(key, 0), 1);
        }
        final long before = listener.counters().bytesIn();
        final int read = listener.poll(0);
        if (listener.counters().bytesIn() > before) {
            assertTrue(read > 0, "who sleeps when nothing was read would sleep on the answers");
        }
        listener.flush();
    }

    /** As far as the sockets go without anybody who reads. */
    private void untilNothingMoves() throws IOException {
        long last = -1;
        for (int i = 0, idle = 0; i < TURNS_MAX && idle < 4; i++) {
            turn();
            final long now = listener.counters().bytesIn() + listener.counters().bytesOut();
            idle = now == last ? idle + 1 : 0;
            last = now;
        }
    }

    private void until(final BooleanSupplier condition) throws IOException {
        for (int i = 0; i < TURNS_MAX && !condition.getAsBoolean(); i++) {
            turn();
        }
        assertTrue(condition.getAsBoolean(), "not within " + TURNS_MAX + " turns");
    }

    private <T> T meanwhile(final Callable<T> blocking) throws IOException, InterruptedException, ExecutionException {
        final FutureTask<T> task = start(blocking);
        until(task::isDone);
        return task.get();
    }

    private static <T> FutureTask<T> start(final Callable<T> blocking) {
        final FutureTask<T> task = new FutureTask<>(blocking);
        final Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return task;
    }
}
