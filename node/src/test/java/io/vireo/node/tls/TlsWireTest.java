package io.vireo.node.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One wire over a real socket, with an engine at the other end that says what no honest side would, or when none would. */
class TlsWireTest {
    private static final TestCertificates CA = new TestCertificates("CA");
    private static final TestCertificates.Pair NODE = CA.certify("node", "127.0.0.1");
    private static final int TURNS_MAX = 20_000;
    /** Of a record and what is around it, with some room. */
    private static final int PACKET_MAX = 17 * 1024;

    private final List<SocketChannel> channels = new ArrayList<>();
    private final TlsWorker worker = new TlsWorker();
    private Tls node;
    private Tls caller;
    private TlsPort port;

    @BeforeEach
    void open() throws Exception {
        final TlsIdentity identity =
                TlsIdentity.of(Path.of("node.pem"), bytes(NODE.certificate()), Path.of("node.key"), bytes(NODE.key()));
        final List<X509Certificate> trusted = Pem.certificates(Path.of("ca.pem"), bytes(CA.certificate()));
        node = new Tls(Tls.Kind.CLIENTS, identity, List.of(), "nobody", worker);
        caller = new Tls(Tls.Kind.CLIENTS, null, trusted, "ca.pem", worker);
        port = node.port(() -> {});
    }

    @AfterEach
    void close() throws IOException {
        for (final SocketChannel channel : channels) {
            channel.close();
        }
        worker.close();
    }

    @Test
    void shouldGiveTheSameBytesWhenRecordsComeByteByByteBothWays() throws Exception {
        final Link link = link(node::accepting, caller.calling("127.0.0.1"));
        // The handshake, too.
        for (int i = 0; i < 10 && !link.isAgreed(); i++) {
            link.dribble(link.peer.words());
            link.turnUntil(() -> !link.wire.isInputHeld() && link.wire.takesInput());
            for (int j = 0; j < 8_000; j++) {
                link.peer.receive(1);
            }
        }
        link.wire.admit();
        final byte[] sent = random(20_000);
        link.dribble(link.peer.records(sent));
        assertArrayEquals(sent, link.received());

        final ByteBuffer back = ByteBuffer.wrap(random(40_000));
        for (int i = 0; i < TURNS_MAX * 10 && link.peer.contents().length < 40_000; i++) {
            link.wire.write(back);
            link.peer.receive(1 + i % 3);
        }
        assertArrayEquals(back.array(), link.peer.contents());
    }

    @Test
    void shouldNotAskToBeReadAgainWhenOnlyTheBeginningOfARecordHasCome() throws Exception {
        final SocketChannel[] ends = ends();
        final TlsPort callers = caller.port(() -> {});
        final Wire wire = callers.call(ends[0], "127.0.0.1");
        wire.flush();
        ends[1].write(ByteBuffer.wrap(new byte[] {22, 3, 3, 0, 100}));
        final ByteBuffer into = ByteBuffer.allocate(1024);
        for (int i = 0; i < TURNS_MAX && wire.heldBytes() == 0; i++) {
            assertEquals(0, wire.read(into));
        }
        assertTrue(wire.heldBytes() > 0, "taken from the socket");
        for (int i = 0; i < 3; i++) {
            wire.flush();
            assertFalse(wire.isInputHeld(), "nothing can be made of it before its rest has come");
            assertEquals(0, wire.read(into));
        }
    }

    @Test
    void shouldEndTheConnectionWhenTheOtherSideNegotiatesOnceMore() throws Exception {
        // By the version in which that is possible, which no port speaks; and in records that are no longer than others
        // without contents.
        final SSLEngine peer = with(caller.calling("127.0.0.1"), "TLSv1.2");
        final Link link = agreed(() -> with(node.accepting(), "TLSv1.2"), peer);
        final SSLParameters parameters = peer.getSSLParameters();
        parameters.setMaximumPacketSize(48);
        peer.setSSLParameters(parameters);
        final byte[] request = link.peer.records(new byte[100]);
        link.peer.engine.beginHandshake();
        link.send(request, link.peer.words());
        final TlsException refused = assertThrows(TlsException.class, () -> link.turnUntil(() -> false));
        assertEquals("the other side wants to negotiate once more, which is not done here", refused.getMessage());
        assertEquals(0, worker.waiting());
    }

    @Test
    void shouldEndTheConnectionWhenARecordHoldsMuchAndNoContents() throws Exception {
        final Link link = agreed(() -> with(node.accepting(), "TLSv1.2"), with(caller.calling("127.0.0.1"), "TLSv1.2"));
        link.peer.engine.beginHandshake();
        final byte[] records = link.peer.words();
        link.send(records);
        final TlsException refused = assertThrows(TlsException.class, () -> link.turnUntil(() -> false));
        assertEquals("sent a record of " + records.length + " bytes without contents", refused.getMessage());
    }

    @Test
    void shouldEndAStrangerWhoChangesKeysAgainAndAgainWhateverComesBetween() throws Exception {
        final Link link = agreed();
        for (int i = 0; i < 40; i++) {
            link.send(keyUpdates(link, 2), link.peer.records(new byte[] {1}));
        }
        final TlsException refused = assertThrows(TlsException.class, () -> link.turnUntil(() -> false));
        assertEquals("sends little but records without contents", refused.getMessage());
    }

    @Test
    void shouldOpenLongRecordsOnlyOfWhoIsLetIn() throws Exception {
        final Link stranger = agreed();
        stranger.send(stranger.peer.records(new byte[1_200]));
        stranger.turnUntil(() -> stranger.into.position() == 1_200);
        final byte[] record = stranger.peer.records(new byte[1_300]);
        stranger.send(record);
        final TlsException refused = assertThrows(TlsException.class, () -> stranger.turnUntil(() -> false));
        assertEquals(
                "begins a record of " + (record.length - 5) + " bytes before it has been let in, where 1280 are enough",
                refused.getMessage());
        final Link known = agreed();
        known.wire.admit();
        known.send(known.peer.records(new byte[16_000]));
        known.turnUntil(() -> known.into.position() == 16_000);
    }

    @Test
    void shouldNotStartWithMoreCertificatesThanOthersTake() throws Exception {
        final TestCertificates.Pair pair = new TestCertificates("CA").certify("node", "127.0.0.1");
        final byte[] key = pair.key().getBytes(StandardCharsets.US_ASCII);
        final byte[] many = pair.certificate().repeat(30).getBytes(StandardCharsets.US_ASCII);
        final TlsFileException refused = assertThrows(
                TlsFileException.class, () -> TlsIdentity.of(Path.of("node.pem"), many, Path.of("node.key"), key));
        assertTrue(refused.getMessage().contains("has 30 certificates of"), refused.getMessage());
    }

    @Test
    void shouldEndTheConnectionAtTheHeaderOfARecordThatIsLongerThanAnyMayBe() throws Exception {
        final byte[] begun = Arrays.copyOf(new byte[] {22, 3, 3, 0x7f, 0}, 20_000);
        for (final boolean isCaller : new boolean[] {false, true}) {
            final SocketChannel[] ends = ends();
            final Wire wire = isCaller
                    ? caller.port(() -> {}).call(ends[0], "127.0.0.1")
                    : node.port(() -> {}).accept(ends[0]);
            wire.flush();
            ends[1].write(ByteBuffer.wrap(begun));
            final ByteBuffer into = ByteBuffer.allocate(1024);
            final TlsException refused = assertThrows(TlsException.class, () -> {
                for (int i = 0; i < TURNS_MAX; i++) {
                    wire.read(into);
                }
            });
            assertEquals("begins a record of 32512 bytes, and none has more than 16640", refused.getMessage());
        }
    }

    @Test
    void shouldTakeOldVersionsForNoneWhenACallerSpeaksNoOther() throws Exception {
        final Link link = link(node::accepting, with(caller.calling("127.0.0.1"), "TLSv1.2"));
        link.send(link.peer.words());
        final TlsException refused = assertThrows(TlsException.class, () -> link.turnUntil(() -> false));
        assertTrue(refused.getMessage().contains("TLSv1.2"), refused.getMessage());
    }

    @Test
    void shouldDoFewChangesOfKeysInOneReadAndEndWhoSendsNothingElse() throws Exception {
        final Link link = agreed();
        link.wire.admit();
        link.send(keyUpdates(link, 40), link.peer.records(new byte[] {1}));
        link.awaitInput();
        int reads = 1;
        assertEquals(0, link.wire.read(link.into));
        while (link.into.position() == 0) {
            assertTrue(link.wire.isInputHeld(), "the rest waits");
            link.wire.read(link.into);
            reads++;
        }
        assertTrue(reads > 2, reads + " reads");
        // Now and then is what the protocol wants.
        for (int i = 0; i < 40; i++) {
            link.send(link.peer.records(new byte[] {2}));
        }
        link.send(keyUpdates(link, 40), link.peer.records(new byte[] {3}));
        link.turnUntil(() -> link.into.position() == 42);
        link.send(keyUpdates(link, 40), link.peer.records(new byte[] {4}));
        final TlsException refused = assertThrows(TlsException.class, () -> link.turnUntil(() -> false));
        assertTrue(refused.getMessage().contains("records without contents"), refused.getMessage());
    }

    @Test
    void shouldAnswerAChangeOfKeysWhenTheSocketWasFullMeanwhile() throws Exception {
        final Link link = agreed();
        final ByteBuffer much = ByteBuffer.wrap(random(16 << 20));
        while (!link.wire.awaitsWritable(false)) {
            link.wire.write(much);
        }
        assertTrue(link.wire.heldBytes() > 0, "what the socket does not take is accounted for");
        final int sent = much.position();
        link.send(keyUpdates(link, 1), link.peer.records(new byte[] {7}));
        link.awaitInput();
        for (int i = 0; i < TURNS_MAX && link.wire.takesInput(); i++) {
            link.wire.read(link.into);
        }
        assertFalse(link.wire.takesInput(), "the answer to the change of keys goes first");
        assertEquals(0, link.into.position());
        for (int i = 0; i < TURNS_MAX && link.into.position() == 0; i++) {
            link.peer.receive(1 << 16);
            link.wire.flush();
            if (link.wire.isInputHeld()) {
                link.wire.read(link.into);
            }
        }
        assertEquals(1, link.into.position());
        link.wire.write(ByteBuffer.wrap(new byte[] {8}));
        for (int i = 0; i < TURNS_MAX && link.peer.contents().length <= sent; i++) {
            link.peer.receive(1 << 16);
            link.wire.flush();
        }
        final byte[] contents = link.peer.contents();
        assertArrayEquals(Arrays.copyOf(much.array(), sent), Arrays.copyOf(contents, sent));
        assertEquals(8, contents[sent]);
    }

    @Test
    void shouldSealOnlySoMuchAtATimeWhenTheSocketTakesAll() throws Exception {
        final SocketChannel[] ends = ends();
        final Link link = agreed(node::accepting, caller.calling("127.0.0.1"), ends);
        final ByteBuffer much = ByteBuffer.wrap(random(8 << 20));
        int rounds = 0;
        long last = link.wire.sentBytes();
        for (int i = 0; i < TURNS_MAX && much.hasRemaining(); i++) {
            final int before = much.position();
            link.wire.write(much);
            assertTrue(much.position() - before <= 512 * 1024, much.position() - before + " bytes in one call");
            if (much.position() > before) {
                rounds++;
                assertTrue(link.wire.sentBytes() > last, "progress can be seen");
                last = link.wire.sentBytes();
            }
            assertTrue(
                    link.wire.awaitsWritable(much.hasRemaining()) || !much.hasRemaining(),
                    "word of the socket goes on");
            link.peer.receive(256 * 1024);
        }
        assertFalse(much.hasRemaining());
        assertTrue(rounds >= 16, rounds + " calls");
    }

    @Test
    void shouldTellTheEndWhenItCameRightBehindTheLastBytesAndTheSocketStaysOpen() throws Exception {
        final Link link = agreed();
        final byte[] last = link.peer.records(new byte[] {1, 2, 3});
        link.peer.engine.closeOutbound();
        link.send(last, link.peer.words());
        link.awaitInput();
        assertEquals(3, link.wire.read(link.into));
        assertTrue(link.wire.isInputHeld(), "the socket will say nothing of it");
        assertEquals(-1, link.wire.read(link.into));
        assertFalse(link.wire.isInputHeld());
        // Only one side has ended.
        link.wire.write(ByteBuffer.wrap(new byte[] {4}));
        for (int i = 0; i < TURNS_MAX && link.peer.contents().length == 0; i++) {
            link.peer.receive(100);
        }
        assertArrayEquals(new byte[] {4}, link.peer.contents());
    }

    @Test
    void shouldSayThatItEndsWhenItIsClosed() throws Exception {
        final Link link = agreed();
        link.wire.write(ByteBuffer.wrap(new byte[] {4}));
        link.wire.close();
        for (int i = 0; i < TURNS_MAX && !link.peer.engine.isInboundDone(); i++) {
            link.peer.receive(100);
        }
        assertTrue(link.peer.engine.isInboundDone(), "close_notify, not only the end of the socket");
        assertArrayEquals(new byte[] {4}, link.peer.contents());
    }

    @Test
    void shouldTakeBackWhatWaitsAndForgetWhatItHoldsWhenStrangersLeave() throws Exception {
        final HeldWorker held = new HeldWorker(worker);
        final List<Link> strangers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            final Link stranger = link(node::accepting, caller.calling("127.0.0.1"));
            // Junk behind the first message, as much as a socket takes.
            stranger.send(stranger.peer.words(), new byte[60_000]);
            stranger.turnUntil(() -> !stranger.wire.takesInput());
            for (int j = 0; j < 10; j++) {
                stranger.wire.read(stranger.into);
            }
            assertTrue(stranger.wire.heldBytes() <= PACKET_MAX, stranger.wire.heldBytes() + " bytes for a stranger");
            strangers.add(stranger);
        }
        assertEquals(100, worker.waiting());
        for (final Link stranger : strangers) {
            stranger.wire.close();
            assertFalse(stranger.wire.isInputHeld());
            assertEquals(0, stranger.wire.heldBytes());
        }
        assertEquals(0, worker.waiting(), "work that nobody waits for");
        held.close();
        assertTrue(agreed().isAgreed());
    }

    @Test
    void shouldHoldNoMoreThanARecordWhenItsReaderHasLittleRoom() throws Exception {
        final Link link = agreed();
        link.wire.admit();
        final byte[] sent = random(200_000);
        final ByteBuffer records = ByteBuffer.wrap(link.peer.records(sent));
        final ByteArrayOutputStream got = new ByteArrayOutputStream();
        final ByteBuffer little = ByteBuffer.allocate(4096);
        for (int i = 0; i < TURNS_MAX && got.size() < sent.length; i++) {
            link.channel.write(records);
            link.wire.read(little);
            got.write(little.array(), 0, little.position());
            little.clear();
            assertTrue(link.wire.heldBytes() <= 2 * PACKET_MAX, link.wire.heldBytes() + " bytes");
        }
        assertArrayEquals(sent, got.toByteArray());
        assertEquals(0, link.wire.heldBytes(), "an idle connection keeps nothing");
    }

    @Test
    void shouldCostOneConnectionWhenTheLibraryFails() throws Exception {
        for (final Supplier<? extends Throwable> failure :
                List.<Supplier<? extends Throwable>>of(StackOverflowError::new, IllegalStateException::new)) {
            final Link link = link(() -> failing(failure), caller.calling("127.0.0.1"));
            link.send(link.peer.words());
            assertThrows(TlsException.class, () -> link.turnUntil(() -> false));
            link.wire.close();
        }
        assertTrue(agreed().isAgreed(), "others are served by the same thread");
    }

    @Test
    void shouldNotCallItAFailureOfTlsWhenTheOtherSideIsGoneBeforeItHasBegun() throws Exception {
        final SocketChannel[] ends = ends();
        final Wire wire = caller.port(() -> {}).call(ends[0], "127.0.0.1");
        wire.flush();
        ends[1].configureBlocking(true);
        try (Socket other = ends[1].socket()) {
            assertTrue(other.getChannel().read(ByteBuffer.allocate(4096)) > 0);
        }
        assertThrows(EOFException.class, () -> {
            for (int i = 0; i < TURNS_MAX; i++) {
                wire.read(ByteBuffer.allocate(10));
                Thread.onSpinWait();
            }
        });
    }

    @Test
    void shouldGiveUpABlockingCallWhenTheOtherSideSendsAByteNowAndThen() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket connected = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
            connected.setSoTimeout(400);
            final Thread other = new Thread(() -> drip(server));
            other.setDaemon(true);
            other.start();
            assertThrows(SocketTimeoutException.class, () -> caller.call(connected, "127.0.0.1"));
            assertTrue(connected.isClosed());
        }
    }

    /** The beginning of a record, and then a byte of it each time long before who waits for one loses patience. */
    private static void drip(final ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.getOutputStream().write(new byte[] {22, 3, 3, 0x3f, 0});
            for (int i = 0; i < 200; i++) {
                Thread.sleep(50);
                socket.getOutputStream().write(1);
            }
        } catch (final IOException gone) {
            // By the test, in the end.
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- what the tests are made of ----

    private final class Link {
        final TlsWire wire;
        final TlsPeer peer;
        final SocketChannel channel;
        final ByteBuffer into = ByteBuffer.allocate(256 * 1024);

        Link(final Supplier<SSLEngine> engines, final SSLEngine ofPeer, final SocketChannel[] ends) throws IOException {
            wire = new TlsWire(ends[0], false, engines, port);
            channel = ends[1];
            peer = new TlsPeer(ofPeer, channel);
            ofPeer.beginHandshake();
        }

        boolean isAgreed() {
            return peer.engine.getSession().getCipherSuite().startsWith("TLS_")
                    && wire.awaitsWritable(true)
                    && peer.engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING;
        }

        void send(final byte[]... parts) throws IOException {
            final ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (final byte[] part : parts) {
                all.writeBytes(part);
            }
            final ByteBuffer bytes = ByteBuffer.wrap(all.toByteArray());
            for (int i = 0; i < TURNS_MAX && bytes.hasRemaining(); i++) {
                channel.write(bytes);
            }
            assertFalse(bytes.hasRemaining(), "no room in the socket");
        }

        void dribble(final byte[] bytes) throws IOException {
            for (final byte each : bytes) {
                send(new byte[] {each});
                for (int i = 0; i < 2 && wire.takesInput(); i++) {
                    wire.read(into);
                }
                assertTrue(wire.heldBytes() <= PACKET_MAX, wire.heldBytes() + " bytes");
            }
            for (int i = 0; i < 200; i++) {
                wire.read(into);
            }
        }

        byte[] received() {
            return Arrays.copyOf(into.array(), into.position());
        }

        /** Until all that was sent is at the other end of the socket, which loopback does not say: some while. */
        void awaitInput() throws InterruptedException {
            Thread.sleep(50);
        }

        void turnUntil(final BooleanSupplier condition) throws IOException {
            for (int i = 0; i < TURNS_MAX && !condition.getAsBoolean(); i++) {
                wire.read(into);
                wire.flush();
                LockSupport.parkNanos(10_000);
            }
            assertTrue(condition.getAsBoolean(), "not within " + TURNS_MAX + " turns");
        }
    }

    private Link link(final Supplier<SSLEngine> engines, final SSLEngine ofPeer) throws IOException {
        return new Link(engines, ofPeer, ends());
    }

    private Link agreed() throws IOException {
        return agreed(node::accepting, caller.calling("127.0.0.1"));
    }

    private Link agreed(final Supplier<SSLEngine> engines, final SSLEngine ofPeer) throws IOException {
        return agreed(engines, ofPeer, ends());
    }

    private Link agreed(final Supplier<SSLEngine> engines, final SSLEngine ofPeer, final SocketChannel[] ends)
            throws IOException {
        final Link link = new Link(engines, ofPeer, ends);
        link.turnUntil(() -> {
            try {
                link.send(link.peer.words());
                link.peer.receive(1 << 16);
            } catch (final IOException e) {
                throw new AssertionError(e);
            }
            return link.isAgreed();
        });
        // What comes behind the handshake.
        link.turnUntil(() -> !link.wire.isInputHeld());
        return link;
    }

    /** Two connected sockets that never block. */
    private SocketChannel[] ends() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            final SocketChannel one = SocketChannel.open(server.getLocalAddress());
            final SocketChannel other = server.accept();
            for (final SocketChannel channel : List.of(one, other)) {
                channels.add(channel);
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            return new SocketChannel[] {one, other};
        }
    }

    private static byte[] keyUpdates(final Link link, final int count) throws IOException {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            link.peer.engine.beginHandshake();
            all.writeBytes(link.peer.words());
        }
        return all.toByteArray();
    }

    private static SSLEngine with(final SSLEngine engine, final String version) {
        engine.setEnabledProtocols(new String[] {version});
        return engine;
    }

    /** An engine that cannot choose a certificate, for a reason of its own. */
    private static SSLEngine failing(final Supplier<? extends Throwable> failure) {
        try {
            final SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new FailingKeys(failure)}, null, null);
            final SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(false);
            return engine;
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class FailingKeys extends X509ExtendedKeyManager {
        private final Supplier<? extends Throwable> failure;

        FailingKeys(final Supplier<? extends Throwable> failure) {
            this.failure = failure;
        }

        @Override
        public String chooseEngineServerAlias(final String type, final Principal[] issuers, final SSLEngine engine) {
            final Throwable thrown = failure.get();
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) thrown;
        }

        @Override
        public String chooseServerAlias(final String type, final Principal[] issuers, final Socket socket) {
            return null;
        }

        @Override
        public String[] getServerAliases(final String type, final Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseClientAlias(final String[] types, final Principal[] issuers, final Socket socket) {
            return null;
        }

        @Override
        public String[] getClientAliases(final String type, final Principal[] issuers) {
            return new String[0];
        }

        @Override
        public X509Certificate[] getCertificateChain(final String alias) {
            return new X509Certificate[0];
        }

        @Override
        public PrivateKey getPrivateKey(final String alias) {
            return null;
        }
    }

    private static byte[] random(final int length) {
        final byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
