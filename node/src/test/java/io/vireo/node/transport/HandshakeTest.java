package io.vireo.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.FrameCheck;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.RejectFlyweight;
import io.vireo.node.message.RejectReason;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    private final TransportRig rig = new TransportRig();

    @AfterEach
    void stop() throws IOException {
        rig.close();
    }

    @Test
    void shouldConnectEachPairOncePerLaneWhenThreeReplicasStart() {
        rig.startConnected(3);
        for (int i = 0; i < 3; i++) {
            assertEquals(4, rig.nodes.get(i).transport.connectionCount());
        }
        assertEquals(
                0, rig.nodes.get(0).transport.counters().get(TransportCounter.DIALLED), "the lowest id dials nobody");
        assertEquals(
                0, rig.nodes.get(2).transport.counters().get(TransportCounter.ACCEPTED), "nobody dials the highest id");
    }

    @Test
    void shouldRejectWhenClusterIsAnother() throws IOException {
        final RejectFlyweight reject = rejected(
                rig.frames.hello(1, 1, 0, 3, 7, hello -> hello.buffer().putLong(HeaderFlyweight.CLUSTER_OFFSET, 99)));
        assertEquals(RejectReason.WRONG_CLUSTER, reject.reason());
        assertTrue(reject.text().contains("0000000000000016000000000000000b"), reject.text());
    }

    @Test
    void shouldRejectWhenReleaseIsAnother() throws IOException {
        final RejectFlyweight reject = rejected(rig.frames.hello(
                1, 1, 0, 3, 7, hello -> hello.buffer().putByte(HeaderFlyweight.RELEASE_OFFSET, (byte) 9)));
        assertEquals(RejectReason.WRONG_RELEASE, reject.reason());
        assertEquals("this is release 1, the other side has 9", reject.text());
    }

    @Test
    void shouldNameTheRightAddressesWhenAnotherReplicaWasMeant() throws IOException {
        final RejectFlyweight reject = rejected(rig.frames.hello(2, 0, 2));
        assertEquals(RejectReason.WRONG_REPLICA, reject.reason());
        assertEquals("this is replica 0, not replica 2", reject.text());
        assertEquals(List.of("127.0.0.1:1"), reject.addresses());
    }

    @Test
    void shouldRejectWhenCallerCannotBeTheReplicaItSaysItIs() throws IOException {
        assertEquals(
                RejectReason.WRONG_REPLICA, rejected(rig.frames.hello(1, 3, 0)).reason());
        assertEquals(
                "the caller says it is replica 0, which is this one",
                answer(rig.frames.hello(1, 0, 0)).text());
        rig.start();
        assertEquals(
                RejectReason.WRONG_REPLICA,
                answer(rig.nodes.get(1), rig.frames.hello(1, 0, 1)).reason());
    }

    @Test
    void shouldRejectWhenGroupsDoNotFit() throws IOException {
        assertEquals(
                "the cluster has 3 groups, the other side says 4",
                rejected(rig.frames.hello(1, 1, 0, 4, 15, hello -> {})).text());
        assertEquals(
                "the cluster has 3 groups, the other side says 64",
                answer(rig.frames.hello(2, 0, 255, 64, 0, hello -> {})).text());
        final RejectFlyweight reject = answer(rig.frames.hello(1, 1, 0, 3, 0, hello -> {}));
        assertEquals(RejectReason.WRONG_GROUP, reject.reason());
        assertEquals("the caller states no group that it is about", reject.text());
        assertEquals(List.of(), reject.addresses());
    }

    @Test
    void shouldRejectWhenAReplicaHasOtherSettings() throws IOException {
        final RejectFlyweight reject = rejected(rig.frames.hello(1, 1, 0, 3, 7, hello -> hello.settings(99)));
        assertEquals(RejectReason.WRONG_CLUSTER, reject.reason());
        assertTrue(reject.text().contains("compare their cluster.toml"), reject.text());
    }

    @Test
    void shouldRejectWhenFirstFrameIsNoHello() throws IOException {
        assertEquals(
                RejectReason.MALFORMED,
                rejected(rig.frames.startViewChange(1, 0)).reason());
    }

    @Test
    void shouldRejectWhenHelloIsDamaged() throws IOException {
        final byte[] header = rig.frames.hello(1, 1, 0);
        header[200] ^= 1;
        assertEquals(FrameCheck.HEADER_CHECKSUM, rejected(header).text());
        final byte[] body = rig.frames.hello(1, 1, 0);
        body[260] ^= 1;
        assertEquals(FrameCheck.BODY_CHECKSUM, answer(body).text());
        assertEquals(
                RejectReason.MALFORMED,
                answer(rig.frames.hello(3, 1, 0, 3, 7, hello -> {})).reason());
        assertEquals(
                RejectReason.MALFORMED,
                answer(rig.frames.hello(1, 1, 0, 3, 8, hello -> {})).reason());
        assertEquals(
                RejectReason.MALFORMED,
                answer(rig.frames.hello(1, 1, 0, 3, 7, hello -> hello.buffer().putByte(255, (byte) 1)))
                        .reason());
        assertEquals(
                RejectReason.MALFORMED,
                answer(rig.frames.hello(1, 1, 0, 3, 7, hello -> hello.buffer().putByte(131, (byte) 1)))
                        .reason());
    }

    @Test
    void shouldCloseWithoutAllocatingWhenFirstFrameStatesMoreThanAHandshakeTakes() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket socket = rig.socket(node);
        final byte[] frame = rig.frames.hello(1, 1, 0);
        new UnsafeBuffer(frame).putInt(HeaderFlyweight.SIZE_OFFSET, 1025);
        socket.getOutputStream().write(frame);
        rig.until(() -> node.closed(CloseReason.OVERSIZE) == 1, "closed for its size");
        assertNull(TestFrames.read(socket.getInputStream()));
        assertEquals(0, node.transport.clientBufferBytes());
        assertTrue(
                node.events.get(0).contains("frame states 1025 bytes, allowed are 256 to 1024"),
                node.events.toString());
    }

    @Test
    void shouldCloseWhenNoHelloComesInTime() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket silent = rig.socket(node);
        final Socket slow = rig.socket(node);
        slow.getOutputStream().write(rig.frames.clientHello(), 0, 255);
        rig.until(
                () -> node.transport.connectionCount() == 2
                        && node.transport.counters().get(TransportCounter.BYTES_IN) == 255,
                "accepted");
        rig.advance(TransportContext.HANDSHAKE_TIMEOUT_NS - 1);
        assertEquals(0, node.closed(CloseReason.HANDSHAKE_TIMEOUT));
        rig.advance(100_000_001);
        assertEquals(2, node.closed(CloseReason.HANDSHAKE_TIMEOUT));
        assertNull(TestFrames.read(silent.getInputStream()));
        assertEquals(0, node.transport.connectionCount());
    }

    @Test
    void shouldGiveUpAndDialAgainWhenDialledOneNeverAnswers() throws IOException {
        try (java.net.ServerSocket mute = new java.net.ServerSocket(0, 50, java.net.InetAddress.getLoopbackAddress())) {
            final TransportRig.Node node = rig.startAgain(
                    1,
                    "127.0.0.1:0",
                    context -> context.addresses(List.of(
                            List.of("127.0.0.1:" + mute.getLocalPort()),
                            List.of("127.0.0.1:0"),
                            List.of("127.0.0.1:0"))));
            rig.nodes.add(node);
            rig.untilAdvancing(
                    () -> node.closed(CloseReason.HANDSHAKE_TIMEOUT) >= 2, 100_000_000, "two attempts timed out");
        }
    }

    @Test
    void shouldRefuseTheAnswerWhenAnotherReplicaAnswers() throws IOException {
        final TransportRig.Node zero = rig.start();
        final TransportRig.Node one = rig.start();
        // Replica 2 finds replica 0 at the address where it expects replica 1.
        final TransportRig.Node two = rig.startAgain(
                2,
                "127.0.0.1:0",
                context -> context.addresses(List.of(
                        List.of("127.0.0.1:" + zero.port()),
                        List.of("127.0.0.1:" + zero.port()),
                        List.of("127.0.0.1:0"))));
        rig.nodes.add(two);
        rig.until(() -> two.closed(CloseReason.REJECTED_BY_PEER) == 1, "rejected");
        assertTrue(
                two.events.stream()
                        .anyMatch(
                                event -> event.startsWith(
                                        "refused replica 1 REJECTED_BY_PEER: rejected, WRONG_REPLICA: this is replica 0, not replica 1; right addresses: ")),
                two.events.toString());
        assertEquals(1, zero.closed(CloseReason.REJECTED));
        assertEquals(0, one.closed(CloseReason.REJECTED));
    }

    @Test
    void shouldRejectWhenThereAreTooManyConnections() throws IOException {
        final TransportRig.Node node = rig.start(context -> context.connectionsMax(6));
        for (int i = 0; i < 6; i++) {
            rig.client(node);
        }
        final Socket oneMore = rig.socket(node);
        rig.until(() -> node.closed(CloseReason.TOO_MANY_CONNECTIONS) == 1, "refused");
        final byte[] answer = TestFrames.read(oneMore.getInputStream());
        assertEquals(
                RejectReason.TOO_MANY_CONNECTIONS, TestFrames.reject(answer).reason());
        assertEquals(6, node.transport.connectionCount());
    }

    @Test
    void shouldLetClientsInWhenStrangersKeepOpeningConnections() throws IOException {
        final TransportRig.Node node = rig.start(context -> context.connectionsMax(6));
        rig.client(node);
        final int strangers = 20;
        final List<Socket> silent = new ArrayList<>();
        for (int i = 0; i < strangers; i++) {
            silent.add(rig.socket(node));
            final int known = i;
            rig.until(() -> node.transport.counters().get(TransportCounter.ACCEPTED) == known + 2, "accepted " + known);
        }
        assertEquals(6, node.transport.connectionCount());
        assertEquals(strangers - 5, node.closed(CloseReason.TOO_MANY_CONNECTIONS));
        assertEquals(-1, silent.get(0).getInputStream().read(), "the oldest goes");
        rig.client(node);
        assertEquals(2, node.transport.clientConnectionCount());
    }

    @Test
    void shouldNotWaitLongerForWhoDoesNotReadItsRejection() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket socket = rig.socket(node);
        rig.until(() -> node.transport.connectionCount() == 1, "accepted");
        rig.advance(TransportContext.HANDSHAKE_TIMEOUT_NS / 2);
        socket.getOutputStream().write(rig.frames.hello(1, 3, 0));
        rig.until(() -> node.closed(CloseReason.REJECTED) == 1, "rejected");
        assertEquals(1, node.transport.connectionCount(), "it is to read the rejection");
        rig.advance(TransportContext.HANDSHAKE_TIMEOUT_NS / 2 + 100_000_001);
        assertEquals(0, node.transport.connectionCount());
    }

    @Test
    void shouldTellStatedHostsApartWhenWelcoming() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket socket = rig.socket(node);
        socket.getOutputStream().write(rig.frames.clientHello());
        rig.until(() -> node.transport.clientConnectionCount() == 1, "welcomed");
        final byte[] welcome = TestFrames.read(socket.getInputStream());
        final HelloFlyweight flyweight = new HelloFlyweight().wrap(new UnsafeBuffer(welcome), 0);
        assertEquals(Command.WELCOME, flyweight.command());
        assertEquals(0, flyweight.replica());
        assertEquals(3, flyweight.groupCount());
        assertEquals(0b111, flyweight.groupBits(0));
        assertEquals(100, flyweight.processNonce());
    }

    private RejectFlyweight rejected(final byte[] hello) throws IOException {
        rig.start();
        final RejectFlyweight reject = answer(hello);
        final TransportRig.Node node = rig.nodes.get(0);
        assertEquals(1, node.closed(CloseReason.REJECTED));
        assertTrue(
                node.events.get(0).startsWith("refused unknown REJECTED: " + reject.reason()), node.events.toString());
        return reject;
    }

    private RejectFlyweight answer(final byte[] hello) throws IOException {
        return answer(rig.nodes.get(0), hello);
    }

    /** The REJECT, after which the connection ends. */
    private RejectFlyweight answer(final TransportRig.Node node, final byte[] hello) throws IOException {
        final Socket socket = rig.socket(node);
        socket.getOutputStream().write(hello);
        final long before = node.closed(CloseReason.REJECTED);
        rig.until(() -> node.closed(CloseReason.REJECTED) == before + 1, "rejected");
        final byte[] frame = TestFrames.read(socket.getInputStream());
        assertEquals(Command.REJECT, TestFrames.command(frame));
        assertNull(TestFrames.read(socket.getInputStream()), "closed after the REJECT");
        socket.close();
        return TestFrames.reject(frame);
    }
}
