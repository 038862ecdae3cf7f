package io.vireo.node.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.auth.CallerProof;
import io.vireo.node.auth.ClusterSecret;
import io.vireo.node.auth.FileSeal;
import io.vireo.node.auth.LinkAuth;
import io.vireo.node.message.ChallengeFlyweight;
import io.vireo.node.message.CheckpointFlyweight;
import io.vireo.node.message.ChunkFlyweight;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.RejectFlyweight;
import io.vireo.node.message.RejectReason;
import java.io.IOException;
import java.net.Socket;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A cluster with a secret over real sockets: who knows it gets in, everybody else gets frames of the handshake and nothing more. */
@Tag("X11")
class LinkSecretTest {
    private static final ClusterSecret SECRET =
            ClusterSecret.ofText("the secret of these tests is of more than 32 bytes");
    private static final ClusterSecret OTHER =
            ClusterSecret.ofText("another secret of these tests, as long as the first");

    private final TransportRig rig = new TransportRig();

    @AfterEach
    void stop() throws IOException {
        rig.close();
    }

    @Test
    void shouldConnectAndCarryFramesUnchangedWhenAllKnowTheSecret() {
        for (int i = 0; i < 3; i++) {
            rig.start(with(SECRET));
        }
        rig.until(() -> rig.areConnected(3), "connected");
        final byte[] prepare = rig.frames.prepare(2, 10_000);
        send(rig.nodes.get(2), 0, prepare);
        send(rig.nodes.get(0), 2, rig.frames.startViewChange(0, 1));
        rig.until(
                () -> rig.nodes.get(0).frames.size() == 1
                        && rig.nodes.get(2).frames.size() == 1,
                "one frame each way");
        assertEquals(
                new UnsafeBuffer(prepare),
                new UnsafeBuffer(rig.nodes.get(0).frames.get(0)));
    }

    @Test
    void shouldRefuseCountAndLogOnceWhenACallerHasAnotherSecret() {
        final TransportRig.Node zero = rig.start(with(SECRET));
        final TransportRig.Node one = rig.start(with(OTHER));
        rig.untilAdvancing(() -> zero.closed(CloseReason.AUTHENTICATION) >= 5, 500_000_000, "five attempts");
        assertTrue(one.closed(CloseReason.REJECTED_BY_PEER) >= 4, one.events.toString());
        assertEquals(1, zero.events.size(), zero.events.toString());
        assertEquals(
                "refused unknown AUTHENTICATION: AUTHENTICATION: the proof does not match: the two sides have different secrets;"
                        + " compare secret_file or VIREO_SECRET of both (replica 1, as it says)",
                zero.events.get(0));
        assertEquals(1, one.events.size(), one.events.toString());
        assertTrue(one.events.get(0).contains("the two sides have different secrets"), one.events.toString());
    }

    @Test
    void shouldConnectWhenTheSecretHasBeenPutRight() {
        final TransportRig.Node zero = rig.start(with(SECRET));
        final TransportRig.Node one = rig.start(with(OTHER));
        rig.until(() -> zero.closed(CloseReason.AUTHENTICATION) == 1, "refused");
        one.close();
        rig.replace(1, rig.startAgain(1, "127.0.0.1:0", with(SECRET)));
        rig.untilAdvancing(() -> rig.areConnected(2), 100_000_000, "connected");
    }

    @Test
    void shouldSayWhatToDoWhenOnlyTheCalledOneHasASecret() {
        final TransportRig.Node zero = rig.start(with(SECRET));
        final TransportRig.Node one = rig.start();
        rig.until(() -> one.closed(CloseReason.AUTHENTICATION) == 1, "given up");
        assertEquals(
                List.of("refused replica 0 AUTHENTICATION: " + LinkAuth.NO_SECRET_HERE + " (attempt 1)"), one.events);
        assertFalse(zero.transport.isConnected(1));
    }

    @Test
    void shouldRefuseTheWelcomeWhenOnlyTheCallerHasASecret() {
        final TransportRig.Node zero = rig.start();
        final TransportRig.Node one = rig.start(with(SECRET));
        rig.until(() -> one.closed(CloseReason.AUTHENTICATION) == 1, "given up");
        assertEquals(
                List.of("refused replica 0 AUTHENTICATION: " + LinkAuth.NO_SECRET_THERE + " (attempt 1)"), one.events);
        send(one, 0, rig.frames.startViewChange(1, 0));
        assertEquals(1, one.transport.counters().get(TransportCounter.DROPPED_NOT_CONNECTED));
        assertEquals(0, zero.frames.size());
    }

    @Test
    void shouldAnswerNothingButTheHandshakeWhenNobodyHasProvedAnything() throws IOException {
        final TransportRig.Node node = rig.start(with(SECRET));
        // Everything at once, as if the door were open: the status, a request, and a view change.
        for (final byte[] frame : List.of(
                rig.frames.frame(Command.STATUS, 0, 0, 0, buffer -> {}),
                rig.frames.request(5, 10),
                rig.frames.startViewChange(1, 0))) {
            final Socket socket = rig.socket(node);
            final long before = node.closed(CloseReason.AUTHENTICATION);
            socket.getOutputStream().write(rig.frames.hello(1, 1, 0));
            socket.getOutputStream().write(frame);
            rig.until(() -> node.closed(CloseReason.AUTHENTICATION) == before + 1, "refused");
            assertEquals(Command.CHALLENGE, TestFrames.command(TestFrames.read(socket.getInputStream())));
            final byte[] reject = TestFrames.read(socket.getInputStream());
            assertEquals(RejectReason.AUTHENTICATION, TestFrames.reject(reject).reason());
            assertNull(TestFrames.read(socket.getInputStream()), "closed");
        }
        assertEquals(0, node.frames.size());
        assertEquals(0, node.transport.clientConnectionCount());
    }

    @Test
    void shouldSayNothingAboutTheClusterWhenTheCallerHasNotProvedItself() throws IOException {
        final TransportRig.Node node = rig.start(with(SECRET));
        final Socket socket = rig.socket(node);
        // For another replica and other groups: what would be answered by all addresses.
        socket.getOutputStream().write(rig.frames.hello(1, 1, 2, 3, 0, hello -> {}));
        rig.until(
                () -> node.transport.connectionCount() == 1
                        && node.transport.counters().get(TransportCounter.FRAMES_OUT) == 1,
                "challenged");
        final byte[] challenge = TestFrames.read(socket.getInputStream());
        assertEquals(Command.CHALLENGE, TestFrames.command(challenge));
        // Its cluster and who answers are in each header; of all else there is a nonce and zeros.
        final byte[] bytes = new byte[HeaderFlyweight.HEADER_LENGTH];
        final ChallengeFlyweight expected = new ChallengeFlyweight().wrap(new UnsafeBuffer(bytes), 0);
        expected.init(
                Command.CHALLENGE,
                TestFrames.CLUSTER_LO,
                TestFrames.CLUSTER_HI,
                HeaderFlyweight.HEADER_LENGTH,
                0,
                0,
                0);
        final ChallengeFlyweight said = new ChallengeFlyweight().wrap(new UnsafeBuffer(challenge), 0);
        expected.version(said.version()).shard(0).nonce(said.nonce());
        expected.seal(new Checksum());
        assertArrayEquals(bytes, challenge);
        rig.advance(TransportContext.HANDSHAKE_TIMEOUT_NS + 100_000_001);
        assertEquals(1, node.closed(CloseReason.HANDSHAKE_TIMEOUT));
        assertNull(TestFrames.read(socket.getInputStream()), "nothing follows");
    }

    @Test
    void shouldJudgeTheHelloWhenItsSenderHasProvedItself() throws IOException {
        final TransportRig.Node node = rig.start(with(SECRET));
        final Socket socket = rig.socket(node);
        prove(node, socket, rig.frames.hello(1, 1, 2));
        rig.until(() -> node.closed(CloseReason.REJECTED) == 1, "rejected");
        assertEquals(Command.PROOF, TestFrames.command(TestFrames.read(socket.getInputStream())));
        final RejectFlyweight reject = TestFrames.reject(TestFrames.read(socket.getInputStream()));
        assertEquals(RejectReason.WRONG_REPLICA, reject.reason());
        assertEquals("this is replica 0, not replica 2", reject.text());
    }

    @Test
    void shouldRefuseWhenAProofIsReplayed() throws IOException {
        final TransportRig.Node node = rig.start(with(SECRET));
        final byte[] hello = rig.frames.hello(1, 1, 0);
        final Socket first = rig.socket(node);
        final byte[] recorded = prove(node, first, hello);
        rig.until(() -> node.events.contains("connected 1"), "the real one");
        final Socket second = rig.socket(node);
        second.getOutputStream().write(hello);
        second.getOutputStream().write(recorded);
        rig.until(() -> node.closed(CloseReason.AUTHENTICATION) == 1, "refused");
        assertEquals(1, node.events.stream().filter("connected 1"::equals).count());
        assertTrue(node.transport.connectionCount() >= 1, "the real one stays");
        assertEquals(0, node.closed(CloseReason.REPLACED));
    }

    @Test
    void shouldRejectWhenTheProofIsOfAnotherClusterOrDamagedOrTooLong() throws IOException {
        final TransportRig.Node node = rig.start(with(SECRET));
        final byte[] hello = rig.frames.hello(2, 0, 0, 3, 0, each -> {});
        final Socket ofOther = rig.socket(node);
        final CallerProof proof = challenged(node, ofOther, hello);
        final byte[] answer = proof.answer().byteArray();
        new UnsafeBuffer(answer).putLong(HeaderFlyweight.CLUSTER_OFFSET, 99);
        new HeaderFlyweight().wrap(new UnsafeBuffer(answer), 0).seal(new Checksum());
        ofOther.getOutputStream().write(answer);
        assertRejected(node, ofOther, RejectReason.WRONG_CLUSTER);

        final Socket damaged = rig.socket(node);
        final byte[] bytes = challenged(node, damaged, hello).answer().byteArray();
        bytes[200] ^= 1;
        damaged.getOutputStream().write(bytes);
        assertRejected(node, damaged, RejectReason.MALFORMED);

        final Socket large = rig.socket(node);
        final byte[] stated = challenged(node, large, hello).answer().byteArray();
        new UnsafeBuffer(stated).putInt(HeaderFlyweight.SIZE_OFFSET, 1025);
        large.getOutputStream().write(stated);
        rig.until(() -> node.closed(CloseReason.OVERSIZE) == 1, "closed for its size");
        assertEquals(0, node.transport.clientConnectionCount());
    }

    @Test
    void shouldCloseWhenTheProofIsCutOffOrDoesNotComeInTime() throws IOException {
        final TransportRig.Node node = rig.start(with(SECRET));
        final byte[] hello = rig.frames.hello(2, 0, 0, 3, 0, each -> {});
        final Socket cut = rig.socket(node);
        cut.getOutputStream().write(challenged(node, cut, hello).answer().byteArray(), 0, 255);
        cut.close();
        rig.until(() -> node.closed(CloseReason.TRUNCATED) == 1, "cut off");
        final Socket silent = rig.socket(node);
        challenged(node, silent, hello);
        // The deadline is one for the whole handshake: a frame in between does not renew it.
        rig.advance(TransportContext.HANDSHAKE_TIMEOUT_NS - 1);
        assertEquals(0, node.closed(CloseReason.HANDSHAKE_TIMEOUT));
        rig.advance(100_000_001);
        assertEquals(1, node.closed(CloseReason.HANDSHAKE_TIMEOUT));
        assertEquals(0, node.transport.connectionCount());
    }

    @Test
    void shouldServeAClientThatHasProvedItself() throws IOException {
        final TransportRig.Node node = rig.start(with(SECRET));
        final Socket socket = rig.socket(node);
        prove(node, socket, rig.frames.hello(2, 0, 0, 3, 0, each -> {}));
        rig.until(() -> node.transport.clientConnectionCount() == 1, "let in");
        assertEquals(Command.PROOF, TestFrames.command(TestFrames.read(socket.getInputStream())));
        assertEquals(Command.WELCOME, TestFrames.command(TestFrames.read(socket.getInputStream())));
        socket.getOutputStream().write(rig.frames.request(5, 10));
        rig.until(() -> node.frames.size() == 1, "the request");
    }

    @Test
    void shouldCarryFilesWhenTheyAreOfThisConnectionAndCloseItWhenTheyAreNot() throws IOException {
        final TransportRig.Node zero = rig.start(with(SECRET));
        final TransportRig.Node one = rig.start(with(SECRET));
        rig.until(() -> rig.areConnected(2), "connected");
        send(one, 0, chunk(Command.REQUEST_CHUNK, 1, 0));
        rig.until(() -> zero.frames.size() == 1, "the request");
        send(zero, 1, chunk(Command.CHUNK, 0, 1000));
        rig.until(() -> one.frames.size() == 1, "the answer");
        assertEquals(HeaderFlyweight.HEADER_LENGTH + 1000, one.frames.get(0).length);

        // Replica 2 by hand, and then the same to the bit once more: a HELLO and a request that were recorded.
        final byte[] hello = rig.frames.bulkHello(2, 0);
        final Socket first = rig.socket(zero);
        final CallerProof proof = challenged(zero, first, hello);
        first.getOutputStream().write(proof.answer().byteArray());
        rig.until(() -> zero.events.contains("connected 2 for bulk"), "let in");
        assertNull(proof.refusal(new UnsafeBuffer(TestFrames.read(first.getInputStream())), 0));
        final byte[] request = chunk(Command.REQUEST_CHUNK, 2, 0);
        new UnsafeBuffer(request)
                .putBytes(0, proof.seal().seal(new UnsafeBuffer(request), 0), 0, HeaderFlyweight.HEADER_LENGTH);
        first.getOutputStream().write(request);
        rig.until(() -> zero.frames.size() == 2, "its request");

        final Socket second = rig.socket(zero);
        prove(zero, second, hello);
        rig.until(() -> Collections.frequency(zero.events, "connected 2 for bulk") == 2, "let in again");
        second.getOutputStream().write(request);
        rig.until(() -> zero.closed(CloseReason.AUTHENTICATION) == 1, "closed");
        assertEquals(2, zero.frames.size());
        assertTrue(zero.events.contains("disconnected 2 for bulk AUTHENTICATION"), zero.events.toString());
    }

    @Test
    void shouldLetNobodyInForBulkWhenTheSecretIsNotProved() throws IOException {
        final TransportRig.Node node = rig.start(with(SECRET));
        final byte[] hello = rig.frames.bulkHello(1, 0);
        final Socket stranger = rig.socket(node);
        stranger.getOutputStream().write(hello);
        stranger.getOutputStream().write(chunk(Command.REQUEST_CHUNK, 1, 0));
        rig.until(() -> node.closed(CloseReason.AUTHENTICATION) == 1, "refused");
        assertEquals(Command.CHALLENGE, TestFrames.command(TestFrames.read(stranger.getInputStream())));
        // Who changes packets turns the HELLO of a replica that knows the secret into one for the other lane.
        final Socket turned = rig.socket(node);
        final CallerProof proof = new LinkAuth(SECRET, new Random(99)::nextBytes)
                .call(new UnsafeBuffer(rig.frames.hello(1, 1, 0)), 0, hello.length, 1);
        final long before = node.transport.counters().get(TransportCounter.FRAMES_OUT);
        turned.getOutputStream().write(hello);
        rig.until(() -> node.transport.counters().get(TransportCounter.FRAMES_OUT) > before, "challenged");
        assertNull(proof.refusal(new UnsafeBuffer(TestFrames.read(turned.getInputStream())), 0));
        turned.getOutputStream().write(proof.answer().byteArray());
        rig.until(() -> node.closed(CloseReason.AUTHENTICATION) == 2, "refused");
        assertFalse(node.transport.isBulkConnected(1));
        final Socket member = rig.socket(node);
        prove(node, member, hello);
        rig.until(() -> node.transport.isBulkConnected(1), "let in");
        assertFalse(node.transport.isConnected(1), "for bulk alone");
        assertEquals(0, node.frames.size());
    }

    @Test
    void shouldSealWhichCheckpointThereIsAndCloseWhenItIsInvented() throws IOException {
        final TransportRig.Node zero = rig.start(with(SECRET));
        final TransportRig.Node one = rig.start(with(SECRET));
        rig.until(() -> rig.areConnected(2), "connected");
        send(one, 0, checkpoint(Command.REQUEST_CHECKPOINT, 1));
        rig.until(() -> zero.frames.size() == 1, "the question");
        send(zero, 1, checkpoint(Command.CHECKPOINT, 0));
        rig.until(() -> one.frames.size() == 1, "the answer");
        assertFalse(FileSeal.isBlank(new UnsafeBuffer(one.frames.get(0)), 0), "with a MAC");

        send(one, 0, checkpoint(Command.CHECKPOINT, 1));
        rig.until(() -> zero.frames.size() == 2, "one of the other side");
        final byte[] recorded = zero.frames.get(1);
        // As somebody who changes packets would, all checksums are right: invented, and said on another connection.
        final List<byte[]> forged = List.of(checkpoint(Command.CHECKPOINT, 1), recorded);
        for (int i = 0; i < forged.size(); i++) {
            final int before = i;
            final Socket socket = rig.socket(zero);
            prove(zero, socket, rig.frames.hello(1, 1, 0));
            rig.until(() -> Collections.frequency(zero.events, "connected 1") == before + 2, "let in again");
            socket.getOutputStream().write(forged.get(i));
            rig.until(() -> zero.closed(CloseReason.AUTHENTICATION) == before + 1, "closed");
        }
        assertEquals(2, zero.frames.size());
    }

    @Test
    void shouldRefuseAFileFrameWithAMacWhenThereIsNoSecret() throws IOException {
        final TransportRig.Node node = rig.start();
        final Socket socket = rig.bulkPeer(node, 1);
        final byte[] frame = chunk(Command.REQUEST_CHUNK, 1, 0);
        socket.getOutputStream().write(frame);
        rig.until(() -> node.frames.size() == 1, "taken without one");
        new UnsafeBuffer(frame).putLong(ChunkFlyweight.MAC, 1);
        new HeaderFlyweight().wrap(new UnsafeBuffer(frame), 0).seal(new Checksum());
        socket.getOutputStream().write(frame);
        rig.until(() -> node.closed(CloseReason.AUTHENTICATION) == 1, "closed");
        assertEquals(1, node.frames.size());
    }

    private static Consumer<TransportContext> with(final ClusterSecret secret) {
        return context -> context.secret(secret, new Random(context.replica)::nextBytes);
    }

    private byte[] checkpoint(final Command command, final int author) {
        return rig.frames.frame(
                command,
                author,
                0,
                0,
                buffer -> new CheckpointFlyweight()
                        .wrap(buffer, 0)
                        .op(7)
                        .snapshotId(command == Command.CHECKPOINT ? 1 : 0, 0));
    }

    private byte[] chunk(final Command command, final int author, final int bodyLength) {
        return rig.frames.chunk(command, author, bodyLength);
    }

    /** Says HELLO on a plain socket and takes the challenge; what answers it is in the proof. */
    private CallerProof challenged(final TransportRig.Node node, final Socket socket, final byte[] hello)
            throws IOException {
        final boolean isReplica =
                new HelloFlyweight().wrap(new UnsafeBuffer(hello), 0).role() == HelloFlyweight.ROLE_REPLICA;
        final CallerProof proof = new LinkAuth(SECRET, new Random(99)::nextBytes)
                .call(new UnsafeBuffer(hello), 0, hello.length, isReplica ? 1 : 0);
        final long before = node.transport.counters().get(TransportCounter.FRAMES_OUT);
        socket.getOutputStream().write(hello);
        rig.until(() -> node.transport.counters().get(TransportCounter.FRAMES_OUT) > before, "challenged");
        assertNull(proof.refusal(new UnsafeBuffer(TestFrames.read(socket.getInputStream())), 0));
        return proof;
    }

    /** The same, and sends the answer, which it returns. */
    private byte[] prove(final TransportRig.Node node, final Socket socket, final byte[] hello) throws IOException {
        final byte[] answer = challenged(node, socket, hello).answer().byteArray();
        socket.getOutputStream().write(answer);
        return answer;
    }

    private void assertRejected(final TransportRig.Node node, final Socket socket, final RejectReason reason)
            throws IOException {
        final long before = node.closed(CloseReason.REJECTED);
        rig.until(() -> node.closed(CloseReason.REJECTED) == before + 1, "rejected");
        assertEquals(
                reason,
                TestFrames.reject(TestFrames.read(socket.getInputStream())).reason());
        assertNull(TestFrames.read(socket.getInputStream()), "closed");
        socket.close();
    }

    private static void send(final TransportRig.Node node, final int replica, final byte[] frame) {
        node.transport.send(replica, new UnsafeBuffer(frame), 0, frame.length);
    }
}
