package io.vireo.node.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.journal.message.Command;
import io.vireo.node.auth.ClusterSecret;
import io.vireo.node.tls.HeldWorker;
import io.vireo.node.tls.Pem;
import io.vireo.node.tls.TestCertificates;
import io.vireo.node.tls.Tls;
import io.vireo.node.tls.TlsException;
import io.vireo.node.tls.TlsFileException;
import io.vireo.node.tls.TlsIdentity;
import io.vireo.node.tls.TlsWorker;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transports by TLS over real sockets: frames of any size get through, and who has no place there is told so in one line on both sides. */
class LinkTlsTest {
    private static final TestCertificates CA = new TestCertificates("CA of the cluster");
    private static final TestCertificates OTHER_CA = new TestCertificates("another CA");
    private static final TestCertificates.Pair NODE = CA.certify("node", "127.0.0.1", "localhost");
    /** What a connection takes for what it receives, to begin with. */
    private static final int FIRST_BUFFER = 4096;

    private static final ClusterSecret SECRET =
            ClusterSecret.ofText("the secret of these tests is of more than 32 bytes");

    private final TlsWorker worker = new TlsWorker();
    private final TransportRig rig = new TransportRig();

    @AfterEach
    void stop() throws IOException {
        rig.close();
        worker.close();
    }

    @Test
    void shouldCarryFramesOfAllSizesBothWaysWhenAllSpeakTls() throws Exception {
        startThree();
        final Random random = new Random(7);
        final List<byte[]> sent = new ArrayList<>();
        // More than a record, a socket's buffer and a send buffer's first size; and many small ones behind.
        for (final int length : new int[] {0, 1, 4_000, 16_000, 17_000, 40_000, 65_000 - 512, 10, 20, 30}) {
            sent.add(rig.frames.prepare(2, length + random.nextInt(3)));
        }
        for (int round = 0; round < 5; round++) {
            final int before = rig.nodes.get(0).frames.size();
            for (final byte[] frame : sent) {
                rig.until(() -> isTaken(rig.nodes.get(2), 0, frame), "room for a frame");
                send(rig.nodes.get(0), 2, rig.frames.startViewChange(0, 1));
            }
            rig.until(
                    () -> rig.nodes.get(0).frames.size() == before + sent.size()
                            && rig.nodes.get(2).frames.size() == before + sent.size(),
                    "all frames");
            for (int i = 0; i < sent.size(); i++) {
                assertArrayEquals(sent.get(i), rig.nodes.get(0).frames.get(before + i));
            }
        }
    }

    @Test
    void shouldNotDelayConsensusWhenNobodyReadsBulkByTls() throws Exception {
        final TransportRig.Node node = rig.start(with(tls(NODE)));
        final Tls caller = tls(NODE);
        final Socket consensus = meanwhile(() -> caller.call(rig.socket(node), "127.0.0.1"));
        consensus.getOutputStream().write(rig.frames.hello(1, 1, 0));
        final Socket bulk = meanwhile(() -> caller.call(rig.socket(node), "127.0.0.1"));
        bulk.getOutputStream().write(rig.frames.bulkHello(1, 0));
        rig.until(() -> TransportRig.isConnected(node, 1), "both");
        assertEquals(Command.WELCOME, TestFrames.command(TestFrames.read(consensus.getInputStream())));
        final byte[] piece = rig.frames.chunk(Command.CHUNK, 0, 60_000);
        for (int sent = 0; node.transport.counters().get(TransportCounter.DROPPED_BULK_BUFFER_FULL) == 0; sent++) {
            send(node, 1, piece);
            rig.pollOnce();
            assertTrue(sent < 2_000, "somebody reads it");
        }
        for (int i = 0; i < 20; i++) {
            final byte[] said = rig.frames.prepare(0, 500 * i);
            send(node, 1, said);
            rig.pollOnce();
            assertArrayEquals(said, TestFrames.read(consensus.getInputStream()));
        }
        assertEquals(Command.WELCOME, TestFrames.command(TestFrames.read(bulk.getInputStream())));
        // What was taken comes, whole and in order, once somebody reads.
        for (int i = 0; i < 10; i++) {
            assertArrayEquals(piece, meanwhile(() -> TestFrames.read(bulk.getInputStream())));
        }
    }

    @Test
    void shouldCarryPiecesOfFilesBothWaysByTls() throws Exception {
        startThree();
        final byte[] piece = rig.frames.chunk(Command.CHUNK, 0, 60_000);
        final byte[] asked = rig.frames.chunk(Command.REQUEST_CHUNK, 2, 0);
        for (int i = 0; i < 20; i++) {
            final int before = i;
            send(rig.nodes.get(2), 0, asked);
            send(rig.nodes.get(0), 2, piece);
            rig.until(
                    () -> rig.nodes.get(0).frames.size() > before
                            && rig.nodes.get(2).frames.size() > before,
                    "one each way");
            assertArrayEquals(piece, rig.nodes.get(2).frames.get(i));
        }
    }

    @Test
    void shouldLeaveTheWayFreeBeforeBulkIsDialledWhenAProcessIsNewAndNotWhenItIsKnown() throws Exception {
        rig.start(with(tls(NODE)));
        final TransportRig.Node one = rig.start(with(tls(NODE)));
        rig.until(() -> one.transport.isConnected(0), "consensus");
        for (int i = 0; i < 100; i++) {
            rig.pollOnce();
        }
        assertEquals(1, one.transport.counters().get(TransportCounter.DIALLED), "bulk draws how long it waits");
        connect(2);
        assertEquals(2, one.transport.counters().get(TransportCounter.DIALLED));
        final byte[] wrong = rig.frames.chunk(Command.CHUNK, 2, 10);
        send(one, 0, wrong);
        rig.until(() -> !one.transport.isBulkConnected(0), "bulk alone is lost");
        rig.advance(TransportContext.RECONNECT_MIN_NS);
        rig.until(() -> rig.areConnected(2), "at once");
    }

    @Test
    void shouldLetNobodyInForBulkWhenItShowsNoCertificate() throws Exception {
        final TransportRig.Node node = rig.start(with(tls(NODE)));
        final Tls shownNothing = new Tls(Tls.Kind.REPLICAS, null, ca(), "ca.pem", worker);
        final Socket caller = meanwhile(() -> shownNothing.call(rig.socket(node), "127.0.0.1"));
        caller.getOutputStream().write(rig.frames.bulkHello(1, 0));
        rig.until(() -> node.closed(CloseReason.AUTHENTICATION) == 1, "refused");
        assertFalse(node.transport.isBulkConnected(1));
    }

    @Test
    void shouldStillKnowTheCertificateWhenAReplicaTakesItsSessionUpAgain() throws Exception {
        final TransportRig.Node zero = rig.start(with(tls(NODE)));
        final Tls ofOne = tls(NODE);
        rig.start(with(ofOne));
        connect(2);
        for (int again = 1; again <= 3; again++) {
            send(rig.nodes.get(0), 1, rig.frames.startViewChange(0, 1));
            rig.until(() -> !rig.nodes.get(1).frames.isEmpty(), "what comes with a session, too");
            rig.nodes.get(1).close();
            final int before = again;
            rig.until(() -> Collections.frequency(zero.events, "disconnected 1 PEER_CLOSED") == before, "gone");
            rig.replace(1, rig.startAgain(1, "127.0.0.1:0", with(ofOne)));
            connect(2);
        }
        assertEquals(0, zero.closed(CloseReason.AUTHENTICATION));
    }

    @Test
    void shouldProveTheSecretAsWellWhenThereIsOne() throws Exception {
        for (int i = 0; i < 2; i++) {
            rig.start(with(tls(NODE)).andThen(context -> context.secret(SECRET, new Random(3)::nextBytes)));
        }
        connect(2);
        final TransportRig.Node stranger = rig.start(with(tls(NODE)));
        rig.until(() -> stranger.closed(CloseReason.AUTHENTICATION) == 2, "nothing is weakened");
        assertFalse(rig.nodes.get(0).transport.isConnected(2));
    }

    @Test
    void shouldSayThatTheOtherSideSpeaksWithoutWhenOnlyTheCalledOneHasTls() throws Exception {
        final TransportRig.Node zero = rig.start(with(tls(NODE)));
        final TransportRig.Node one = rig.start();
        rig.until(() -> zero.closed(CloseReason.TLS) == 1 && one.closed(CloseReason.TLS) == 1, "noticed on both sides");
        assertEquals(
                List.of(
                        "refused unknown TLS: the other side speaks without TLS, and this one with it: set tls.replicas the same"
                                + " on both sides"),
                zero.events);
        assertEquals(
                List.of("refused replica 0 TLS: answers by TLS: set tls.replicas = \"on\" here as there (attempt 1)"),
                one.events);
    }

    @Test
    void shouldSayThatTheOtherSideSpeaksWithoutWhenOnlyTheCallerHasTls() throws Exception {
        final TransportRig.Node zero = rig.start();
        final TransportRig.Node one = rig.start(with(tls(NODE)));
        rig.until(() -> zero.closed(CloseReason.TLS) == 1 && one.closed(CloseReason.TLS) == 1, "noticed on both sides");
        assertEquals(
                List.of(
                        "refused unknown TLS: MALFORMED: the caller speaks TLS, and this port is without: set tls.replicas the"
                                + " same on both sides"),
                zero.events);
        assertEquals(
                List.of(
                        "refused replica 0 TLS: the other side speaks without TLS, and this one with it: set tls.replicas the"
                                + " same on both sides (attempt 1)"),
                one.events);
    }

    @Test
    void shouldRefuseOnBothSidesWhenTheCalledOneIsOfAnotherCa() throws Exception {
        final Tls ofOther =
                new Tls(Tls.Kind.REPLICAS, identity(OTHER_CA.certify("node", "127.0.0.1")), both(), "both", worker);
        final TransportRig.Node zero = rig.start(with(ofOther));
        final TransportRig.Node one = rig.start(with(tls(NODE)));
        rig.until(() -> zero.closed(CloseReason.TLS) == 1 && one.closed(CloseReason.TLS) == 1, "refused");
        assertEquals(
                List.of(
                        "refused replica 0 TLS: the certificate of the other side is of a CA that is not trusted here (ca.pem)"
                                + " (attempt 1)"),
                one.events);
        assertTrue(
                zero.events.get(0).contains("the other side refuses: it does not trust the certificate"),
                zero.events.toString());
    }

    @Test
    void shouldRefuseWhenTheCallerIsOfAnotherCaThatHasTheSameName() throws Exception {
        final TestCertificates impostor = new TestCertificates("CA of the cluster");
        final TransportRig.Node zero = rig.start(with(tls(NODE)));
        // By its name alone it is one that may be shown here.
        final TransportRig.Node one = rig.start(with(
                new Tls(Tls.Kind.REPLICAS, identity(impostor.certify("node", "127.0.0.1")), ca(), "ca.pem", worker)));
        rig.until(() -> zero.closed(CloseReason.TLS) == 1 && !one.events.isEmpty(), "refused");
        assertTrue(one.events.get(0).contains("the other side refuses"), one.events.toString());
        assertFalse(one.transport.isConnected(0));
        assertFalse(zero.transport.isConnected(1));
    }

    @Test
    void shouldRefuseWhenACertificateHasExpired() throws Exception {
        // Certificates know whole seconds. As many as a busy machine may need to load one that is still valid.
        final Instant until = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(4);
        final TestCertificates.Pair expired = CA.certify("node", until.minus(Duration.ofDays(9)), until, "127.0.0.1");
        final Tls late = tls(expired);
        final TransportRig.Node zero = rig.start(with(late));
        // Valid when it was loaded, and expired when the others look at it: as it is with a process that runs for long.
        while (!Instant.now().isAfter(until.plusMillis(1_100))) {
            Thread.sleep(20);
            rig.pollOnce();
        }
        final TransportRig.Node one = rig.start(with(tls(NODE)));
        rig.until(() -> one.closed(CloseReason.TLS) == 1 && zero.closed(CloseReason.TLS) == 1, "refused");
        assertTrue(
                one.events.get(0).contains("the certificate of the other side has expired (NotAfter"),
                one.events.toString());
    }

    @Test
    void shouldRefuseWhenTheCertificateIsForAnotherName() throws Exception {
        rig.start(with(tls(CA.certify("node", "192.0.2.7"))));
        final TransportRig.Node one = rig.start(with(tls(NODE)));
        rig.until(() -> one.closed(CloseReason.TLS) == 1, "refused");
        assertTrue(
                one.events.get(0).contains("is made for other names than the one that was dialled"),
                one.events.toString());
    }

    @Test
    void shouldRefuseAReplicaThatShowsNoCertificateAndServeAClientThatShowsNone() throws Exception {
        final TransportRig.Node zero = rig.start(with(tls(NODE)));
        final Tls shownNothing = new Tls(Tls.Kind.REPLICAS, null, ca(), "ca.pem", worker);
        final TransportRig.Node one = rig.start(with(shownNothing));
        rig.until(() -> one.closed(CloseReason.REJECTED_BY_PEER) == 1, "refused");
        assertEquals(1, zero.closed(CloseReason.AUTHENTICATION));
        assertTrue(one.events.get(0).contains("a replica has to show a certificate here"), one.events.toString());

        final Socket client = meanwhile(() -> shownNothing.call(rig.socket(zero), "127.0.0.1"));
        client.getOutputStream().write(rig.frames.clientHello());
        rig.until(() -> zero.transport.clientConnectionCount() == 1, "let in");
        assertEquals(Command.WELCOME, TestFrames.command(meanwhile(() -> TestFrames.read(client.getInputStream()))));
        client.getOutputStream().write(rig.frames.request(5, 10));
        rig.until(() -> zero.frames.size() == 1, "the request");
    }

    @Test
    void shouldHoldOneDeadlineForTlsAndProofsWhenACallerSaysNothing() throws Exception {
        final TransportRig.Node node = rig.start(with(tls(NODE)));
        final Socket silent = rig.socket(node);
        rig.until(() -> node.transport.connectionCount() == 1, "accepted");
        // A record that never ends: it costs none of the memory of those who are let in; and the time is bounded.
        final byte[] begun = new byte[60_000];
        System.arraycopy(new byte[] {22, 3, 1, 0x3f, 0, 1, 0}, 0, begun, 0, 7);
        silent.getOutputStream().write(begun, 0, 15_000);
        for (int i = 0; i < 1_000; i++) {
            rig.pollOnce();
        }
        assertEquals(FIRST_BUFFER, node.transport.clientBufferBytes());
        assertEquals(0, node.transport.counters().get(TransportCounter.BYTES_IN), "nothing was opened");
        rig.advance(TransportContext.HANDSHAKE_TIMEOUT_NS + 100_000_001);
        assertEquals(1, node.closed(CloseReason.HANDSHAKE_TIMEOUT));
        assertEquals(0, node.transport.connectionCount());
        assertEquals(0, node.transport.clientBufferBytes(), "given back");
    }

    @Test
    void shouldPayForWhatAWireHoldsOutOfTheBudgetOfClients() throws Exception {
        final TransportRig.Node node =
                rig.start(with(tls(NODE)).andThen(context -> context.clientBuffersMax(4 * FIRST_BUFFER)));
        final byte[] begun = new byte[16_000];
        System.arraycopy(new byte[] {22, 3, 1, 0x3f, 0, 1, 0}, 0, begun, 0, 7);
        final Socket stranger = rig.socket(node);
        stranger.getOutputStream().write(begun);
        rig.until(() -> node.transport.connectionCount() == 1, "accepted");
        final Socket plain = rig.socket(node);
        final Socket client =
                meanwhile(() -> new Tls(Tls.Kind.REPLICAS, null, ca(), "ca.pem", worker).call(plain, "127.0.0.1"));
        client.getOutputStream().write(rig.frames.clientHello());
        rig.until(() -> node.transport.clientConnectionCount() == 1, "let in, whatever the stranger has begun");
        final long before = node.transport.clientBufferBytes();
        // Of a record of contents, which nobody else can end.
        System.arraycopy(new byte[] {23, 3, 3, 0x3f, 0}, 0, begun, 0, 5);
        plain.getOutputStream().write(begun, 0, 2_000);
        rig.until(() -> node.transport.clientBufferBytes() > before, "accounted for");
        plain.getOutputStream().write(begun, 2_000, 14_000);
        rig.until(() -> node.closed(CloseReason.OUT_OF_BUFFERS) == 1, "no room for it");
        assertEquals(1, node.transport.connectionCount(), "the stranger's");
        assertEquals(FIRST_BUFFER, node.transport.clientBufferBytes());
    }

    @Test
    void shouldCloseAndGoOnWhenBytesOnTheWayAreChanged() throws Exception {
        final TransportRig.Node node = rig.start(with(tls(NODE)));
        final Socket plain = rig.socket(node);
        final Socket client =
                meanwhile(() -> new Tls(Tls.Kind.REPLICAS, null, ca(), "ca.pem", worker).call(plain, "127.0.0.1"));
        client.getOutputStream().write(rig.frames.clientHello());
        rig.until(() -> node.transport.clientConnectionCount() == 1, "let in");
        // A record of application data that nobody sealed.
        plain.getOutputStream().write(new byte[] {
            23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
        });
        rig.until(() -> node.closed(CloseReason.TLS) == 1, "closed");
        assertEquals(0, node.transport.connectionCount());
        assertEquals(0, node.frames.size());
    }

    @Test
    void shouldLeaveSocketsAloneWhileTheirHandshakesAreComputed() throws Exception {
        final TransportRig.Node node = rig.start(with(tls(NODE)));
        final List<Socket> callers = new ArrayList<>();
        try (var held = new HeldWorker(worker)) {
            for (int i = 0; i < 20; i++) {
                callers.add(rig.socket(node));
                callers.get(i).getOutputStream().write(firstWord());
            }
            rig.until(() -> held.waiting() == 20, "all have said their first word");
            for (final Socket each : callers) {
                each.getOutputStream().write(new byte[100]);
            }
            for (int i = 0; i < 200; i++) {
                assertEquals(0, node.transport.poll(0), "nothing can be done before something is computed");
                node.transport.flush();
            }
        }
        rig.until(() -> node.closed(CloseReason.TLS) == 20, "looked at in the end");
    }

    @Test
    void shouldLetAllInWhenManyCallAtOnce() throws Exception {
        final TransportRig.Node node = rig.start(with(tls(NODE)));
        final Tls caller = new Tls(Tls.Kind.REPLICAS, null, ca(), "ca.pem", worker);
        final List<FutureTask<Socket>> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            final Socket socket = rig.socket(node);
            calls.add(new FutureTask<>(() -> caller.call(socket, "127.0.0.1")));
            new Thread(calls.get(i)).start();
        }
        rig.until(() -> calls.stream().allMatch(FutureTask::isDone), "all handshakes");
        for (final FutureTask<Socket> call : calls) {
            call.get().getOutputStream().write(rig.frames.clientHello());
        }
        rig.until(() -> node.transport.clientConnectionCount() == 20, "all let in");
    }

    @Test
    void shouldServeTheNextAtOnceWhenManyStrangersHaveLeftTheirWorkBehind() throws Exception {
        final TransportRig.Node node = rig.start(with(tls(NODE)));
        final Tls caller = new Tls(Tls.Kind.REPLICAS, null, ca(), "ca.pem", worker);
        final FutureTask<Socket> next;
        try (var held = new HeldWorker(worker)) {
            final List<Socket> strangers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                strangers.add(rig.socket(node));
                final Socket stranger = strangers.get(i);
                final FutureTask<Socket> call = new FutureTask<>(() -> caller.call(stranger, "127.0.0.1"));
                new Thread(call).start();
            }
            rig.until(() -> held.waiting() == 50, "all have said their first word");
            for (final Socket stranger : strangers) {
                stranger.close();
            }
            // Nobody listens to them meanwhile, so it is their time that ends.
            rig.advance(TransportContext.HANDSHAKE_TIMEOUT_NS + 100_000_001);
            assertEquals(0, node.transport.connectionCount());
            assertEquals(0, held.waiting(), "for nobody");
            final Socket socket = rig.socket(node);
            next = new FutureTask<>(() -> caller.call(socket, "127.0.0.1"));
            new Thread(next).start();
            rig.until(() -> held.waiting() == 1, "the next");
        }
        rig.until(next::isDone, "served");
        next.get();
    }

    @Test
    void shouldThrowInOneLineWhenABlockingCallerIsNotServedByTls() throws Exception {
        final TransportRig.Node node = rig.start();
        final Tls caller = new Tls(Tls.Kind.REPLICAS, null, ca(), "ca.pem", worker);
        final Socket socket = rig.socket(node);
        final ExecutionException failure =
                assertThrows(ExecutionException.class, () -> meanwhile(() -> caller.call(socket, "127.0.0.1")));
        assertTrue(failure.getCause() instanceof TlsException, failure.toString());
        assertEquals(
                "the other side speaks without TLS, and this one with it",
                failure.getCause().getMessage());
    }

    /** What a caller says first, in a record. */
    private static byte[] firstWord() throws IOException, GeneralSecurityException {
        final SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        final ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    /** Something that blocks, while the nodes go on. */
    private <T> T meanwhile(final Callable<T> blocking) throws InterruptedException, ExecutionException {
        final FutureTask<T> task = new FutureTask<>(blocking);
        new Thread(task).start();
        rig.until(task::isDone, "what blocks");
        return task.get();
    }

    private void startThree() throws TlsFileException {
        for (int i = 0; i < 3; i++) {
            rig.start(with(tls(NODE)));
        }
        connect(3);
    }

    /** Bulk gives way for a while, and no time passes while handshakes are computed. */
    private void connect(final int count) {
        rig.until(
                () -> {
                    for (int i = 0; i < count * count; i++) {
                        if (i / count != i % count
                                && !rig.nodes.get(i / count).transport.isConnected(i % count)) {
                            return false;
                        }
                    }
                    return true;
                },
                "consensus");
        rig.advance(TransportContext.RECONNECT_MAX_NS);
        rig.until(() -> rig.areConnected(count), "connected");
    }

    private static Consumer<TransportContext> with(final Tls tls) {
        return context -> context.tls(tls);
    }

    private Tls tls(final TestCertificates.Pair pair) throws TlsFileException {
        return new Tls(Tls.Kind.REPLICAS, identity(pair), ca(), "ca.pem", worker);
    }

    private static TlsIdentity identity(final TestCertificates.Pair pair) throws TlsFileException {
        return TlsIdentity.of(Path.of("node.pem"), bytes(pair.certificate()), Path.of("node.key"), bytes(pair.key()));
    }

    private static List<X509Certificate> ca() throws TlsFileException {
        return Pem.certificates(Path.of("ca.pem"), bytes(CA.certificate()));
    }

    private static List<X509Certificate> both() throws TlsFileException {
        return Pem.certificates(Path.of("both.pem"), bytes(CA.certificate() + OTHER_CA.certificate()));
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean isTaken(final TransportRig.Node node, final int replica, final byte[] frame) {
        final long before = node.transport.counters().get(TransportCounter.DROPPED_BUFFER_FULL);
        send(node, replica, frame);
        return node.transport.counters().get(TransportCounter.DROPPED_BUFFER_FULL) == before;
    }

    private static void send(final TransportRig.Node node, final int replica, final byte[] frame) {
        node.transport.send(replica, new UnsafeBuffer(frame), 0, frame.length);
    }
}
