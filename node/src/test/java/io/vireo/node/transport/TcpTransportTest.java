package io.vireo.node.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.FrameCheck;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.auth.ClusterSecret;
import io.vireo.node.message.HelloFlyweight;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TcpTransportTest {
    private final TransportRig rig = new TransportRig();
    private final TestFrames frames = rig.frames;

    @AfterEach
    void stop() throws IOException {
        rig.close();
    }

    @Test
    void shouldCarryFramesUnchangedInOrderWhenReplicasAreConnected() {
        rig.startConnected(2);
        final TransportRig.Node zero = rig.nodes.get(0);
        final TransportRig.Node one = rig.nodes.get(1);
        final byte[][] sent = new byte[200][];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = frames.prepare(0, i * 150);
            send(zero, 1, sent[i]);
            rig.pollOnce();
        }
        rig.until(() -> one.frames.size() == sent.length, "all frames");
        for (int i = 0; i < sent.length; i++) {
            assertArrayEquals(sent[i], one.frames.get(i));
        }
        send(one, 0, frames.startViewChange(1, 2));
        rig.until(() -> zero.frames.size() == 1, "the other way");
    }

    @Test
    void shouldDropAndCountWhenReplicaIsNotConnected() {
        final TransportRig.Node node = rig.start();
        send(node, 1, frames.startViewChange(0, 0));
        send(node, 0, frames.startViewChange(0, 0));
        send(node, 9, frames.startViewChange(0, 0));
        assertEquals(3, node.transport.counters().get(TransportCounter.DROPPED_NOT_CONNECTED));
    }

    @Test
    void shouldDropAndCountWhenReplicaReadsTooSlowly() {
        rig.startConnected(2);
        final TransportRig.Node zero = rig.nodes.get(0);
        final TransportRig.Node one = rig.nodes.get(1);
        final byte[] frame = frames.prepare(0, 60_000);
        int sent = 0;
        while (zero.transport.counters().get(TransportCounter.DROPPED_BUFFER_FULL) == 0) {
            send(zero, 1, frame);
            zero.transport.poll(0);
            zero.transport.flush();
            sent++;
            assertTrue(sent < 1_000, "nothing was dropped");
        }
        assertTrue(zero.transport.isConnected(1));
        final int arriving = sent - 1;
        rig.until(() -> one.frames.size() == arriving, "everything that was not dropped");
        assertTrue(zero.transport.isConnected(1));
    }

    @Test
    void shouldCloseWhenFrameIsDamaged() throws IOException {
        final TransportRig.Node node = rig.start();
        final byte[] header = frames.startViewChange(1, 0);
        header[100] ^= 4;
        refusedFromPeer(node, header, CloseReason.INVALID_FRAME, FrameCheck.HEADER_CHECKSUM);
        final byte[] body = frames.prepare(1, 100);
        body[400] ^= 4;
        refusedFromPeer(node, body, CloseReason.INVALID_FRAME, FrameCheck.BODY_CHECKSUM);
        assertEquals(1, node.transport.counters().invalidFor(FrameCheck.HEADER_CHECKSUM));
        assertEquals(1, node.transport.counters().invalidFor(FrameCheck.BODY_CHECKSUM));
        assertEquals(0, node.frameCount);
    }

    @Test
    void shouldCloseWhenFrameIsOfAnotherClusterOrUnknownCommand() throws IOException {
        final TransportRig.Node node = rig.start();
        refusedFromPeer(
                node,
                frames.frame(Command.COMMIT, 1, 0, 0, buffer -> buffer.putLong(HeaderFlyweight.CLUSTER_OFFSET, 5)),
                CloseReason.INVALID_FRAME,
                FrameCheck.OTHER_CLUSTER);
        refusedFromPeer(
                node,
                frames.frame(
                        Command.COMMIT, 1, 0, 0, buffer -> buffer.putByte(HeaderFlyweight.COMMAND_OFFSET, (byte) 200)),
                CloseReason.INVALID_FRAME,
                FrameCheck.UNKNOWN_COMMAND);
    }

    @Test
    void shouldCloseWithoutAllocatingWhenStatedSizeIsAboveTheLimit() throws IOException {
        final TransportRig.Node node = rig.start();
        for (final int size : new int[] {TransportRig.FRAME_MAX + 1, Integer.MAX_VALUE, -1, 0, 255}) {
            final Socket socket = rig.client(node);
            final byte[] frame = frames.frame(Command.STATUS, 0, 0, 0, buffer -> {});
            new UnsafeBuffer(frame).putInt(HeaderFlyweight.SIZE_OFFSET, size);
            final long before = node.closed(CloseReason.OVERSIZE);
            socket.getOutputStream().write(frame);
            rig.until(() -> node.closed(CloseReason.OVERSIZE) == before + 1, "closed for its size");
            assertNull(TestFrames.read(socket.getInputStream()));
        }
        assertEquals(0, node.transport.clientBufferBytes());
        assertTrue(node.events.get(2).contains("frame states 4294967295 bytes"), node.events.toString());
    }

    @Test
    void shouldCloseWhenFrameIsCutOff() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket socket = rig.client(node);
        socket.getOutputStream().write(frames.request(1, 1000), 0, 700);
        socket.shutdownOutput();
        rig.until(() -> node.closed(CloseReason.TRUNCATED) == 1, "closed as truncated");
        assertEquals(
                "refused client TRUNCATED: closed by the other side inside a frame, after 700 bytes of it",
                node.events.get(0));
    }

    @Test
    void shouldCountWithoutRefusalWhenClientLeavesBetweenFrames() throws IOException {
        final TransportRig.Node node = rig.start();
        rig.client(node).close();
        rig.until(() -> node.transport.connectionCount() == 0, "gone");
        assertEquals(1, node.closed(CloseReason.PEER_CLOSED));
        assertTrue(node.events.isEmpty(), node.events.toString());
    }

    @Test
    void shouldCloseWhenSenderOrGroupIsNotWhatTheHandshakeSaid() throws IOException {
        final TransportRig.Node node = rig.start();
        refusedFromPeer(
                node,
                frames.startViewChange(2, 0),
                CloseReason.UNEXPECTED_FRAME,
                "START_VIEW_CHANGE of replica 2 from replica 1");
        refusedFromPeer(
                node,
                frames.startViewChange(1, 3),
                CloseReason.UNEXPECTED_FRAME,
                "START_VIEW_CHANGE for group 3, which is not here");
        refusedFromPeer(
                node,
                frames.startViewChange(1, 65_535),
                CloseReason.UNEXPECTED_FRAME,
                "START_VIEW_CHANGE for group 65535, which is not here");
        refusedFromPeer(
                node, frames.prepare(3, 10), CloseReason.UNEXPECTED_FRAME, "PREPARE of replica 3 from replica 1");
        refusedFromPeer(node, frames.request(1, 10), CloseReason.UNEXPECTED_FRAME, "REQUEST from a replica");
    }

    @Test
    void shouldTakePrepareOfAnotherAuthorWhenReplicaPassesItOn() throws IOException {
        final TransportRig.Node node = rig.start();
        rig.peer(node, 1).getOutputStream().write(frames.prepare(2, 10));
        rig.until(() -> node.frames.size() == 1, "prepare of replica 2 from replica 1");
    }

    @Test
    void shouldCloseWhenClientSendsFramesOfReplicas() throws IOException {
        final TransportRig.Node node = rig.start();
        for (final byte[] frame :
                new byte[][] {frames.startViewChange(1, 0), frames.prepare(1, 10), frames.clientHello()}) {
            final Socket socket = rig.client(node);
            final long before = node.closed(CloseReason.UNEXPECTED_FRAME);
            socket.getOutputStream().write(frame);
            rig.until(() -> node.closed(CloseReason.UNEXPECTED_FRAME) == before + 1, "closed");
        }
        assertEquals(0, node.frameCount);
    }

    @Test
    void shouldAnswerOnTheLatestConnectionWhenClientMoves() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket first = rig.client(node);
        final Socket second = rig.client(node);
        final byte[] reply = frames.frame(Command.REPLY, 0, 1, 0, buffer -> {});
        first.getOutputStream().write(frames.request(7, 0));
        rig.until(() -> node.frameCount == 1, "request on the first");
        node.transport.sendToClient(7, 0, new UnsafeBuffer(reply), 0, reply.length);
        rig.pollOnce();
        assertArrayEquals(reply, TestFrames.read(first.getInputStream()));
        second.getOutputStream().write(frames.request(7, 0));
        rig.until(() -> node.frameCount == 2, "request on the second");
        node.transport.sendToClient(7, 0, new UnsafeBuffer(reply), 0, reply.length);
        rig.pollOnce();
        assertArrayEquals(reply, TestFrames.read(second.getInputStream()));
        first.close();
        rig.until(() -> node.transport.connectionCount() == 1, "first gone");
        assertEquals(1, node.transport.clientCount());
        second.close();
        rig.until(() -> node.transport.connectionCount() == 0, "second gone");
        assertEquals(0, node.transport.clientCount());
        node.transport.sendToClient(7, 0, new UnsafeBuffer(reply), 0, reply.length);
        assertEquals(1, node.transport.counters().get(TransportCounter.DROPPED_NO_CLIENT));
    }

    @Test
    void shouldTellAllClientsWhenViewIsAnnounced() throws IOException {
        rig.startConnected(2);
        final TransportRig.Node node = rig.nodes.get(0);
        final Socket first = rig.client(node);
        final Socket second = rig.client(node);
        final byte[] view = frames.frame(Command.CLIENT_VIEW, 0, 1, 0, buffer -> {});
        node.transport.sendToClients(new UnsafeBuffer(view), 0, view.length);
        rig.pollOnce();
        assertArrayEquals(view, TestFrames.read(first.getInputStream()));
        assertArrayEquals(view, TestFrames.read(second.getInputStream()));
        assertEquals(0, rig.nodes.get(1).frameCount);
    }

    @Test
    void shouldCloseClientWhenItDoesNotReadItsReplies() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket slow = rig.client(node);
        final Socket other = rig.client(node);
        slow.getOutputStream().write(frames.request(7, 0));
        other.getOutputStream().write(frames.request(8, 0));
        rig.until(() -> node.frameCount == 2, "requests");
        final byte[] reply = frames.frame(Command.REPLY, 0, 1, 60_000, buffer -> {});
        for (int i = 0; i < 2_000 && node.closed(CloseReason.SLOW) == 0; i++) {
            node.transport.sendToClient(7, 0, new UnsafeBuffer(reply), 0, reply.length);
            node.transport.poll(0);
            node.transport.flush();
            assertTrue(node.transport.clientBufferBytes() <= 4 << 20, "bounded");
        }
        assertEquals(1, node.closed(CloseReason.SLOW));
        assertEquals(1, node.transport.connectionCount());
        assertTrue(
                node.events.get(0).endsWith("bytes wait for a client that does not read them"), node.events.toString());
    }

    @Test
    void shouldCloseClientWhenItTakesNothingForTooLong() throws IOException {
        final TransportRig.Node node = rig.start();
        rig.client(node).getOutputStream().write(frames.request(7, 0));
        rig.until(() -> node.frameCount == 1, "request");
        final byte[] reply = frames.frame(Command.REPLY, 0, 1, 60_000, buffer -> {});
        for (int i = 0; i < 2_000 && node.transport.clientBufferBytes() < 500_000; i++) {
            node.transport.sendToClient(7, 0, new UnsafeBuffer(reply), 0, reply.length);
            node.transport.poll(0);
            node.transport.flush();
        }
        rig.advance(TransportContext.SILENCE_MAX_NS + 200_000_000);
        rig.advance(TransportContext.SILENCE_MAX_NS + 200_000_000);
        assertEquals(1, node.closed(CloseReason.SLOW));
        assertEquals(0, node.transport.clientBufferBytes());
    }

    @Test
    void shouldCloseWhenThereAreTooManyClientIds() throws IOException {
        final TransportRig.Node node = rig.start(context -> context.clientsMax(5, 3));
        final Socket first = rig.client(node);
        for (int i = 0; i < 4; i++) {
            first.getOutputStream().write(frames.request(i, 0));
        }
        rig.until(() -> node.closed(CloseReason.TOO_MANY_CLIENTS) == 1, "fourth id on one connection");
        assertEquals(3, node.frameCount);
        assertEquals(0, node.transport.clientCount());
    }

    @Test
    void shouldCloseWhenBuffersOfAllClientsAreUsedUp() throws IOException {
        final TransportRig.Node node = rig.start(context -> context.clientBuffersMax(20_000));
        final Socket socket = rig.client(node);
        socket.getOutputStream().write(frames.request(1, 50_000), 0, 40_000);
        rig.until(() -> node.closed(CloseReason.OUT_OF_BUFFERS) == 1, "closed");
        assertEquals(0, node.transport.clientBufferBytes());
    }

    @Test
    void shouldDialAgainWithBackoffWhenReplicaComesBack() throws IOException {
        rig.startConnected(2);
        final TransportRig.Node one = rig.nodes.get(1);
        final int port = rig.nodes.get(0).port();
        rig.nodes.get(0).close();
        rig.until(() -> !one.transport.isConnected(0), "lost");
        assertTrue(
                one.events.contains("disconnected 0 PEER_CLOSED") || one.events.contains("disconnected 0 IO_ERROR"),
                one.events.toString());
        final long dialledBefore = one.transport.counters().get(TransportCounter.DIALLED);
        for (int i = 0; i < 1_000; i++) {
            rig.advance(10_000_000);
        }
        final long attempts = one.transport.counters().get(TransportCounter.DIALLED) - dialledBefore;
        assertTrue(attempts >= 10 && attempts < 100, "10 s of refusal gave " + attempts + " attempts");
        assertTrue(
                one.events.stream()
                        .anyMatch(event ->
                                event.startsWith("refused replica 0 IO_ERROR: Connection refused (attempt 10)")),
                one.events.toString());
        rig.replace(0, rig.startAgain(0, "127.0.0.1:" + port, context -> {}));
        rig.untilAdvancing(() -> rig.areConnected(2), 10_000_000, "connected again");
    }

    @Test
    void shouldReplaceConnectionWhenSameReplicaConnectsAgain() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket first = rig.peer(node, 1);
        node.events.clear();
        final Socket second = rig.peer(node, 1);
        assertEquals(1, node.closed(CloseReason.REPLACED));
        assertNull(TestFrames.read(first.getInputStream()));
        send(node, 1, frames.startViewChange(0, 0));
        rig.pollOnce();
        assertEquals(Command.START_VIEW_CHANGE, TestFrames.command(TestFrames.read(second.getInputStream())));
    }

    @Test
    void shouldCloseWhenReplicaIsSilent() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket socket = rig.peer(node, 1);
        rig.advance(TransportContext.KEEP_ALIVE_NS);
        rig.until(() -> node.transport.counters().get(TransportCounter.FRAMES_OUT) == 2, "still here");
        final byte[] hello = TestFrames.read(socket.getInputStream());
        assertEquals(Command.HELLO, TestFrames.command(hello));
        assertEquals(1, new HelloFlyweight().wrap(new UnsafeBuffer(hello), 0).target());
        rig.advance(TransportContext.SILENCE_MAX_NS);
        assertEquals(1, node.closed(CloseReason.SILENT));
        assertFalse(node.transport.isConnected(1));
    }

    @Test
    void shouldStayConnectedWhenReplicasHaveNothingToSay() {
        rig.startConnected(3);
        for (int i = 0; i < 200; i++) {
            rig.advance(100_000_000);
            rig.pollOnce();
            for (final TransportRig.Node node : rig.nodes) {
                node.transport.poll(1_000_000);
            }
        }
        assertTrue(rig.areConnected(3));
        for (final TransportRig.Node node : rig.nodes) {
            assertEquals(4, node.events.size(), node.events.toString());
            assertEquals(0, node.frameCount, "a still-here is nobody's frame");
        }
    }

    @Test
    void shouldAnswerStatusOnTheSameConnectionWhenAsked() throws IOException {
        final TransportRig.Node node = rig.start();
        node.statusReply = frames.frame(Command.STATUS_REPLY, 0, 0, 20, buffer -> {});
        final Socket socket = rig.client(node);
        socket.getOutputStream().write(frames.frame(Command.STATUS, 0, 0, 0, buffer -> {}));
        rig.until(() -> node.transport.counters().get(TransportCounter.FRAMES_OUT) == 2, "answered");
        assertArrayEquals(node.statusReply, TestFrames.read(socket.getInputStream()));
    }

    @Test
    void shouldNameAddressAndRemedyWhenPortIsInUse() {
        final TransportRig.Node node = rig.start();
        final String address = "127.0.0.1:" + node.port();
        final ListenException failure =
                assertThrows(ListenException.class, () -> rig.startAgain(1, address, context -> {}));
        assertTrue(
                failure.getMessage()
                        .startsWith("cannot listen on " + address + ": Address already in use; stop the process"),
                failure.getMessage());
    }

    @Test
    void shouldNotWaitWhenWokenUpBefore() {
        final TransportRig.Node node = rig.start();
        node.transport.poll(0);
        node.transport.wakeup();
        final long start = System.nanoTime();
        assertEquals(0, node.transport.poll(60_000_000_000L));
        assertTrue(System.nanoTime() - start < 30_000_000_000L);
    }

    @Test
    @Tag("I11")
    void shouldAllocateNothingPerFrameWhenTrafficIsSteady() {
        rig.startConnected(2);
        assertNothingAllocated();
    }

    @Test
    @Tag("I11")
    void shouldAllocateNothingPerFrameWhenTheConnectionHasAKey() {
        for (int i = 0; i < 2; i++) {
            rig.start(context -> context.secret(
                    ClusterSecret.ofText("a secret of the test of allocations"), new Random(1)::nextBytes));
        }
        rig.until(() -> rig.areConnected(2), "connected");
        assertNothingAllocated();
    }

    private void assertNothingAllocated() {
        final TransportRig.Node zero = rig.nodes.get(0);
        final TransportRig.Node one = rig.nodes.get(1);
        one.isKeeping = false;
        final UnsafeBuffer frame = new UnsafeBuffer(frames.prepare(0, 256));
        exchange(zero, one, frame, 20_000);
        final com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long before = threads.getCurrentThreadAllocatedBytes();
        exchange(zero, one, frame, 20_000);
        final long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 20_000, allocated + " bytes for 20,000 frames");
    }

    private static void exchange(
            final TransportRig.Node from, final TransportRig.Node to, final UnsafeBuffer frame, final int count) {
        final long target = to.frameCount + count;
        for (int sent = 0, polls = 0; to.frameCount < target; polls++) {
            for (int i = 0; i < 50 && sent < count; i++, sent++) {
                from.transport.send(1, frame, 0, frame.capacity());
            }
            from.transport.flush();
            from.transport.poll(0);
            to.transport.poll(100_000);
            assertTrue(polls < 100_000, "frames got lost");
        }
    }

    private void refusedFromPeer(
            final TransportRig.Node node, final byte[] frame, final CloseReason reason, final String text)
            throws IOException {
        node.events.clear();
        final Socket socket = rig.peer(node, 1);
        socket.getOutputStream().write(frame);
        rig.until(() -> !node.transport.isConnected(1), "closed");
        assertEquals("disconnected 1 " + reason, node.events.get(1));
        assertEquals(text, node.lastText);
        assertNull(TestFrames.read(socket.getInputStream()));
    }

    private static void send(final TransportRig.Node from, final int to, final byte[] frame) {
        from.transport.send(to, new UnsafeBuffer(frame), 0, frame.length);
    }
}
