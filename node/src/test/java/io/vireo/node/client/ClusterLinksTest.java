package io.vireo.node.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ShardLayout;
import io.vireo.journal.message.Checksum;
import io.vireo.journal.message.Command;
import io.vireo.journal.message.HeaderFlyweight;
import io.vireo.node.auth.ClusterSecret;
import io.vireo.node.auth.LinkAuth;
import io.vireo.node.message.HelloFlyweight;
import io.vireo.node.message.Lane;
import io.vireo.node.message.MessageCheck;
import io.vireo.node.port.Clock;
import io.vireo.node.port.Secrets;
import io.vireo.node.port.SeededRandom;
import io.vireo.node.tls.HeldWorker;
import io.vireo.node.tls.Pem;
import io.vireo.node.tls.TestCertificates;
import io.vireo.node.tls.Tls;
import io.vireo.node.tls.TlsIdentity;
import io.vireo.node.tls.TlsWorker;
import io.vireo.node.transport.CloseReason;
import io.vireo.node.transport.Connection;
import io.vireo.node.transport.TcpTransport;
import io.vireo.node.transport.TransportContext;
import io.vireo.node.transport.TransportCounter;
import io.vireo.node.transport.TransportListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client's links to one replica with sixteen addresses, which runs fewer shards: real sockets, and a time that goes on by a millisecond
 * per turn of the loop.
 */
class ClusterLinksTest implements ClusterLinks.Owner {
    private static final int ADDRESSES = 16;
    private static final int GROUPS = 16;
    private static final long LO = 1;
    private static final long HI = 2;
    private static final int FRAME_MAX = 64 * 1024;
    private static final String SECRET = "a secret of the tests, which has 32 bytes or more";
    private static final long TURN_NS = 1_000_000L;
    private static final int STEP_MS = 10;

    private final List<String> addresses = new ArrayList<>();
    private final List<TcpTransport> shards = new ArrayList<>();
    private Selector selector;
    private ClusterLinks links;
    private final Secrets nonces = new SecureRandom()::nextBytes;
    /** Of the shards and of the client; none unless a test sets them. */
    private ClusterSecret secret;

    private LinkAuth auth;
    /** By which shards are called, and how they answer; null for none. */
    private Tls calling;

    private Tls called;
    private long nowNs = 1_000_000_000L;
    private int closed;
    /** The shards stand still; the system goes on to answer for them. */
    private boolean isHanging;

    private int asked;

    private final Clock clock = new Clock() {
        @Override
        public long monotonicNs() {
            return nowNs;
        }

        @Override
        public long wallNs() {
            return nowNs;
        }
    };

    @BeforeEach
    void open() throws IOException {
        selector = Selector.open();
        final List<ServerSocket> taken = new ArrayList<>();
        for (int i = 0; i < ADDRESSES; i++) {
            taken.add(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
            addresses.add("127.0.0.1:" + taken.get(i).getLocalPort());
        }
        for (final ServerSocket socket : taken) {
            socket.close();
        }
    }

    @AfterEach
    void close() throws IOException {
        if (links != null) {
            links.stop(nowNs);
        }
        shards.forEach(TcpTransport::close);
        selector.close();
    }

    private void connect() {
        links = new ClusterLinks(
                new ClientContext(LO, HI, 1, GROUPS, FRAME_MAX, 1),
                List.of(addresses),
                selector,
                new SeededRandom(5),
                77,
                auth,
                calling == null ? null : calling.port(selector::wakeup),
                nowNs,
                ClusterLinks.NO_REPLICA,
                this);
    }

    /** Starts one shard, of a process that runs these. */
    private void start(final int shard, final int shardCount, final long served) {
        shards.add(new TcpTransport(new TransportContext()
                .cluster(LO, HI)
                .replica(0)
                .groupCount(GROUPS)
                .addresses(List.of(addresses))
                .listenAddress(addresses.get(shard))
                .shardCount(shardCount)
                .hostedGroups(new ShardLayout(GROUPS, shardCount).groupBits(shard))
                .servedGroups(new long[] {served})
                .processNonce(9)
                .secret(secret, nonces)
                .tls(called)
                .frameSizeMax(FRAME_MAX)
                .pipelineMax(2)
                .clock(clock)
                .random(new SeededRandom(shard))
                .listener(new Silent())));
    }

    private void startProcess(final int shardCount) {
        for (int shard = 0; shard < shardCount; shard++) {
            start(shard, shardCount, 0xffff);
        }
    }

    private void stopAll() {
        shards.forEach(TcpTransport::close);
        shards.clear();
    }

    private void turn() throws IOException {
        turn(TURN_NS);
    }

    private void turn(final long tookNs) throws IOException {
        links.poll(nowNs);
        selector.select(key -> ((ReplicaLink) key.attachment()).onReady(key, nowNs), 1);
        links.flush(nowNs);
        for (final TcpTransport shard : shards) {
            if (!isHanging) {
                shard.poll(0);
                shard.flush();
            }
        }
        nowNs += tookNs;
    }

    /** Virtual milliseconds until the condition holds. */
    private int until(final BooleanSupplier condition, final int turnsMax) throws IOException {
        return until(condition, turnsMax, 1);
    }

    /** The same in steps of more than one, for what takes seconds. */
    private int until(final BooleanSupplier condition, final int msMax, final int stepMs) throws IOException {
        int ms = 0;
        while (!condition.getAsBoolean() && ms < msMax) {
            turn(stepMs * TURN_NS);
            ms += stepMs;
        }
        assertTrue(condition.getAsBoolean(), "not within " + msMax + " ms of virtual time: " + links.problem(0));
        return ms;
    }

    private boolean areOpen() {
        return links.problem(0) == null;
    }

    /** Every group has a link that is open, and the shards of the process have as many connections as there are shards. */
    private void assertEachAtItsOwnShard() {
        for (int i = 0; i < shards.size(); i++) {
            assertEquals(1, shards.get(i).clientConnectionCount(), "shard " + i);
        }
        for (int group = 0; group < GROUPS; group++) {
            assertTrue(links.of(0, group).isOpen());
            assertEquals(group % shards.size(), links.of(0, group).shard);
        }
    }

    private long accepted() {
        return shards.stream()
                .mapToLong(shard -> shard.counters().get(TransportCounter.ACCEPTED))
                .sum();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 15, 16})
    void shouldReachEveryGroupSoonWhenReplicaRunsFewerShardsThanItHasAddresses(final int shardCount)
            throws IOException {
        startProcess(shardCount);
        connect();
        until(this::areOpen, 200);
        assertEachAtItsOwnShard();
        assertTrue(accepted() <= 2 * ADDRESSES + shardCount, accepted() + " connections");
    }

    @Test
    void shouldMoveToTheRightShardsWhenReplicaRestartsWithAnotherNumber() throws IOException {
        startProcess(1);
        connect();
        until(this::areOpen, 200);
        for (final int shardCount : new int[] {2, 4, 3, 16, 1, 5}) {
            stopAll();
            until(() -> !areOpen(), 100);
            startProcess(shardCount);
            until(this::areOpen, 3_000);
            until(() -> shards.stream().allMatch(shard -> shard.clientConnectionCount() == 1), 3_000);
            assertEachAtItsOwnShard();
        }
    }

    @Test
    void shouldGoHomeWhenAnotherShardOfTheProcessAnsweredWhileItsOwnWasSilent() throws IOException {
        startProcess(2);
        connect();
        until(this::areOpen, 200);
        stopAll();
        until(() -> !areOpen(), 100);
        // The process binds its addresses one after the other, and the client comes in between.
        start(0, 2, 0xffff);
        until(() -> shards.get(0).counters().get(TransportCounter.ACCEPTED) >= 2, 3_000);
        start(1, 2, 0xffff);
        until(() -> shards.get(1).clientConnectionCount() == 1 && areOpen(), 3_000);
        assertEachAtItsOwnShard();
    }

    @Test
    void shouldStayAtAnotherShardOfTheProcessWhenItsOwnCannotBeReached() throws IOException {
        start(0, 2, 0xffff);
        connect();
        until(this::areOpen, 3_000);
        assertEquals(2, shards.get(0).clientConnectionCount(), "both by one door, which hands over");
        for (int i = 0; i < 300; i++) {
            turn();
        }
        assertEquals(0, closed);
        assertTrue(accepted() <= 2 * ADDRESSES + 3, accepted() + " connections");
    }

    @Test
    void shouldKeepOpenLinksWhenOnlyOtherGroupsHaveMoved() throws IOException {
        // 12 to 15 shards all have the group 11 alone in shard 11.
        startProcess(12);
        connect();
        until(this::areOpen, 200);
        final ReplicaLink kept = links.of(0, 11);
        final ReplicaLink moved = links.of(0, 1);
        links.learn(0, addresses.subList(0, 13), nowNs);
        assertEquals(kept, links.of(0, 11));
        assertTrue(kept.isOpen());
        assertTrue(!moved.equals(links.of(0, 1)) && !moved.isOpen());
        assertNull(kept.problem());
    }

    @Test
    void shouldSayTheHelloOfBeforeThereWereShardsWhenReplicaHasOneAddress() throws IOException {
        try (ServerSocket former = new ServerSocket(0, 4, InetAddress.getByName("127.0.0.1"))) {
            addresses.clear();
            addresses.add("127.0.0.1:" + former.getLocalPort());
            connect();
            turn();
            try (Socket accepted = former.accept()) {
                accepted.setSoTimeout(5_000);
                turn();
                turn();
                links.stop(nowNs);
                final byte[] said = accepted.getInputStream().readAllBytes();
                final UnsafeBuffer frame = new UnsafeBuffer(said);
                assertEquals(HeaderFlyweight.HEADER_LENGTH, said.length, "a client stated no groups");
                assertNull(new MessageCheck(LO, HI, FRAME_MAX).invalidReason(frame, 0, said.length));
                final HelloFlyweight hello = new HelloFlyweight().wrap(frame, 0);
                assertEquals(Command.HELLO, hello.command());
                assertEquals(HelloFlyweight.ROLE_CLIENT, hello.role());
            }
        }
    }

    @Test
    void shouldOpenWhenBothSidesKnowTheSecret() throws IOException {
        secret = ClusterSecret.ofText(SECRET);
        auth = new LinkAuth(ClusterSecret.ofText(SECRET), nonces);
        startProcess(2);
        connect();
        until(this::areOpen, 5_000);
        assertEachAtItsOwnShard();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "       |" + SECRET + "|asks for the secret of the cluster, and there is none here",
                SECRET + "|       |did not prove that it knows the secret of the cluster",
                SECRET + "x|" + SECRET + "|rejects this client, AUTHENTICATION: the proof does not match"
            })
    void shouldSayWhatIsWrongWhenOneSideDoesNotKnowTheSecret(final String row) throws IOException {
        final String[] cells = row.split("\\|");
        auth = cells[0].isBlank() ? null : new LinkAuth(ClusterSecret.ofText(cells[0]), nonces);
        secret = cells[1].isBlank() ? null : ClusterSecret.ofText(cells[1]);
        startProcess(1);
        connect();
        until(() -> String.valueOf(links.problem(0)).contains(cells[2]), 5_000);
        assertFalse(areOpen());
    }

    @Test
    void shouldTellThatSomethingWasReadWhenTheSocketHadNoWordOfIt() throws Exception {
        final TestCertificates ca = new TestCertificates("CA");
        final TestCertificates.Pair node = ca.certify("node", "127.0.0.1");
        final List<X509Certificate> trusted = Pem.certificates(Path.of("ca.pem"), ascii(ca.certificate()));
        final TlsIdentity identity =
                TlsIdentity.of(Path.of("node.pem"), ascii(node.certificate()), Path.of("node.key"), ascii(node.key()));
        try (TlsWorker ofCaller = new TlsWorker();
                TlsWorker ofCalled = new TlsWorker()) {
            calling = new Tls(Tls.Kind.REPLICAS, null, trusted, "ca.pem", ofCaller);
            called = new Tls(Tls.Kind.REPLICAS, identity, trusted, "ca.pem", ofCalled);
            startProcess(1);
            try (HeldWorker held = new HeldWorker(ofCaller)) {
                connect();
                until(() -> held.waiting() == 1, 1_000);
                for (int i = 0; i < 10; i++) {
                    assertEquals(0, links.poll(nowNs), "nothing is computed");
                }
            }
            int read = 0;
            for (int i = 0; i < 10_000 && read == 0; i++) {
                read = links.poll(nowNs);
                Thread.sleep(1);
            }
            assertEquals(1, read, "who sleeps when nothing was read would sleep on what it has to say next");
            until(this::areOpen, 1_000);
        }
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void shouldAskAShardOnlyWhileSomebodyWantsToKnowWhetherItIsHeard() throws IOException {
        startProcess(2);
        connect();
        until(this::areOpen, 200);
        for (int ms = 0; ms < 4_000; ms += STEP_MS) {
            turn(STEP_MS * TURN_NS);
        }
        assertEquals(0, asked);
        links.isHeard(0, 1, nowNs);
        for (int ms = 0; ms < 4_000; ms += STEP_MS) {
            turn(STEP_MS * TURN_NS);
            assertTrue(ms < 500 || links.isHeard(0, 1, nowNs), "after " + ms + " ms");
        }
        assertTrue(asked >= 3 && asked <= 5, asked + " times in 4 s");
        assertEquals(0, closed);
    }

    @Test
    void shouldMissAShardThatHangsThoughItsConnectionIsThere() throws IOException {
        startProcess(2);
        connect();
        until(this::areOpen, 200);
        until(() -> links.isHeard(0, 1, nowNs), 100);
        isHanging = true;
        final int missedAfter = until(() -> !links.isHeard(0, 1, nowNs), 3_000, STEP_MS);
        assertTrue(areOpen(), "missed after " + missedAfter + " ms by its silence");
        until(() -> !areOpen(), 6_000, STEP_MS);
        assertFalse(links.isHeard(0, 1, nowNs));
        isHanging = false;
        until(() -> links.isHeard(0, 1, nowNs), 6_000, STEP_MS);
    }

    @Test
    void shouldNotDialInALoopWhenTwoShardsNameDifferentNumbers() throws IOException {
        // Two processes that were told different numbers of shards, which their lock would have prevented on one
        // machine.
        start(0, 2, 0b0101_0101_0101_0101);
        start(1, 3, 0b0010_0100_1001_0010);
        connect();
        for (int i = 0; i < 1_000; i++) {
            turn();
            nowNs += 4 * TURN_NS;
        }
        final long before = accepted();
        for (int i = 0; i < 1_000; i++) {
            turn();
            nowNs += 4 * TURN_NS;
        }
        assertTrue(accepted() - before < 200, (accepted() - before) + " connections in 5 s");
    }

    // ---- the client

    @Override
    public void onConnected(final int replica) {
        assertEquals(0, replica);
    }

    @Override
    public void onDisconnected(final int replica, final int group, final long now) {
        closed++;
    }

    @Override
    public void onFrame(final UnsafeBuffer buffer, final int offset, final int length, final long now) {
        throw new AssertionError("nobody sends anything");
    }

    /** Clients only connect, and ask whether somebody is there. */
    private final class Silent implements TransportListener {
        @Override
        public void onFrame(final int group, final MutableDirectBuffer buffer, final int offset, final int length) {
            throw new AssertionError("nobody sends anything");
        }

        @Override
        public void onScrubRequest(final Connection from) {
            onStatusRequest(from);
        }

        @Override
        public void onStatusRequest(final Connection from) {
            asked++;
            final UnsafeBuffer frame = new UnsafeBuffer(new byte[HeaderFlyweight.HEADER_LENGTH]);
            final HeaderFlyweight header = new HeaderFlyweight().wrap(frame, 0);
            header.init(Command.STATUS_REPLY, LO, HI, frame.capacity(), 0, 0, 0);
            header.seal(new Checksum());
            from.send(frame, 0, frame.capacity());
        }

        @Override
        public void onPeerConnected(final int replica, final Lane lane, final String remoteAddress) {
            throw new AssertionError("there is one replica");
        }

        @Override
        public void onPeerDisconnected(
                final int replica,
                final Lane lane,
                final String remoteAddress,
                final CloseReason reason,
                final String text) {
            throw new AssertionError("there is one replica");
        }

        @Override
        public void onRefused(
                final String who, final String remoteAddress, final CloseReason reason, final String text) {
            // Counted, and of no interest here.
        }
    }
}
