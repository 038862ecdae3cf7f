package io.vireo.node.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vireo.bootstrap.config.ShardLayout;
import io.vireo.journal.message.Command;
import io.vireo.node.auth.ClusterSecret;
import io.vireo.node.message.RejectFlyweight;
import io.vireo.node.message.RejectReason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Shards of two replicas over real sockets: who dials whom, who answers at which door, and how one finds the right one. Three groups. */
class ShardedTransportTest {
    private final TransportRig rig = new TransportRig();
    private final TestFrames frames = new TestFrames();
    private final List<List<String>> addresses = new ArrayList<>();

    @BeforeEach
    void chooseAddresses() throws IOException {
        final List<ServerSocket> taken = new ArrayList<>();
        for (int replica = 0; replica < 3; replica++) {
            final List<String> ofReplica = new ArrayList<>();
            for (int shard = 0; shard < 3; shard++) {
                taken.add(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
                ofReplica.add("127.0.0.1:" + taken.get(taken.size() - 1).getLocalPort());
            }
            addresses.add(ofReplica);
        }
        for (final ServerSocket socket : taken) {
            socket.close();
        }
    }

    @AfterEach
    void stop() throws IOException {
        rig.close();
    }

    /** A shard in a process of its own. */
    private TransportRig.Node shard(final int replica, final int shard, final int shardCount) {
        return shard(replica, shard, shardCount, null);
    }

    private TransportRig.Node shard(
            final int replica, final int shard, final int shardCount, final ClusterSecret secret) {
        final TransportRig.Node node = rig.startAgain(
                replica,
                addresses.get(replica).get(shard),
                context -> context.addresses(addresses)
                        .shardCount(shardCount)
                        .secret(secret, secret == null ? null : new Random(10 * replica + shard)::nextBytes)
                        .hostedGroups(new ShardLayout(TestFrames.GROUPS, shardCount).groupBits(shard)));
        rig.nodes.add(node);
        return node;
    }

    private static void carry(final TransportRig rig, final TransportRig.Node from, final int to, final byte[] frame) {
        from.transport.send(to, new UnsafeBuffer(frame), 0, frame.length);
        for (int i = 0; i < 20; i++) {
            rig.pollOnce();
        }
    }

    @Test
    void shouldConnectOnlyShardsWithCommonGroupsWhenBothRunAsMany() {
        final TransportRig.Node[] zero = {shard(0, 0, 3), shard(0, 1, 3), shard(0, 2, 3)};
        final TransportRig.Node[] one = {shard(1, 0, 3), shard(1, 1, 3), shard(1, 2, 3)};
        rig.until(
                () -> rig.nodes.stream()
                        .allMatch(n -> TransportRig.isConnected(
                                n,
                                n.transport == zero[0].transport
                                                || n.transport == zero[1].transport
                                                || n.transport == zero[2].transport
                                        ? 1
                                        : 0)),
                "connected");
        for (int shard = 0; shard < 3; shard++) {
            assertEquals(2, zero[shard].transport.connectionCount(), "one for each lane");
            assertEquals(2, one[shard].transport.connectionCount());
            carry(rig, one[shard], 0, frames.startViewChange(1, shard));
            assertEquals(1, zero[shard].frameCount, "shard " + shard);
        }
        carry(rig, one[0], 0, frames.startViewChange(1, 1));
        assertEquals(
                1,
                one[0].transport.counters().get(TransportCounter.DROPPED_NOT_CONNECTED),
                "a frame of another shard's group goes nowhere");
    }

    @Test
    void shouldReachEveryGroupWhenReplicasRunDifferentNumbersOfShards() {
        final TransportRig.Node[] zero = {shard(0, 0, 2), shard(0, 1, 2)};
        final TransportRig.Node[] one = {shard(1, 0, 3), shard(1, 1, 3), shard(1, 2, 3)};
        final TransportRig.Node two = shard(2, 0, 1);
        rig.untilAdvancing(
                () -> rig.nodes.stream().allMatch(n -> n == zero[0] || n == zero[1] || n.transport.isConnected(0))
                        && two.transport.isConnected(1),
                5_000_000,
                "connected");
        for (int group = 0; group < 3; group++) {
            final long before = zero[group % 2].frameCount;
            carry(rig, two, 0, frames.startViewChange(2, group));
            assertEquals(before + 1, zero[group % 2].frameCount, "group " + group + " of replica 0");
            carry(rig, two, 1, frames.startViewChange(2, group));
            assertEquals(1, one[group].frameCount, "group " + group + " of replica 1");
            final long received = two.frameCount;
            carry(rig, zero[group % 2], 2, frames.startViewChange(0, group));
            assertEquals(received + 1, two.frameCount, "back to the one that dialled");
        }
        assertTrue(rig.nodes.stream().allMatch(n -> n.events.stream().noneMatch(e -> e.startsWith("refused"))));
    }

    @Test
    void shouldFindTheGroupsAgainWhenReplicaStartsWithAnotherNumberOfShards() {
        final TransportRig.Node one = shard(1, 0, 1);
        for (final int shardCount : new int[] {3, 1, 2, 3}) {
            final List<TransportRig.Node> zero = new ArrayList<>();
            for (int i = 0; i < shardCount; i++) {
                zero.add(shard(0, i, shardCount));
            }
            rig.untilAdvancing(() -> TransportRig.isConnected(one, 0), 5_000_000, "connected to " + shardCount);
            for (int group = 0; group < 3; group++) {
                final TransportRig.Node host = zero.get(group % shardCount);
                final long before = host.frameCount;
                carry(rig, one, 0, frames.startViewChange(1, group));
                assertEquals(before + 1, host.frameCount, "group " + group + " of " + shardCount + " shards");
            }
            zero.forEach(TransportRig.Node::close);
            rig.nodes.removeAll(zero);
            rig.until(() -> !one.transport.isConnected(0), "lost");
        }
    }

    @Test
    void shouldPlanAnewWhenAWrongDoorSaysHowManyShardsThereAre() {
        final TransportRig.Node one = shard(1, 0, 1);
        final TransportRig.Node evens = shard(0, 0, 2);
        // The process of the other shard is down, and shard 0 is asked for its group.
        rig.untilAdvancing(() -> one.closed(CloseReason.WRONG_DOOR) > 0, 5_000_000, "sent on");
        final TransportRig.Node odds = shard(0, 1, 2);
        rig.untilAdvancing(() -> TransportRig.isConnected(one, 0), 5_000_000, "connected");
        assertEquals(4, one.transport.connectionCount(), "two for each of the shards that there are");
        assertEquals(evens.closed(CloseReason.WRONG_DOOR), one.closed(CloseReason.WRONG_DOOR));
        evens.close();
        odds.close();
        rig.nodes.removeAll(List.of(evens, odds));
        rig.until(() -> one.transport.connectionCount() == 0, "lost");
        for (int i = 0; i < 3; i++) {
            shard(0, i, 3);
        }
        rig.untilAdvancing(() -> TransportRig.isConnected(one, 0), 5_000_000, "connected");
        assertEquals(6, one.transport.connectionCount(), "shard 0 of three does not host what it hosted of two");
        assertTrue(one.events.stream().noneMatch(event -> event.startsWith("refused")), one.events.toString());
    }

    @Test
    void shouldBelieveAWrongDoorOnlyWhenItHasProvedItself() {
        final ClusterSecret secret = ClusterSecret.ofText("0123456789abcdef".repeat(4));
        final TransportRig.Node one = shard(1, 0, 1, secret);
        final TransportRig.Node stranger = shard(0, 0, 2);
        rig.untilAdvancing(() -> one.closed(CloseReason.REJECTED_BY_PEER) > 0, 5_000_000, "rejected");
        assertEquals(0, one.closed(CloseReason.WRONG_DOOR));
        stranger.close();
        rig.nodes.remove(stranger);
        shard(0, 0, 2, secret);
        rig.untilAdvancing(() -> one.closed(CloseReason.WRONG_DOOR) > 0, 5_000_000, "sent on");
        shard(0, 1, 2, secret);
        rig.untilAdvancing(() -> TransportRig.isConnected(one, 0), 5_000_000, "connected");
    }

    @Test
    void shouldFindTheGroupWithTwoAttemptsWhenItsShardIsNotRun() {
        final TransportRig.Node zero = shard(0, 0, 1);
        final TransportRig.Node one = shard(1, 2, 3);
        rig.untilAdvancing(() -> TransportRig.isConnected(one, 0), 1_000_000, "connected");
        assertEquals(
                3, one.transport.counters().get(TransportCounter.DIALLED), "its own, the first, and that for bulk");
        assertEquals(2, zero.transport.connectionCount());
        assertEquals(2, zero.transport.counters().get(TransportCounter.ACCEPTED));
    }

    @Test
    void shouldKeepConnectionsThatFitWhenAnotherShardSaysThatThereAreMore() {
        // Of two and of three shards alike, shard 1 has group 1 alone.
        final TransportRig.Node evens = shard(0, 0, 2);
        final TransportRig.Node odds = shard(0, 1, 2);
        final TransportRig.Node one = shard(1, 0, 1);
        rig.untilAdvancing(() -> TransportRig.isConnected(one, 0), 5_000_000, "connected");
        evens.close();
        rig.nodes.remove(evens);
        rig.until(() -> !one.transport.isConnected(0), "lost");
        final TransportRig.Node first = shard(0, 0, 3);
        shard(0, 2, 3);
        rig.untilAdvancing(() -> TransportRig.isConnected(one, 0), 5_000_000, "connected");
        assertEquals(2, odds.transport.counters().get(TransportCounter.ACCEPTED), "never dialled anew");
        assertTrue(odds.transport.isConnected(1));
        assertTrue(first.transport.isConnected(1));
        assertEquals(6, one.transport.connectionCount());
    }

    @Test
    void shouldStayConnectedWhenShardsHaveNothingToSay() {
        final TransportRig.Node zero = shard(0, 1, 3);
        final TransportRig.Node one = shard(1, 1, 3);
        rig.until(() -> TransportRig.isConnected(zero, 1) && TransportRig.isConnected(one, 0), "connected");
        for (int i = 0; i < 200; i++) {
            rig.advance(100_000_000);
            rig.until(() -> true, "polled");
        }
        assertTrue(TransportRig.isConnected(zero, 1) && TransportRig.isConnected(one, 0));
        assertEquals(2, zero.transport.counters().get(TransportCounter.ACCEPTED));
    }

    @Test
    void shouldNotBelieveWhenDoorsAreNamedThatTheClusterFileDoesNotHave() {
        final List<String> others = List.of("127.0.0.1:1", "127.0.0.1:2");
        final TransportRig.Node zero = rig.startAgain(
                0,
                addresses.get(0).get(0),
                context -> context.addresses(List.of(others, addresses.get(1), addresses.get(2)))
                        .hostedGroups(new long[] {0b001}));
        rig.nodes.add(zero);
        final TransportRig.Node one = shard(1, 0, 1);
        rig.untilAdvancing(() -> one.closed(CloseReason.REJECTED_BY_PEER) > 0, 5_000_000, "rejected");
        assertTrue(
                one.events.stream()
                        .anyMatch(event -> event.contains(
                                "right addresses: 127.0.0.1:1 127.0.0.1:2; this side's cluster file has ")),
                one.events.toString());
        assertFalse(one.transport.isConnected(0));
    }

    @Test
    void shouldNameTheRightDoorsWhenClientAsksForGroupsOfAnotherProcess() throws IOException {
        final TransportRig.Node zero = shard(0, 1, 2);
        final Socket stating = rig.socket(zero);
        stating.getOutputStream().write(frames.hello(2, 0, 0, 3, 0b101, hello -> {}));
        rig.until(() -> zero.closed(CloseReason.WRONG_DOOR) == 1, "sent on");
        assertRightDoors(TestFrames.reject(TestFrames.read(stating.getInputStream())));
        final Socket silent = rig.client(zero);
        // For group 1, which is here.
        silent.getOutputStream().write(frames.request(5, 10));
        rig.until(() -> zero.frameCount == 1, "taken");
        // Long after the handshake it still has time to read the answer.
        rig.advance(2 * TransportContext.HANDSHAKE_TIMEOUT_NS);
        silent.getOutputStream().write(frames.frame(Command.READ, 0, 2, 0, frame -> frame.putLong(128, 5)));
        rig.until(() -> zero.closed(CloseReason.WRONG_DOOR) == 2, "sent on");
        assertRightDoors(TestFrames.reject(TestFrames.read(silent.getInputStream())));
        assertEquals(1, zero.frameCount);
    }

    @Test
    void shouldTakeFramesForAnotherShardWhenItRunsInTheSameProcess() throws IOException {
        final TransportRig.Node zero = rig.startAgain(
                0,
                addresses.get(0).get(0),
                context -> context.addresses(addresses)
                        .shardCount(2)
                        .hostedGroups(new long[] {0b101})
                        .servedGroups(new long[] {0b111}));
        rig.nodes.add(zero);
        final Socket client = rig.socket(zero);
        client.getOutputStream().write(frames.hello(2, 0, 0, 3, 0b010, hello -> {}));
        client.getOutputStream().write(frames.request(5, 10));
        rig.until(() -> zero.frameCount == 1, "taken");
        final Socket replica = rig.socket(zero);
        replica.getOutputStream().write(frames.hello(1, 1, 0, 3, 0b010, hello -> {}));
        rig.until(() -> zero.closed(CloseReason.WRONG_DOOR) == 1, "a replica has to come to the right door");
    }

    private void assertRightDoors(final RejectFlyweight reject) {
        assertEquals(RejectReason.WRONG_GROUP, reject.reason());
        assertEquals(addresses.get(0).subList(0, 2), reject.addresses());
        assertTrue(
                reject.text()
                        .endsWith(
                                " is not behind this address; replica 0 runs 2 shards, group g is behind the address number g mod 2"),
                reject.text());
    }
}
