package io.vireo.node.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.Lane;
import io.vireo.node.message.RejectFlyweight;
import io.vireo.node.message.RejectReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two connections per pair of replicas over real sockets: which frames travel on which, and that bulk stands in nobody's way. */
class BulkLaneTest {
    /** A frame for each of these is more than two sockets of loopback hold, and the buffer of the lane. */
    private static final int FRAMES_MAX = 2_000;

    private final TransportRig rig = new TransportRig();
    private final TestFrames frames = rig.frames;

    @AfterEach
    void stop() throws IOException {
        rig.close();
    }

    @Test
    void shouldCarryPiecesOfFilesOnTheirOwnConnectionWhenBothAreUp() {
        rig.startConnected(2);
        final TransportRig.Node zero = rig.nodes.get(0);
        final TransportRig.Node one = rig.nodes.get(1);
        final byte[] piece = frames.chunk(Command.CHUNK, 0, 50_000);
        send(one, 0, frames.chunk(Command.REQUEST_CHUNK, 1, 0));
        send(zero, 1, piece);
        rig.until(() -> zero.frameCount == 1 && one.frameCount == 1, "both");
        assertArrayEquals(piece, one.frames.get(0));
        assertEquals(
                1, one.transport.counters().get(TransportCounter.BULK_FRAMES_IN) - 1, "the WELCOME, and the piece");
        assertEquals(50_256, link(zero, 1, Lane.BULK).bytesOut() - helloBytes());
        assertEquals(helloBytes(), link(zero, 1, Lane.CONSENSUS).bytesOut());
        send(zero, 1, frames.prepare(0, 100));
        rig.until(() -> one.frameCount == 2, "a prepare");
        assertEquals(50_256, link(zero, 1, Lane.BULK).bytesOut() - helloBytes());
        assertTrue(link(zero, 1, Lane.CONSENSUS).bytesOut() > helloBytes());
    }

    @Test
    void shouldNotDelayConsensusWhenNobodyReadsBulk() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket consensus = rig.peer(node, 1);
        final Socket bulk = rig.bulkPeer(node, 1);
        final byte[] piece = frames.chunk(Command.CHUNK, 0, 60_000);
        for (int sent = 0; node.transport.counters().get(TransportCounter.DROPPED_BULK_BUFFER_FULL) == 0; sent++) {
            send(node, 1, piece);
            rig.pollOnce();
            assertTrue(sent < FRAMES_MAX, "somebody reads it");
        }
        final int waiting = node.transport.waiting(1, 0);
        assertTrue(waiting > 60_000, waiting + " bytes wait");
        assertEquals(waiting, link(node, 1, Lane.BULK).waitingBytes());
        for (int i = 0; i < 100; i++) {
            final byte[] said = i % 2 == 0 ? frames.startViewChange(0, 1) : frames.prepare(0, 10_000);
            send(node, 1, said);
            rig.pollOnce();
            // A socket that blocks: it has come by the end of this one turn, though nothing of bulk moves.
            assertArrayEquals(said, TestFrames.read(consensus.getInputStream()));
        }
        assertEquals(waiting, node.transport.waiting(1, 0));
        assertEquals(0, link(node, 1, Lane.CONSENSUS).waitingBytes());
        assertEquals(
                node.transport.counters().get(TransportCounter.DROPPED_BULK_BUFFER_FULL),
                node.transport.counters().get(TransportCounter.DROPPED_BUFFER_FULL),
                "nothing of consensus is dropped");
        assertEquals(Command.CHUNK, TestFrames.command(TestFrames.read(bulk.getInputStream())), "it was there to read");
    }

    @Test
    void shouldHandOverConsensusFirstWhenBothHaveCome() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket consensus = rig.peer(node, 1);
        final Socket bulk = rig.bulkPeer(node, 1);
        for (int i = 0; i < 20; i++) {
            bulk.getOutputStream().write(frames.chunk(Command.CHUNK, 1, 50_000));
        }
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            said.write(frames.startViewChange(1, i));
        }
        consensus.getOutputStream().write(said.toByteArray());
        awaitReady(node, 2);
        rig.until(() -> node.frameCount >= 4, "some of both");
        for (int i = 0; i < 3; i++) {
            assertEquals(Command.START_VIEW_CHANGE, TestFrames.command(node.frames.get(i)));
        }
        rig.until(() -> node.frameCount == 23, "all");
        assertEquals(Command.CHUNK, TestFrames.command(node.frames.get(22)));
    }

    @Test
    void shouldSayWhatConsensusLedToBeforeItTakesAPieceWhenBothHaveCome() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket consensus = rig.peer(node, 1);
        final Socket bulk = rig.bulkPeer(node, 1);
        final byte[] answer = frames.startViewChange(0, 2);
        final List<byte[]> answers = new ArrayList<>();
        node.frameHook = command -> {
            if (command == Command.START_VIEW_CHANGE) {
                send(node, 1, answer);
            } else {
                answers.add(readNow(consensus));
            }
        };
        bulk.getOutputStream().write(frames.chunk(Command.REQUEST_CHUNK, 1, 0));
        consensus.getOutputStream().write(frames.startViewChange(1, 0));
        awaitReady(node, 2);
        node.poll(0);
        assertEquals(2, node.frameCount, "both in one turn");
        assertArrayEquals(answer, answers.get(0));
    }

    private static byte[] readNow(final Socket socket) {
        try {
            socket.setSoTimeout(1_000);
            return TestFrames.read(socket.getInputStream());
        } catch (final IOException e) {
            throw new UncheckedIOException("what was said is not on its way", e);
        }
    }

    @Test
    void shouldTakeOnePiecePerTurnOfAllConnectionsByTurnsWhenManyHaveCome() throws IOException {
        final TransportRig.Node node = rig.start();
        final int pieces = 12;
        for (final int replica : new int[] {1, 2}) {
            final Socket bulk = rig.bulkPeer(node, replica);
            for (int i = 0; i < pieces; i++) {
                bulk.getOutputStream().write(frames.chunk(Command.CHUNK, replica, 3_000));
            }
        }
        awaitReady(node, 2);
        for (int turns = 0; node.frameCount < 2 * pieces; turns++) {
            final long before = node.frameCount;
            node.poll(1_000_000);
            assertTrue(node.frameCount - before <= 1, "one at a time");
            assertTrue(turns < 1_000_000, "all of them come");
        }
        final int first = new HeaderFlyweight()
                .wrap(new UnsafeBuffer(node.frames.get(0)), 0)
                .replica();
        int ofTheFirst = 0;
        for (final byte[] frame : node.frames.subList(0, pieces)) {
            ofTheFirst += new HeaderFlyweight().wrap(new UnsafeBuffer(frame), 0).replica() == first ? 1 : 0;
        }
        assertTrue(ofTheFirst >= pieces / 3 && ofTheFirst <= pieces - pieces / 3, ofTheFirst + " of " + pieces);
    }

    @Test
    @Timeout(30)
    void shouldNotWaitForTheSelectorWhilePiecesAreHereThatItDoesNotKnowOf() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket bulk = rig.bulkPeer(node, 1);
        final ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        for (int i = 0; i < 10; i++) {
            pieces.write(frames.chunk(Command.CHUNK, 1, 10));
        }
        bulk.getOutputStream().write(pieces.toByteArray());
        awaitReady(node, 1);
        for (int i = 1; i <= 10; i++) {
            // A minute: they have left the socket all at once.
            node.poll(60_000_000_000L);
            assertEquals(i, node.frameCount);
        }
    }

    @Test
    void shouldTakeWhatComesBehindTheHelloWhenItComesWithIt() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket bulk = rig.socket(node);
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        said.write(frames.bulkHello(1, 0));
        said.write(frames.chunk(Command.REQUEST_CHUNK, 1, 0));
        said.write(frames.chunk(Command.REQUEST_CHUNK, 1, 0));
        bulk.getOutputStream().write(said.toByteArray());
        rig.until(() -> node.frameCount == 2, "both");
        assertTrue(node.transport.isBulkConnected(1));
    }

    @Test
    void shouldNotEndBulkForWhatItHasNotLookedAtWhenTheProcessStoodStill() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket consensus = rig.peer(node, 1);
        final Socket bulk = rig.bulkPeer(node, 1);
        consensus.getOutputStream().write(frames.startViewChange(1, 0));
        bulk.getOutputStream().write(frames.chunk(Command.CHUNK, 1, 10));
        awaitReady(node, 2);
        rig.advance(2 * TransportContext.SILENCE_MAX_NS);
        assertEquals(2, node.frameCount);
        assertTrue(TransportRig.isConnected(node, 1), node.events.toString());
    }

    /** Until the sockets of so many connections have something, which nobody reads. */
    private static void awaitReady(final TransportRig.Node node, final int count) throws IOException {
        final Selector selector = node.transport.selector();
        for (int i = 0; i < 1_000_000; i++) {
            selector.selectNow();
            final int ready = selector.selectedKeys().size();
            selector.selectedKeys().clear();
            if (ready == count) {
                return;
            }
        }
        fail("what was written did not come");
    }

    @Test
    void shouldDropPiecesOfFilesAndKeepConsensusWhenOnlyThatIsConnected() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket consensus = rig.peer(node, 1);
        assertFalse(node.transport.isBulkConnected(1));
        send(node, 1, frames.chunk(Command.CHUNK, 0, 1_000));
        send(node, 1, frames.startViewChange(0, 0));
        rig.pollOnce();
        assertEquals(Command.START_VIEW_CHANGE, TestFrames.command(TestFrames.read(consensus.getInputStream())));
        assertEquals(1, node.transport.counters().get(TransportCounter.DROPPED_BULK_NOT_CONNECTED));
        assertEquals(1, node.transport.counters().get(TransportCounter.DROPPED_NOT_CONNECTED));
        assertEquals(0, node.transport.waiting(1, 0));
    }

    @Test
    void shouldKeepEitherConnectionWhenTheOtherIsLost() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket consensus = rig.peer(node, 1);
        final Socket bulk = rig.bulkPeer(node, 1);
        bulk.close();
        rig.until(() -> !node.transport.isBulkConnected(1), "bulk is gone");
        assertTrue(node.transport.isConnected(1));
        assertTrue(node.events.contains("disconnected 1 for bulk PEER_CLOSED"), node.events.toString());
        node.events.clear();
        rig.bulkPeer(node, 1);
        consensus.close();
        rig.until(() -> !node.transport.isConnected(1), "consensus is gone");
        assertTrue(node.transport.isBulkConnected(1));
        send(node, 1, frames.startViewChange(0, 0));
        assertEquals(1, node.transport.counters().get(TransportCounter.DROPPED_NOT_CONNECTED), "it takes no other way");
    }

    @Test
    void shouldReplaceBulkAloneWhenSameReplicaConnectsForItAgain() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket consensus = rig.peer(node, 1);
        final Socket first = rig.bulkPeer(node, 1);
        node.events.clear();
        final Socket second = rig.bulkPeer(node, 1);
        assertEquals(1, node.closed(CloseReason.REPLACED));
        assertNull(TestFrames.read(first.getInputStream()));
        send(node, 1, frames.chunk(Command.CHUNK, 0, 10));
        send(node, 1, frames.startViewChange(0, 0));
        rig.pollOnce();
        assertEquals(Command.CHUNK, TestFrames.command(TestFrames.read(second.getInputStream())));
        assertEquals(Command.START_VIEW_CHANGE, TestFrames.command(TestFrames.read(consensus.getInputStream())));
    }

    @Test
    void shouldEndTheConnectionWhenAFrameIsOfTheOtherLane() throws IOException {
        final TransportRig.Node node = rig.start();
        for (final byte[] frame :
                List.of(frames.chunk(Command.CHUNK, 1, 100), frames.chunk(Command.REQUEST_CHUNK, 1, 0))) {
            node.events.clear();
            final Socket socket = rig.peer(node, 1);
            socket.getOutputStream().write(frame);
            rig.until(() -> !node.transport.isConnected(1), "closed");
            assertTrue(node.events.contains("disconnected 1 UNEXPECTED_FRAME"), node.events.toString());
            assertEquals(TestFrames.command(frame) + " on a connection for CONSENSUS", node.lastText);
            assertNull(TestFrames.read(socket.getInputStream()));
        }
        for (final byte[] frame : List.of(
                frames.startViewChange(1, 0),
                frames.prepare(1, 10),
                frames.frame(Command.REQUEST_CHECKPOINT, 1, 0, 0, buffer -> {}))) {
            node.events.clear();
            final Socket socket = rig.bulkPeer(node, 1);
            socket.getOutputStream().write(frame);
            rig.until(() -> !node.transport.isBulkConnected(1), "closed");
            assertTrue(node.events.contains("disconnected 1 for bulk UNEXPECTED_FRAME"), node.events.toString());
            assertEquals(TestFrames.command(frame) + " on a connection for BULK", node.lastText);
            assertNull(TestFrames.read(socket.getInputStream()));
        }
        assertEquals(0, node.frameCount);
    }

    @Test
    void shouldEndTheConnectionWhenAPieceIsOfAnotherReplicaOrGroup() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket socket = rig.bulkPeer(node, 1);
        socket.getOutputStream().write(frames.chunk(Command.CHUNK, 2, 100));
        rig.until(() -> !node.transport.isBulkConnected(1), "closed");
        assertEquals("CHUNK of replica 2 from replica 1", node.lastText);
        node.events.clear();
        final Socket other = rig.bulkPeer(node, 1);
        other.getOutputStream()
                .write(frames.frame(
                        Command.HELLO,
                        2,
                        0,
                        8,
                        buffer -> new HelloFlyweight()
                                .wrap(buffer, 0)
                                .role(HelloFlyweight.ROLE_REPLICA)
                                .groupCount(TestFrames.GROUPS)));
        rig.until(() -> !node.transport.isBulkConnected(1), "closed");
        assertEquals("HELLO of replica 2 from replica 1", node.lastText);
    }

    @Test
    void shouldRejectWhenAHelloNamesALaneThatThereIsNot() throws IOException {
        final TransportRig.Node node = rig.start();
        final int laneOffset = 130;
        for (final byte[] hello : List.of(
                frames.hello(1, 1, 0, 3, 0b111, header -> header.buffer().putByte(laneOffset, (byte) 2)),
                frames.hello(1, 1, 0, 3, 0b111, header -> header.buffer().putByte(laneOffset, (byte) 255)),
                // Clients have none.
                frames.hello(2, 0, 0, 3, 0, header -> header.buffer().putByte(laneOffset, (byte) 1)))) {
            final Socket socket = rig.socket(node);
            final long before = node.closed(CloseReason.REJECTED);
            socket.getOutputStream().write(hello);
            rig.until(() -> node.closed(CloseReason.REJECTED) == before + 1, "rejected");
            final RejectFlyweight reject = TestFrames.reject(TestFrames.read(socket.getInputStream()));
            assertEquals(RejectReason.MALFORMED, reject.reason());
            assertEquals("handshake states a lane that its role does not have", reject.text());
        }
    }

    @Test
    void shouldGiveTheMemoryOfBulkBackWhenNothingIsSentForAWhile() {
        rig.startConnected(2);
        final TransportRig.Node zero = rig.nodes.get(0);
        final TransportRig.Node one = rig.nodes.get(1);
        final long idle = zero.transport.peerBufferBytes();
        for (int i = 0; i < 8; i++) {
            send(zero, 1, frames.chunk(Command.CHUNK, 0, 60_000));
        }
        rig.until(() -> one.frameCount == 8, "pieces");
        assertTrue(zero.transport.peerBufferBytes() > idle + 100_000, "kept for the next piece");
        rig.advance(TransportContext.KEEP_ALIVE_NS + 100_000_000);
        rig.until(() -> zero.transport.peerBufferBytes() <= idle + 8192, "given back");
        send(zero, 1, frames.chunk(Command.CHUNK, 0, 60_000));
        rig.until(() -> one.frameCount == 9, "one more");
    }

    @Test
    void shouldEndBulkAloneWhenItsReaderStops() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket consensus = rig.peer(node, 1);
        rig.bulkPeer(node, 1);
        for (int sent = 0; node.transport.counters().get(TransportCounter.DROPPED_BULK_BUFFER_FULL) == 0; sent++) {
            send(node, 1, frames.chunk(Command.CHUNK, 0, 60_000));
            rig.pollOnce();
            assertTrue(sent < FRAMES_MAX, "somebody reads it");
        }
        for (int i = 0; i < 12 && node.transport.isBulkConnected(1); i++) {
            consensus.getOutputStream().write(frames.startViewChange(1, 0));
            final long heard = node.frameCount;
            rig.until(() -> node.frameCount > heard, "heard");
            rig.advance(500_000_000);
        }
        assertFalse(node.transport.isBulkConnected(1));
        assertEquals(1, node.closed(CloseReason.SLOW));
        assertTrue(node.transport.isConnected(1));
    }

    private static int helloBytes() {
        return HelloFlyweight.length(TestFrames.GROUPS);
    }

    private static Link link(final TransportRig.Node node, final int replica, final Lane lane) {
        final List<Link> links = new ArrayList<>();
        node.transport.forEachLink(link -> {
            if (link.replica() == replica && link.lane() == lane) {
                links.add(link);
            }
        });
        assertEquals(1, links.size());
        assertTrue(links.get(0).bytesIn() >= HeaderFlyweight.HEADER_LENGTH);
        return links.get(0);
    }

    private static void send(final TransportRig.Node from, final int to, final byte[] frame) {
        from.transport.send(to, new UnsafeBuffer(frame), 0, frame.length);
    }
}
