package io.vireo.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.Command;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.Lane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When the connection for bulk is dialled, over real sockets: only where consensus is let in, and again when it is lost. */
class BulkDialTest {
    private final TransportRig rig = new TransportRig();
    private final TestFrames frames = rig.frames;

    @AfterEach
    void stop() throws IOException {
        rig.close();
    }

    @Test
    void shouldNotDialBulkWhileConsensusIsNotLetIn() throws IOException {
        try (ServerSocket server = listen()) {
            final TransportRig.Node one = startDialling(server);
            rig.until(() -> dialled(one) > 0, "dialled");
            try (Socket socket = server.accept()) {
                socket.setSoTimeout(5_000);
                rig.until(() -> one.transport.counters().get(TransportCounter.FRAMES_OUT) == 1, "HELLO");
                assertEquals(Lane.CONSENSUS, lane(TestFrames.read(socket.getInputStream())));
                // Nobody answers, for nearly as long as that is waited for.
                for (int i = 0; i < 19; i++) {
                    rig.advance(TransportContext.HANDSHAKE_TIMEOUT_NS / 20);
                    assertEquals(1, dialled(one));
                    assertEquals(1, one.transport.connectionCount());
                }
            }
        }
    }

    @Test
    void shouldDialBulkWhenConsensusIsInAndNotWhenItIsGone() {
        final TransportRig.Node zero = rig.start();
        final TransportRig.Node one = rig.start();
        rig.until(() -> rig.areConnected(2), "both");
        assertEquals(List.of("connected 0", "connected 0 for bulk"), one.events);
        assertEquals(List.of("connected 1", "connected 1 for bulk"), zero.events);
        zero.close();
        rig.until(() -> one.transport.connectionCount() == 0, "both are gone");
        final long first = dialled(one);
        for (int i = 0; i < 300; i++) {
            final long before = dialled(one);
            rig.advance(10_000_000);
            assertTrue(dialled(one) - before <= 1, "consensus alone");
            assertTrue(one.transport.connectionCount() <= 1, "consensus alone");
        }
        assertTrue(dialled(one) > first, "it is tried");
        assertTrue(one.transport.nextDeadlineNs() - rig.clock.monotonicNs() > 0, "a turn does not follow the next");
    }

    @Test
    void shouldDialBulkAgainAndKeepConsensusWhenBulkAloneIsLost() {
        rig.startConnected(2);
        final TransportRig.Node zero = rig.nodes.get(0);
        final TransportRig.Node one = rig.nodes.get(1);
        final long before = dialled(one);
        // A piece of another replica, which the one that is called does not take.
        final byte[] wrong = frames.chunk(Command.CHUNK, 2, 10);
        one.transport.send(0, new UnsafeBuffer(wrong), 0, wrong.length);
        rig.until(() -> !one.transport.isBulkConnected(0), "lost");
        assertEquals(1, zero.closed(CloseReason.UNEXPECTED_FRAME));
        rig.untilAdvancing(() -> rig.areConnected(2), 1_000_000, "there again");
        assertEquals(before + 1, dialled(one));
        assertEquals(
                List.of(
                        "connected 0",
                        "connected 0 for bulk",
                        "disconnected 0 for bulk PEER_CLOSED",
                        "connected 0 for bulk"),
                one.events);
        assertEquals(0, zero.closed(CloseReason.REPLACED));
    }

    @Test
    void shouldNotTakeAWelcomeWhenItIsForTheOtherLane() throws IOException {
        // Replica 0 is a process of before, which answers to whoever dials for bulk as if it were for consensus.
        try (ServerSocket server = listen()) {
            final TransportRig.Node one = startDialling(server);
            final List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                final int dialled = i + 1;
                rig.until(() -> one.transport.counters().get(TransportCounter.DIALLED) == dialled, "dialled");
                final Socket socket = server.accept();
                sockets.add(socket);
                socket.setSoTimeout(5_000);
                rig.until(() -> one.transport.counters().get(TransportCounter.FRAMES_OUT) == dialled, "HELLO");
                final byte[] hello = TestFrames.read(socket.getInputStream());
                assertEquals(i == 0 ? Lane.CONSENSUS : Lane.BULK, lane(hello));
                final byte[] welcome = frames.frame(
                        Command.WELCOME,
                        0,
                        0,
                        8,
                        buffer -> new HelloFlyweight()
                                .wrap(buffer, 0)
                                .role(HelloFlyweight.ROLE_REPLICA)
                                .target(0)
                                .groupCount(TestFrames.GROUPS)
                                .groupBits(0, 0b111));
                socket.getOutputStream().write(welcome);
                if (i == 0) {
                    rig.until(() -> one.transport.isConnected(0), "the one for consensus");
                }
            }
            rig.until(() -> one.closed(CloseReason.REJECTED) == 1, "the other is not taken");
            assertTrue(
                    one.events.contains("refused replica 0 for bulk REJECTED: MALFORMED: replica 0 says WELCOME to a"
                            + " connection for CONSENSUS, asked was one for BULK (attempt 1)"),
                    one.events.toString());
            assertTrue(one.transport.isConnected(0));
            for (final Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    }

    /** Replica 1, which takes that for replica 0. */
    private TransportRig.Node startDialling(final ServerSocket server) {
        final List<List<String>> addresses =
                List.of(List.of("127.0.0.1:" + server.getLocalPort()), List.of("127.0.0.1:1"), List.of("127.0.0.1:1"));
        final TransportRig.Node one = rig.startAgain(1, "127.0.0.1:0", context -> context.addresses(addresses));
        rig.nodes.add(one);
        return one;
    }

    private static Lane lane(final byte[] hello) {
        return new HelloFlyweight().wrap(new UnsafeBuffer(hello), 0).lane();
    }

    private static long dialled(final TransportRig.Node node) {
        return node.transport.counters().get(TransportCounter.DIALLED);
    }
}
