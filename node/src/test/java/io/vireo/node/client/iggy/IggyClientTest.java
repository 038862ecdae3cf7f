package io.vireo.node.client.iggy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.node.iggy.CommandCode;
import io.vireo.node.iggy.IggyError;
import io.vireo.node.iggy.Secret;
import io.vireo.node.stream.Identifier;
import io.vireo.node.transport.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The client against sockets that answer with bytes that are written here. */
class IggyClientTest {
    private static final int TIMEOUT_MS = 30_000;

    private final List<ServerSocket> servers = new ArrayList<>();
    private final List<CompletableFuture<byte[]>> received = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (final ServerSocket server : servers) {
            server.close();
        }
    }

    /** One connection that gives these bytes and ends; what it was sent is to be had afterwards. */
    private HostPort server(final int... answer) throws IOException {
        final ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        servers.add(server);
        final CompletableFuture<byte[]> bytes = new CompletableFuture<>();
        received.add(bytes);
        final Thread thread = new Thread(
                () -> {
                    try (Socket socket = server.accept()) {
                        for (final int each : answer) {
                            socket.getOutputStream().write(each);
                        }
                        socket.shutdownOutput();
                        bytes.complete(all(socket.getInputStream()));
                    } catch (final IOException e) {
                        bytes.completeExceptionally(e);
                    }
                },
                "test-server");
        thread.setDaemon(true);
        thread.start();
        return new HostPort("127.0.0.1", server.getLocalPort());
    }

    private static byte[] all(final InputStream in) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        in.transferTo(bytes);
        return bytes.toByteArray();
    }

    private static HostPort nobody() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return new HostPort("127.0.0.1", socket.getLocalPort());
        }
    }

    @Test
    void shouldWriteTheBytesOfTheProtocolWhenItLogsInAndAsks() throws Exception {
        try (IggyClient client =
                new IggyClient(List.of(server(0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0)), TIMEOUT_MS, null)) {
            client.connect();
            client.login("iggy", new Secret("pass"));
        }
        assertArrayEquals(
                new byte[] {
                    22, 0, 0, 0, 38, 0, 0, 0, 4, 'i', 'g', 'g', 'y', 4, 'p', 'a', 's', 's', 0, 0, 0, 0, 0, 0, 0, 0
                },
                received.get(0).get());
    }

    @Test
    void shouldGoToTheNextNodeAndLogInAgainWhenOneDoesNotLetIn() throws Exception {
        final HostPort second = server(0, 0, 0, 0, 0, 0, 0, 0);
        final HostPort third = server(0, 0, 0, 0, 0, 0, 0, 0);
        try (IggyClient client = new IggyClient(List.of(nobody(), second, third), TIMEOUT_MS, null)) {
            client.connect();
            assertEquals(second, client.node());
            client.loginWithToken(new Secret("t"));
            assertThrows(IOException.class, () -> client.request(CommandCode.PING), "it has said all that it says");
            client.reconnect();
            assertEquals(third, client.node());
        }
        final byte[] login = {6, 0, 0, 0, 44, 0, 0, 0, 1, 't'};
        assertArrayEquals(login, received.get(1).get());
    }

    @Test
    void shouldSayOfEachNodeWhyItIsNotThereWhenNoneIs() throws Exception {
        final HostPort first = nobody();
        final HostPort second = nobody();
        try (IggyClient client = new IggyClient(List.of(first, second), TIMEOUT_MS, null)) {
            final IOException failure = assertThrows(IOException.class, client::connect);
            assertTrue(
                    failure.getMessage().contains(first.toString())
                            && failure.getMessage().contains(second.toString()),
                    failure::getMessage);
        }
    }

    @Test
    void shouldTellARefusalFromAnOutcomeThatNobodyKnows() throws Exception {
        final HostPort server = server(0xf4, 3, 0, 0, 0, 0, 0, 0, 0xe1, 0x2e, 0, 0, 0, 0, 0, 0);
        try (IggyClient client = new IggyClient(List.of(server), TIMEOUT_MS, null)) {
            client.connect();
            final IggyAdmin admin = new IggyAdmin(client);
            final RequestRefusedException refusal =
                    assertThrows(RequestRefusedException.class, () -> admin.createStream("shop"));
            assertEquals(IggyError.STREAM_NAME_ALREADY_EXISTS, refusal.error());
            assertEquals("create_stream was refused: stream name already exists (1012)", refusal.getMessage());
            assertTrue(assertThrows(RequestRefusedException.class, () -> admin.createStream("shop"))
                    .isOutcomeUnknown());
        }
    }

    @Test
    void shouldTrustNoLengthAndNoChecksumOfAnAnswer() throws Exception {
        refusedAnswer("is said to have 4294967295 bytes", 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff);
        refusedAnswer("it closed the connection", 0, 0, 0, 0, 16, 0, 0, 0, 0, 0);
        refusedAnswer("malformed: 4 bytes expected, 1 left", 0, 0, 0, 0, 1, 0, 0, 0, 0);
        // One message is said to be there, and there is none.
        final int[] empty = new int[24];
        empty[4] = 16;
        empty[20] = 1;
        refusedAnswer("malformed", empty);
        // A message of zeros, whose checksum is not 0.
        final int[] message = new int[24 + 64];
        message[4] = 16 + 64;
        message[20] = 1;
        refusedAnswer("is not what its checksum says", message);
        // Its payload is said to be longer than the answer.
        message[24 + 52] = 1;
        refusedAnswer("goes beyond the answer", message);
    }

    private void refusedAnswer(final String text, final int... answer) throws Exception {
        try (IggyClient client = new IggyClient(List.of(server(answer)), TIMEOUT_MS, null)) {
            client.connect();
            final IggyConsumer consumer =
                    new IggyConsumer(client, Identifier.of(0), Identifier.of("t"), Identifier.of(1), false);
            final IOException failure =
                    assertThrows(IOException.class, () -> consumer.poll(OptionalInt.of(0), PollStart.FIRST, 10));
            assertTrue(failure.getMessage().contains(text), failure::getMessage);
        }
    }
}
